from pathlib import Path

import pytest

from deploy import commands, libraries, suites
from deploy.suites import POSTGRESQL, SQLITE, Tally

REPORT = """<?xml version="1.0"?><testsuites name="pytest tests">
<testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" /></testsuites>"""


def test_sqlite_leaves_out_what_needs_postgresql() -> None:
    words = suites.arguments(SQLITE, Path("r.xml"), [], [])
    assert suites.SQLITE.marks in words
    assert "tests.plugins.postgres" not in words


def test_postgresql_runs_everything_but_benchmarks() -> None:
    words = suites.arguments(POSTGRESQL, Path("r.xml"), [], [])
    assert words[words.index("tests.plugins.postgres") - 1] == "-p"
    assert "not benchmark" in words


def test_only_postgresql_uses_a_given_database() -> None:
    given = {"DATABASE_URL": "postgresql://db.example.com/oms", "PATH": "/bin"}
    assert suites.environment(POSTGRESQL, given) == given
    assert suites.environment(SQLITE, given) == {"PATH": "/bin"}


def test_selection_by_path_or_by_expression_runs_in_one_process() -> None:
    words = suites.arguments(SQLITE, Path("r.xml"), ["tests/deploy", "merge or split"], ["-x"])
    assert words[-4:] == ["tests/deploy", "-k", "merge or split", "-x"]
    assert "-n" not in words


@pytest.mark.parametrize(
    ("codes", "chosen", "expected"),
    [
        ([0, 0], False, True),
        ([1, 0], False, False),
        ([0, 1], False, False),
        ([0, 5], False, False),
        ([5, 0], True, True),
        ([5, 5], True, False),
        ([0, 2], True, False),
    ],
)
def test_success_needs_every_leg(codes: list[int], chosen: bool, expected: bool) -> None:
    assert suites.acceptable(codes, chosen=chosen) is expected


def test_results_are_counted_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert suites.tally(report) == Tally(passed=4, failed=3, skipped=3)
    assert suites.tally(tmp_path / "missing.xml") == Tally()


def test_both_legs_run_even_if_the_first_fails_and_the_count_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = iter([1, 0])

    def pretend(argv: list[str], environ: dict[str, str]) -> int:
        (tmp_path / next(w for w in argv if "junitxml" in w).split("/")[-1]).write_text(REPORT)
        return next(codes)

    monkeypatch.setattr(suites, "BUILD", tmp_path)
    monkeypatch.setattr(libraries, "install", lambda name: False)
    monkeypatch.setattr(commands, "show", pretend)
    assert suites.test(only=[], extra=[]) == 1
    assert not list(codes)
    assert capsys.readouterr().out.splitlines()[-1] == "8 passed, 6 failed, 6 skipped"
