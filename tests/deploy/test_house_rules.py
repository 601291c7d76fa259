"""Every rule accepts its good lines and refuses its bad ones; the runner reports what they say."""

from io import StringIO
from pathlib import Path

import pytest

from deploy.house_rules import reach
from deploy.house_rules.model import Rule, Source
from deploy.house_rules.names import references
from deploy.house_rules.run import RULES, findings, main

BY_NAME = {rule.name: rule for rule in RULES}
GOOD = [pytest.param(rule, *example, id=rule.name) for rule in RULES for example in rule.good]
BAD = [pytest.param(rule, *example, id=rule.name) for rule in RULES for example in rule.bad]


def run(root: Path, *arguments: str) -> tuple[int, list[str]]:
    out = StringIO()
    return main(arguments, root=root, out=out), out.getvalue().splitlines()


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_good_lines_pass(rule: Rule, path: str, text: str) -> None:
    assert rule.hits(Source(path, text)) == []


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_bad_lines_are_refused(rule: Rule, path: str, text: str) -> None:
    assert rule.hits(Source(path, text)) != []


def test_every_rule_has_its_own_name_and_proof() -> None:
    assert len(BY_NAME) == len(RULES)
    assert [rule.name for rule in RULES if not rule.good or not rule.bad] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from datetime import datetime\ndatetime.now()", "datetime.datetime.now"),
        ("import datetime as d\nd.date.today()", "datetime.date.today"),
        ("import urllib.request\nurllib.parse.quote", "urllib.parse.quote"),
        ("from . import codes\ncodes.BUSY", "warehouse.carriers.sf.codes.BUSY"),
        ("from ...models import Wave", "warehouse.models.Wave"),
    ],
)
def test_names_are_followed_to_their_module(text: str, expected: str) -> None:
    source = Source("warehouse/carriers/sf/mapper.py", text)
    assert expected in [name for _, name in references(source)]


def test_unrelated_attributes_are_no_references() -> None:
    source = Source("oms/services/orders.py", "clock = object()\nclock.timezone.now()")
    assert list(references(source)) == []


def test_heavy_library_may_be_late_in_its_own_module(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "oms/intake/pictures.py"
    source = Source(path, "def read() -> None:\n    import cv2\n    import json")
    monkeypatch.setattr(reach, "HEAVY_IMPORTS", {path: frozenset({"cv2"})})
    assert [line for line, _ in BY_NAME["imports-on-top"].hits(source)] == [3]


def test_clean_checkout_is_silent(tmp_path: Path) -> None:
    write(tmp_path, "oms/tasks.py", "TASKS = 1\n")
    assert run(tmp_path) == (0, [])


def test_findings_name_path_line_and_rule(tmp_path: Path) -> None:
    write(tmp_path, "oms/tasks.py", "TASKS = 1\nprint(TASKS)\n")
    status, lines = run(tmp_path)
    assert status == 1
    assert lines[0].startswith("oms/tasks.py:2: no-print ")
    assert lines[-1].startswith("1 ")


def test_only_named_paths_are_read(tmp_path: Path) -> None:
    write(tmp_path, "oms/tasks.py", "print(1)\n")
    clean = write(tmp_path, "warehouse/tasks.py", "TASKS = 1\n")
    assert run(tmp_path, str(clean)) == (0, [])


def test_generated_and_foreign_directories_are_skipped(tmp_path: Path) -> None:
    for directory in (".venv", "build", "oms/__pycache__"):
        write(tmp_path, f"{directory}/oms/tasks.py", "print(1)\n")
    (tmp_path / "oms/logo.png").write_bytes(b"\x89PNG\xff\xfe")
    assert run(tmp_path) == (0, [])


def test_files_that_are_no_text_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_bytes(b"\xff\xfe\x00")
    assert run(tmp_path) == (0, [])


@pytest.mark.parametrize("path", ["oms/nothing.py", "../elsewhere"])
def test_path_that_is_not_ours_is_an_error(tmp_path: Path, path: str) -> None:
    status, lines = run(tmp_path, str(tmp_path / path))
    assert (status, len(lines)) == (2, 1)


def test_python_that_does_not_parse_is_a_finding() -> None:
    found = findings(Source("oms/tasks.py", "x = 1\ndef f(:\n"))
    assert [(finding.line, finding.rule) for finding in found] == [(2, "syntax")]


def test_each_line_is_reported_once() -> None:
    text = "from django.utils import timezone\nstart = timezone.now().date()\n"
    found = findings(Source("oms/services/boards.py", text))
    assert [(finding.line, finding.rule) for finding in found] == [(2, "clock-is-passed-in")]
