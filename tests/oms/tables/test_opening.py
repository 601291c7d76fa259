"""CSV, XLSX and Parquet give the same rows, and a broken file says that it is one."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oms.tables import heavy
from oms.tables.cells import EXTRA, Row, is_shortened, text_of
from oms.tables.limits import Limits
from oms.tables.opening import open_table
from oms.tables.problems import (
    EmptyFile,
    FileTooLarge,
    MissingColumn,
    NotATable,
    OldExcel,
    TooManyRows,
    UnknownEncoding,
    UnpacksTooLarge,
    UnusableTable,
)
from oms.tables.table import Table

SLICES = Path(__file__).parents[2] / "recordings" / "files"


AMPLE = Limits(megabytes=500, unpacked=500, rows=100_000)


def opened(data: bytes, limits: Limits = AMPLE) -> Table:
    return open_table(io.BytesIO(data), limits=limits)


def rows_of(data: bytes) -> list[Row]:
    return list(opened(data).rows())


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
    for data in (csv_of("a\n1\n"), xlsx_of(["a"], ["1"]), parquet_of(a=["1"])):
        assert rows_of(data) == [Row(2, {"a": "1"})]


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
    table = opened(csv_of("a\n1\n2\n"))
    assert list(table.rows()) == list(table.rows())


def test_cells_beyond_the_last_column_are_kept_apart() -> None:
    assert rows_of(csv_of("a,b\n1,2,3,4\n"))[0].cells[EXTRA] == "3 | 4"


def test_empty_cells_beyond_the_last_column_are_nothing() -> None:
    assert EXTRA not in rows_of(csv_of("a,b\n1,2,,\n"))[0].cells


def test_columns_without_a_name_or_with_the_same_are_told_apart() -> None:
    table = opened(csv_of("a,,a,\n1,2,3\n"))
    assert table.header == ("a", "", "a")
    assert table.names == ("a", "column 2", "a (3)")


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


def test_texts_come_in_the_order_of_the_columns_on_one_line() -> None:
    table = opened(csv_of('a,b,c\n1,"x\n y",\n,,\n,2,\n'))
    assert list(table.texts()) == [(2, ["1", "x y"]), (4, ["", "2"])]


@pytest.mark.parametrize("number", [10**18 + 1, 6.9e17, -(10**15)])
def test_number_whose_digits_a_workbook_made_up_comes_out_shortened(number: Any) -> None:
    [row] = rows_of(xlsx_of(["no"], [number]))
    assert is_shortened(text_of(row.cells["no"]).lstrip("-"))


def test_parquet_keeps_every_digit_of_a_long_number() -> None:
    [row] = rows_of(parquet_of(no=[1234567890123456789]))
    assert text_of(row.cells["no"]) == "1234567890123456789"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", EmptyFile),
        (b"\n", EmptyFile),
        (b",,\n1,2,3\n", EmptyFile),
        (b"a,b\n\xff\xff\xff\n", UnknownEncoding),
        (b"a,b\n\x00\x01\x02", UnknownEncoding),
        (b"PK\x03\x04 not a zip", NotATable),
        (b"PAR1 not parquet PAR1", NotATable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OldExcel),
    ],
)
def test_what_is_no_table_says_so(data: bytes, problem: type[UnusableTable]) -> None:
    with pytest.raises(problem):
        opened(data)


@pytest.mark.parametrize(
    "make", [lambda rows: csv_of("a\n" + "1\n" * rows), lambda rows: parquet_of(a=[1] * rows)]
)
def test_rows_above_the_limit_are_refused(make: Callable[[int], bytes]) -> None:
    limits = Limits(megabytes=1, unpacked=1, rows=2)
    assert len(list(opened(make(2), limits).rows())) == 2
    with pytest.raises(TooManyRows):
        list(opened(make(3), limits).rows())


def test_file_above_the_limit_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        opened(csv_of("a\n" + "1\n" * 600_000), Limits(megabytes=1, unpacked=1, rows=10**7))


def test_line_of_column_names_may_stand_below_others() -> None:
    data = csv_of("#bill\n\nno,amount\n1,2\n")
    table = open_table(io.BytesIO(data), limits=AMPLE, is_header=lambda texts: "no" in texts)
    assert table.header == ("no", "amount")
    assert list(table.rows()) == [Row(4, {"no": "1", "amount": "2"})]


def test_first_line_names_the_columns_where_none_is_known() -> None:
    data = io.BytesIO(csv_of("a,b\n1,2\n"))
    assert open_table(data, limits=AMPLE, is_header=lambda texts: False).header == ("a", "b")


def test_mark_is_found_below_a_line_that_nothing_separates() -> None:
    assert opened(csv_of("#bill\na;b\n")).header == ("#bill",)
    assert list(opened(csv_of("#bill\na;b\n")).texts()) == [(2, ["a", "b"])]


def test_zip_that_is_no_workbook_says_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(NotATable):
        open_table(out, limits=AMPLE)


@pytest.mark.parametrize("make", [lambda: xlsx_of(["a"]), lambda: parquet_of(a=[1])])
def test_file_that_unpacks_to_too_much_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnpacksTooLarge):
        opened(make(), Limits(megabytes=1, unpacked=0, rows=10))


def test_cell_of_megabytes_is_no_cell() -> None:
    table = opened(csv_of("a\n" + "x" * (1 << 21)))
    with pytest.raises(NotATable):
        list(table.rows())


def test_missing_column_is_named() -> None:
    with pytest.raises(MissingColumn) as caught:
        opened(csv_of("a,b\n")).require(["a", "c"])
    assert caught.value.facts == {"where": "c"}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_real_slice_says_the_same_in_every_kind_of_file(suffix: str) -> None:
    with (SLICES / "online_retail.parquet").open("rb") as file:
        wanted = [row.cells for row in open_table(file, limits=AMPLE).rows()]
    with (SLICES / f"online_retail.{suffix}").open("rb") as file:
        table = open_table(file, limits=AMPLE)
        found = [row.cells for row in table.rows()]
    assert len(found) == len(wanted) > 100
    names = ("InvoiceNo", "StockCode", "Description")
    assert [[str(row.get(n)) for n in names] for row in found] == [
        [str(row.get(n)) for n in names] for row in wanted
    ]
