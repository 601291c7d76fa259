"""Texts are found wherever they stand, translations are kept, and what is stale is told."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from deploy import catalogue
from deploy.catalogue import AloneAndCounted, as_mo, as_po, main, read, updated, wanted

PYTHON = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext_lazy
A = _("held") + gettext("merged")
B = ngettext("%(n)d row", "%(n)d rows", 2)
C = pgettext_lazy("parcel", "held")
"""
TEMPLATE = """{% load i18n %}
<p>
    {% translate "Shipped" %}
  {% blocktranslate count n=2 %}{{ n }} box{% plural %}{{ n }} boxes{% endblocktranslate %}
</p>
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a checkout with one module and one template."""
    for name in catalogue.OURS:
        (tmp_path / name).mkdir()
    (tmp_path / "oms" / "words.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    migrations = tmp_path / "oms" / "migrations"
    migrations.mkdir()
    (migrations / "0001.py").write_text('_("of a migration")', encoding="utf-8")
    return tmp_path


def keys(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(one.context, str(one.id)) for one in catalog if one.id}


def translated(**texts: str) -> Catalog:
    catalog = Catalog(locale="zh_Hans")
    for text, translation in texts.items():
        catalog.add(text, translation)
    return catalog


def test_text_with_and_without_a_number_is_refused(tree: Path) -> None:
    (tree / "oms" / "rows.py").write_text('gettext("%(n)d row")', encoding="utf-8")
    with pytest.raises(AloneAndCounted, match="row"):
        wanted(tree)


def test_texts_of_code_and_templates_are_found(tree: Path) -> None:
    found = keys(wanted(tree))
    assert {
        (None, "held"),
        ("parcel", "held"),
        (None, "merged"),
        (None, "('%(n)d row', '%(n)d rows')"),
        (None, "Shipped"),
        (None, "('%(n)s box', '%(n)s boxes')"),
    } <= found
    assert (None, "of a migration") not in found


def test_texts_of_libraries_without_chinese_are_found(tree: Path) -> None:
    found = keys(wanted(tree))
    assert (None, "Type to search") in found
    assert (None, "Save and add another") not in found


def test_translations_are_kept_and_unused_ones_go() -> None:
    fresh = updated(translated(held="已挂起", gone="不用了"), translated(held="", new=""))
    assert {str(one.id): one.string for one in fresh if one.id} == {"held": "已挂起", "new": ""}


def test_written_catalogue_reads_back_the_same(tmp_path: Path) -> None:
    catalog = translated(held="已挂起", a="一")
    catalog.add(("%(n)d row", "%(n)d rows"), ("%(n)d 条",))
    file = tmp_path / "django.po"
    file.write_text(as_po(catalog), encoding="utf-8")
    assert as_po(read(file)) == as_po(catalog)
    assert as_mo(read(file)) == as_mo(read(file))
    assert "POT-Creation-Date" not in file.read_text(encoding="utf-8")


def test_check_tells_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "django.po"
    monkeypatch.setattr(catalogue, "wanted", lambda: translated(held="", merged=""))
    assert main(["extract"], po_file=file) == 0
    assert main(["check"], po_file=file) == 1
    file.write_text(as_po(translated(held="已挂起", merged="已合并")), encoding="utf-8")
    assert main(["check"], po_file=file) == 0
    file.write_text(as_po(translated(held="已挂起", old="旧的")), encoding="utf-8")
    capsys.readouterr()
    assert main(["check"], po_file=file) == 1
    told = capsys.readouterr().out
    assert "not extracted: 'merged'" in told
    assert "not used: 'old'" in told


def test_compiled_file_lies_beside_the_written_one(tmp_path: Path) -> None:
    file = tmp_path / "django.po"
    file.write_text(as_po(translated(held="已挂起")), encoding="utf-8")
    assert main(["compile"], po_file=file) == 0
    assert file.with_suffix(".mo").read_bytes().startswith(b"\xde\x12\x04\x95")


def test_wrong_words_are_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translate"]) == 2
    assert "extract|compile|check" in capsys.readouterr().out
