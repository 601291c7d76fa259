"""Cells become exact values, or a plain no."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.tables.cells import (
    Cell,
    escape_formula,
    is_shortened,
    moment_of,
    normalise,
    number_of,
    one_line,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Told:
    decimal_mark: str = "."
    thousands_mark: str = ","
    date_format: str = ""
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")


def options(**told: Any) -> Told:
    return Told(**told)


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  a\u3000 b\n c ", "a b c"),
        ("a\x00b\ud83d", "a b\ufffd"),
        ("'=1+1", "=1+1"),
        ("'quoted", "'quoted"),
    ],
)
def test_one_line_holds_nothing_that_a_label_cannot_carry(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize("number", [2.0**53, 6.9e17, -1e300])
def test_fraction_too_long_for_its_digits_is_told_as_shortened(number: float) -> None:
    assert is_shortened(text_of(number).lstrip("-"))


def test_only_the_short_form_is_taken_for_it() -> None:
    assert is_shortened("6.90123E+12")
    assert not any(map(is_shortened, ("6E12", "E+5", "690123", "A1.2E+3", "")))


@given(st.one_of(st.text(), st.floats(), st.integers(), st.binary()))
def test_line_of_any_cell_can_be_stored_and_is_read_the_same_again(value: object) -> None:
    line = one_line(text_of(normalise(value)))
    assert line.encode() is not None
    assert line.isprintable()
    assert one_line(text_of(normalise(escape_formula(line)))) == line
