"""Cells become exact values, or a plain no."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.file.cells import (
    dump_cells,
    load_cells,
    moment_of,
    normalise,
    number_of,
    text_of,
)
from channels_sync.dto import Cell, ImportOptions
from tests.factories.channels_sync import options_json


def options(**told: Any) -> ImportOptions:
    return ImportOptions.from_json(options_json(**told))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (536365, "536365"),
        (17850.0, "17850"),
        (2.55, "2.55"),
        (Decimal("12.500"), "12.5"),
        (Decimal(100), "100"),
        (" a ", "a"),
        (datetime.fromisoformat("2010-12-01 08:26"), "2010-12-01T08:26:00"),
    ],
)
def test_text_is_what_a_person_reads(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("1,234.50", (",", "."), "1234.50"),
        ("1.234,50", (".", ","), "1234.50"),
        ("1 234,5", (" ", ","), "1234.5"),
        ("-3", (",", "."), "-3"),
        ("¥ 199.00", (",", "."), "199.00"),
        ("1234", ("", "."), "1234"),
    ],
)
def test_number_is_read_by_the_marks_of_the_mapping(
    text: str, marks: tuple[str, str], number: str
) -> None:
    thousands, decimal = marks
    told = options(thousands_mark=thousands, decimal_mark=decimal)
    assert number_of(text, told) == Decimal(number)


@pytest.mark.parametrize(
    "cell", ["1,23", "1.234.5", "12a", "1e5", "--1", "٣", "1" * 31, float("inf"), 10**15]
)
def test_what_may_mean_another_number_is_no_number(cell: Cell) -> None:
    with pytest.raises(ValueError, match="number"):
        number_of(cell, options())


def test_typed_number_does_not_depend_on_the_marks() -> None:
    told = options(thousands_mark=".", decimal_mark=",")
    assert number_of(1234.5, told) == Decimal("1234.5")
    assert number_of(Decimal("1234.5"), told) == Decimal("1234.5")


@pytest.mark.parametrize("cell", [None, "", "  ", "¥"])
def test_empty_cell_has_no_number(cell: Cell) -> None:
    assert number_of(cell, options()) is None


NINE = datetime(2026, 11, 11, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "date_format"),
    [
        ("2026-11-11 09:00:00", ""),
        ("2026/11/11 09:00", ""),
        ("2026-11-11T09:00:00+08:00", ""),
        ("11/11/2026 09:00", "%d/%m/%Y %H:%M"),
        (datetime.fromisoformat("2026-11-11 09:00"), ""),
        (datetime.fromisoformat("2026-11-11 09:00"), "%d/%m/%Y"),
        (datetime(2026, 11, 11, 2, 0, tzinfo=timezone(timedelta(hours=1))), ""),
    ],
)
def test_time_without_a_zone_is_that_of_the_shop(cell: Cell, date_format: str) -> None:
    assert moment_of(cell, options(date_format=date_format)) == NINE


@pytest.mark.parametrize("cell", ["11/11/2026", "yesterday", 46337, "0001-01-01T00:00"])
def test_what_may_mean_another_day_is_no_time(cell: Cell) -> None:
    with pytest.raises(ValueError, match="."):
        moment_of(cell, options())


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (float("nan"), None),
        (" ", None),
        (True, "true"),
        (datetime.fromisoformat("2026-01-02").date(), datetime.fromisoformat("2026-01-02")),
        (b"caf\xc3\xa9\x00", "café"),
        ("a\ud83d", "a�"),
        ([1], "[1]"),
    ],
)
def test_whatever_a_library_gives_becomes_a_cell(value: object, cell: Cell) -> None:
    assert normalise(value) == cell


cells = st.dictionaries(
    st.text(max_size=5),
    st.none()
    | st.text(max_size=10)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes(),
)


@given(cells)
def test_kept_cells_are_the_very_same_cells(told: dict[str, Cell]) -> None:
    loaded = load_cells(dump_cells(told))
    assert loaded == told
    assert {name: type(cell) for name, cell in loaded.items()} == {
        name: type(cell) for name, cell in told.items()
    }
