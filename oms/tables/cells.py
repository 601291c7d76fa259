"""Cells of a file as texts, numbers and moments, without a rounding anywhere. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from oms.privacy.text import clean, utf8

Cell = str | int | float | Decimal | datetime | None
"""One cell of a file, typed as the file types it. A naive datetime is local to the file."""

LARGEST = Decimal(10) ** 15
"""No amount or count of any shop reaches it."""
EXTRA = "(extra)"
"""Under this name stands what a row has beyond its last named column: usually it is shifted."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet's formula begins; writers put an apostrophe in front of them."""

_ESCAPED = tuple(f"'{start}" for start in FORMULA_STARTS)
_EXACT_FLOAT = 2**53
_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_TYPED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CURRENCY_SIGNS = "¥￥$€£"
_YEAR_FIRST = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
_LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. ``number`` counts as a spreadsheet does: the first line is row 1."""

    number: int
    cells: Mapping[str, Cell]


class Writing(Protocol):
    """How a file writes numbers and times. ``date_format`` is one of strptime's, empty for ISO
    8601 and year first; ``zone`` is that of the file's naive times."""

    @property
    def decimal_mark(self) -> str: ...
    @property
    def thousands_mark(self) -> str: ...
    @property
    def date_format(self) -> str: ...
    @property
    def zone(self) -> tzinfo: ...


def normalise(value: object) -> Cell:
    """Return what a file library gave as one of the types of a cell; nothing becomes None."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case int() | Decimal() | datetime():
            return value
        case float():
            return None if math.isnan(value) else value
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # local to the file
        case bytes():
            value = value.decode("utf-8", "replace")
    return _unescaped(clean(str(value))).strip() or None


def one_line(text: str) -> str:
    """Return what any database, page and label can carry: no controls, single spaces."""
    text = utf8(text).decode()
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return _unescaped(" ".join(text.split()))


def escape_formula(text: str) -> str:
    """Return the text so that no spreadsheet runs it; reading the file takes the mark off again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith(_ESCAPED) else text


def text_of(cell: Cell) -> str:
    """Return the cell as a person reads it: 536365, not 536365.0.

    A number of which a spreadsheet does not keep every digit comes out in its short form, so that
    ``is_shortened`` notices.
    """
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < _EXACT_FLOAT else shortened(cell)
        case float():
            return repr(cell)
        case Decimal():
            return format(cell.normalize() if cell.is_finite() else cell, "f")
        case datetime():
            return cell.isoformat()
    return str(cell).strip()


def shortened(number: float) -> str:
    """Write a number as a spreadsheet shows one whose last digits it has made up."""
    try:
        return f"{number:.5E}"
    except OverflowError:
        return "9.99999E+999"


def is_shortened(text: str) -> bool:
    """Tell whether a spreadsheet has shortened a long number: as a code it is worthless."""
    return _SHORTENED.fullmatch(text) is not None


def number_of(cell: Cell, writing: Writing) -> Decimal | None:
    """Return the exact number, None for an empty cell. A binary fraction counts as it is printed.

    :raises ValueError: if the cell is no number in the way the file writes numbers
    """
    match cell:
        case None:
            return None
        case int():
            number = Decimal(cell)
        case float():
            number = Decimal(repr(cell))
        case Decimal():
            number = cell
        case datetime():
            raise ValueError("a time is no number")
        case _:
            parsed = _parse_number(cell, writing)
            if parsed is None:
                return None
            number = parsed
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError("not a number that any shop means")
    return number


def _parse_number(text: str, writing: Writing) -> Decimal | None:
    text = text.strip().strip(_CURRENCY_SIGNS).strip()
    if not text:
        return None
    point = re.escape(writing.decimal_mark)
    mark = re.escape(writing.thousands_mark) or "(?!)"
    grouped = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+"
    if len(text) > _LONGEST_NUMBER or not re.fullmatch(
        rf"[+-]?(?:{grouped}|[0-9]+)(?:{point}[0-9]+)?", text
    ):
        raise ValueError("not a number")
    if writing.thousands_mark:
        text = text.replace(writing.thousands_mark, "")
    return Decimal(text.replace(writing.decimal_mark, "."))


def moment_of(cell: Cell, writing: Writing) -> datetime | None:
    """Return the moment in UTC, None for an empty cell; a naive time is in the file's zone.

    :raises ValueError: if the cell is no time in the way the file writes times
    """
    if cell is None or cell == "":
        return None
    moment = cell if isinstance(cell, datetime) else _parse_time(text_of(cell), writing.date_format)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=writing.zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None


def _parse_time(text: str, date_format: str) -> datetime:
    # A typed cell was written down as ISO with a T, whatever the file's texts look like.
    if date_format and not _TYPED_TIME.match(text):
        try:
            return datetime.strptime(text, date_format)  # noqa: DTZ007  # the zone is the file's
        except re.error as error:
            raise ValueError("a format that names a part twice") from error
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for known in _YEAR_FIRST:
        try:
            return datetime.strptime(text, known)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError("not a time")
