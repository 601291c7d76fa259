"""CSV, XLSX and Parquet give the same rows, and a broken file says that it is one."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels_sync.connectors.file import heavy, sheet
from channels_sync.connectors.file.columnar import ColumnarTable
from channels_sync.connectors.file.delimited import DelimitedTable
from channels_sync.connectors.file.opening import open_table
from channels_sync.connectors.file.sheet import SheetTable
from channels_sync.connectors.file.tables import EXTRA, FileProblem, UnreadableFile
from channels_sync.dto import Row

SLICES = Path(__file__).parents[3] / "recordings" / "files"


def rows_of(data: bytes) -> list[Row]:
    return list(open_table(io.BytesIO(data)).rows())


def csv_of(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def xlsx_of(*rows: list[Any]) -> bytes:
    book, out = heavy.openpyxl().Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet_of(**columns: Any) -> bytes:
    out = io.BytesIO()
    heavy.parquet().write_table(heavy.arrow().table(columns), out, row_group_size=2)
    return out.getvalue()


def test_kind_is_told_by_the_content() -> None:
    assert isinstance(open_table(io.BytesIO(csv_of("a,b\n"))), DelimitedTable)
    assert isinstance(open_table(io.BytesIO(xlsx_of(["a"]))), SheetTable)
    assert isinstance(open_table(io.BytesIO(parquet_of(a=[1]))), ColumnarTable)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_is_read_in_any_usual_writing(encoding: str, mark: str) -> None:
    text = f"订单号{mark}商品\nA1{mark}杯子\n"
    assert rows_of(csv_of(text, encoding)) == [Row(2, {"订单号": "A1", "商品": "杯子"})]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    rows = rows_of(csv_of('a,b\n1,2\n,\n3,"x\ny"\n'))
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (2, {"a": "1", "b": "2"}),
        (4, {"a": "3", "b": "x\ny"}),
    ]


def test_table_can_be_walked_again() -> None:
    table = open_table(io.BytesIO(csv_of("a\n1\n2\n")))
    assert list(table.rows()) == list(table.rows())


def test_cells_beyond_the_last_column_are_kept_apart() -> None:
    assert rows_of(csv_of("a,b\n1,2,3,4\n"))[0].cells[EXTRA] == "3 | 4"


def test_empty_cells_beyond_the_last_column_are_nothing() -> None:
    assert EXTRA not in rows_of(csv_of("a,b\n1,2,,\n"))[0].cells


def test_columns_without_a_name_or_with_the_same_are_told_apart() -> None:
    table = open_table(io.BytesIO(csv_of("a,,a\n1,2,3\n")))
    assert table.header == ("a", "column 2", "a (3)")


def test_apostrophe_that_keeps_a_cell_from_being_a_formula_is_taken_off() -> None:
    assert rows_of(csv_of("a,b,c\n'-1,'=x,'t\n"))[0].cells == {"a": "-1", "b": "=x", "c": "'t"}


def test_xlsx_keeps_types() -> None:
    moment = datetime.fromisoformat("2026-11-11 09:00")
    [row] = rows_of(xlsx_of(["no", "at", "n", "price"], ["0042", moment, 2, 12.5]))
    assert row.cells == {"no": "0042", "at": moment, "n": 2, "price": 12.5}


def test_parquet_keeps_types_across_row_groups() -> None:
    moment = datetime.fromisoformat("2026-11-11 09:00")
    pa = heavy.arrow()
    rows = rows_of(
        parquet_of(
            no=["1", "2", "3"],
            at=pa.array([moment] * 3, pa.timestamp("ns")),
            price=pa.array([Decimal("1.10"), None, Decimal("3.30")], pa.decimal128(10, 2)),
        )
    )
    assert rows[0].cells == {"no": "1", "at": moment, "price": Decimal("1.10")}
    assert rows[1].cells == {"no": "2", "at": moment}
    assert [row.number for row in rows] == [2, 3, 4]


def test_parquet_reads_named_columns_only() -> None:
    table = open_table(io.BytesIO(parquet_of(a=[1], b=[2])))
    assert [row.cells for row in table.rows(["b"])] == [{"b": 2}]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"\n", FileProblem.EMPTY),
        (b",,\n1,2,3\n", FileProblem.EMPTY),
        (b"a,b\n\xff\xff\xff\n", FileProblem.ENCODING),
        (b"PK\x03\x04 not a zip", FileProblem.NOT_A_TABLE),
        (b"PAR1 not parquet PAR1", FileProblem.NOT_A_TABLE),
    ],
)
def test_what_is_no_table_says_so(data: bytes, problem: FileProblem) -> None:
    with pytest.raises(UnreadableFile) as caught:
        open_table(io.BytesIO(data))
    assert caught.value.problem is problem


def test_zip_that_is_no_workbook_says_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(UnreadableFile):
        open_table(out)


def test_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_MOST_UNPACKED", 100)
    with pytest.raises(UnreadableFile) as caught:
        open_table(io.BytesIO(xlsx_of(["a"])))
    assert caught.value.problem is FileProblem.TOO_LARGE


def test_cell_of_megabytes_is_no_cell() -> None:
    table = open_table(io.BytesIO(csv_of("a\n" + "x" * (1 << 21))))
    with pytest.raises(UnreadableFile):
        list(table.rows())


def test_missing_column_is_named() -> None:
    table = open_table(io.BytesIO(csv_of("a,b\n")))
    with pytest.raises(UnreadableFile) as caught:
        table.require(["a", "c"])
    assert (caught.value.problem, caught.value.where) == (FileProblem.MISSING_COLUMN, "c")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_real_slice_says_the_same_in_every_kind_of_file(suffix: str) -> None:
    with (SLICES / "online_retail.parquet").open("rb") as file:
        wanted = [row.cells for row in open_table(file).rows()]
    with (SLICES / f"online_retail.{suffix}").open("rb") as file:
        table = open_table(file)
        found = [row.cells for row in table.rows()]
    assert len(found) == len(wanted) > 100
    names = ("InvoiceNo", "StockCode", "Description")
    assert [[str(row.get(n)) for n in names] for row in found] == [
        [str(row.get(n)) for n in names] for row in wanted
    ]
