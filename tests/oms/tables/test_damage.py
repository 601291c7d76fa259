"""No file, however it was damaged or made, does more than be read or be refused."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.tables import table
from oms.tables.limits import Limits
from oms.tables.opening import open_table
from oms.tables.problems import TooManyRows, UnpacksTooLarge, UnusableTable
from tests.oms.services.sheets.files import as_workbook

WORKBOOK = as_workbook([["a", "b"], ["1", "2"]]).read()
SHEET_FILE = "xl/worksheets/sheet1.xml"
SHEET = zipfile.ZipFile(io.BytesIO(WORKBOOK)).read(SHEET_FILE)
LIMITS = Limits(megabytes=20, unpacked=150, rows=100_000)


def test_row_with_an_absurd_number_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BLANK_LINES", 1000)
    absurd = open_table(with_sheet(SHEET.replace(b'r="2"', b'r="999999999999"')), limits=LIMITS)
    with pytest.raises(TooManyRows):
        list(absurd.rows())


def test_archive_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    with pytest.raises(UnpacksTooLarge):
        open_table(file, limits=LIMITS)


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
    with suppress(UnusableTable):
        sheet = open_table(io.BytesIO(content), limits=LIMITS)
        numbers = [number for number, _texts in sheet.texts()]
        assert any(sheet.header)
        assert numbers == sorted(set(numbers))


def with_sheet(content: bytes) -> io.BytesIO:
    """Return the workbook with another sheet in it, as a sound archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == SHEET_FILE else old.read(member))
    return file
