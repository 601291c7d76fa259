"""Translations are complete, keep their placeholders, and are compiled as they are written."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.architecture.catalogues import faults
from tests.architecture.tree import ROOT

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
MERGED = '#, python-format\nmsgid "%(count)d merged"\nmsgstr "已合并 %(count)d 单"\n\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Return a sound catalogue, compiled."""
    po_file = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po_file.parent.mkdir(parents=True)
    po_file.write_text(HEADER + MERGED, encoding="utf-8")
    compile_catalogue(po_file)
    return po_file


def compile_catalogue(po_file: Path) -> None:
    with po_file.open("rb") as source, po_file.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source))


def append(po_file: Path, text: str) -> None:
    po_file.write_text(po_file.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_committed_catalogues_are_sound() -> None:
    catalogues = sorted(ROOT.glob("locale/**/*.po"))
    assert {str(file.relative_to(ROOT)): faults(file) for file in catalogues if faults(file)} == {}


def test_compiled_catalogue_is_sound(catalogue: Path) -> None:
    assert faults(catalogue) == []


def test_missing_compilation_is_noticed(catalogue: Path) -> None:
    catalogue.with_suffix(".mo").unlink()
    assert faults(catalogue) == ["django.mo is missing: compile the catalogues"]


def test_later_translation_makes_the_compilation_stale(catalogue: Path) -> None:
    append(catalogue, 'msgid "held"\nmsgstr "已挂起"\n')
    assert faults(catalogue) == ["django.mo is stale: compile the catalogues"]


def test_same_word_in_another_context_is_another_translation(catalogue: Path) -> None:
    append(catalogue, 'msgctxt "parcel"\nmsgid "held"\nmsgstr "已拦下"\n\n')
    compile_catalogue(catalogue)
    append(catalogue, 'msgid "held"\nmsgstr "已挂起"\n')
    assert faults(catalogue) == ["django.mo is stale: compile the catalogues"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "held"\nmsgstr ""\n', "not translated: 'held'"),
        ('#, fuzzy\nmsgid "held"\nmsgstr "挂"\n', "fuzzy: 'held'"),
    ],
)
def test_unfinished_entry_is_noticed(catalogue: Path, entry: str, fault: str) -> None:
    append(catalogue, entry)
    compile_catalogue(catalogue)
    assert faults(catalogue) == [fault]


def test_lost_placeholder_is_noticed(catalogue: Path) -> None:
    append(catalogue, '#, python-format\nmsgid "%(n)s left"\nmsgstr "剩余 %(m)s"\n')
    compile_catalogue(catalogue)
    [fault] = faults(catalogue)
    assert fault.endswith("'%(n)s left'")
