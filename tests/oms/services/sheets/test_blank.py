import io

import pytest
from django.utils import translation
from openpyxl import load_workbook  # type: ignore[import-untyped]

from oms.services.sheets.blank import blank
from oms.services.sheets.columns import find_columns
from oms.services.sheets.kinds import SheetKind, kinds
from oms.services.sheets.opening import open_sheet
from oms.services.sheets.reading import NoRows, read_rows, survey

each_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.key)


def test_lists_stand_in_the_order_in_which_they_need_each_other() -> None:
    assert [kind.key for kind in kinds()] == [
        "skus",
        "barcodes",
        "bundles",
        "listings",
        "bins",
        "opening_stock",
    ]


@each_kind
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_blank_is_a_file_of_its_kind_without_rows(kind: SheetKind, language: str) -> None:
    with translation.override(language):
        sheet = open_sheet(io.BytesIO(blank(kind)))
        found = find_columns(sheet.header, columns=kind.columns)
        assert list(found) == [column.key for column in kind.columns]
        with pytest.raises(NoRows):
            survey(sheet, kind=kind)


@each_kind
def test_example_row_could_be_read(kind: SheetKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oms.services.sheets.codes.EXAMPLE", "no such beginning")
    [row] = read_rows(open_sheet(io.BytesIO(blank(kind))), kind=kind)
    assert row.reasons == []


@each_kind
def test_blank_is_chinese_and_explains_every_column(kind: SheetKind) -> None:
    with translation.override("zh-hans"):
        book = load_workbook(io.BytesIO(blank(kind)))
    data, notes = book.worksheets
    assert data.title == "数据"
    heads = [str(cell.value) for cell in data[1]]
    assert heads == [column.words[0] + ("*" if column.required else "") for column in kind.columns]
    assert [row[0].value for row in notes.iter_rows(min_row=2, max_row=len(heads) + 1)] == heads
    assert {cell.number_format for cell in data[2]} == {"@"}
