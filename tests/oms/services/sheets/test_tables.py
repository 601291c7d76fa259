import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.services.sheets import tables
from oms.services.sheets.tables import (
    EmptyFile,
    FileTooLarge,
    NotATable,
    OldExcel,
    TooManyRows,
    UnknownEncoding,
    UnpacksTooLarge,
    UnusableSheet,
    open_sheet,
)
from tests.oms.services.sheets.files import as_csv, as_workbook

WORKBOOK = as_workbook([["a", "b"], ["1", "2"]]).read()
SHEET_FILE = "xl/worksheets/sheet1.xml"
SHEET = zipfile.ZipFile(io.BytesIO(WORKBOOK)).read(SHEET_FILE)
ROWS = [["编码", "名称"], ["A1", "苹果"], [], ["A2", "梨"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_as_excel_writes_it(encoding: str, delimiter: str) -> None:
    sheet = open_sheet(as_csv(ROWS, encoding=encoding, delimiter=delimiter))
    assert sheet.header == ("编码", "名称")
    assert list(sheet.rows()) == [(2, ["A1", "苹果"]), (4, ["A2", "梨"])]
    assert len(list(sheet.rows())) == 2


def test_workbook_is_read_with_its_row_numbers() -> None:
    sheet = open_sheet(as_workbook([["code", "n"], ["A1", 7], [None, None], ["A2", 7.5]]))
    assert list(sheet.rows()) == [(2, ["A1", "7"]), (4, ["A2", "7.5"])]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b"\n\n", EmptyFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OldExcel),
        (b"PK\x03\x04 and then nothing", NotATable),
        (b"a,b\n\x00\x01\x02", UnknownEncoding),
        (b"\xff\xff\xff\xff", UnknownEncoding),
        (b'a,"' + b"x" * 40_000, NotATable),
    ],
)
def test_file_that_is_no_table_is_told_why(content: bytes, refusal: type[UnusableSheet]) -> None:
    with pytest.raises(refusal):
        list(open_sheet(io.BytesIO(content)).rows())


def test_file_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    with pytest.raises(FileTooLarge):
        open_sheet(io.BytesIO(b"a" * 11))


def test_rows_above_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    assert len(list(open_sheet(as_csv([["a"], ["1"], [""], ["2"]])).rows())) == 2
    with pytest.raises(TooManyRows):
        list(open_sheet(as_csv([["a"], ["1"], ["2"], ["3"]])).rows())


def test_row_with_an_absurd_number_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MOST_LINES", 1000)
    with pytest.raises(TooManyRows):
        list(open_sheet(with_sheet(SHEET.replace(b'r="2"', b'r="999999999999"'))).rows())


def test_archive_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    with pytest.raises(UnpacksTooLarge):
        open_sheet(file)


def test_archive_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", b"hello")
    with pytest.raises(NotATable):
        open_sheet(file)


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    read_or_refused(content)


@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=8)), min_size=1, max_size=5))
def test_any_damage_inside_a_workbook_is_refused_or_read(spots: list[tuple[float, bytes]]) -> None:
    content = bytearray(SHEET)
    for place, noise in spots:
        start = int(place * len(content))
        content[start : start + len(noise)] = noise
    read_or_refused(with_sheet(bytes(content)).getvalue())


@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5))
def test_any_damage_to_a_workbook_is_refused_or_read(spots: list[tuple[float, int]]) -> None:
    content = bytearray(WORKBOOK)
    for place, noise in spots:
        content[int(place * len(content))] = noise
    read_or_refused(bytes(content))


def read_or_refused(content: bytes) -> None:
    with suppress(UnusableSheet):
        sheet = open_sheet(io.BytesIO(content))
        numbers = [number for number, _texts in sheet.rows()]
        assert any(sheet.header)
        assert numbers == sorted(set(numbers))


def with_sheet(content: bytes) -> io.BytesIO:
    """Return the workbook with another sheet in it, as a sound archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == SHEET_FILE else old.read(member))
    return file
