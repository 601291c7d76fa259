"""Cells of a file as texts, numbers and moments, without a rounding anywhere. Pure."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from channels_sync.connectors import exact
from channels_sync.connectors.fields import clean
from channels_sync.dto import Cell, ImportOptions

_TYPED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CURRENCY_SIGNS = "¥￥$€£"
_YEAR_FIRST = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
_LONGEST_NUMBER = 30
_DECIMAL, _MOMENT = "$decimal", "$at"


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
            return clean(value.decode("utf-8", "replace")) or None
    return clean(str(value)) or None


def text_of(cell: Cell) -> str:
    """Return the cell as a person reads it: 536365, not 536365.0."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return repr(cell)
        case Decimal():
            return format(cell.normalize() if cell.is_finite() else cell, "f")
        case datetime():
            return cell.isoformat()
    return str(cell).strip()


def number_of(cell: Cell, options: ImportOptions) -> Decimal | None:
    """Return the exact number, None for an empty cell. A binary fraction counts as it is printed.

    :raises ValueError: if the cell is no number in the way the options say numbers are written
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
            parsed = _parse_number(cell, options)
            if parsed is None:
                return None
            number = parsed
    if not number.is_finite() or abs(number) >= exact.LARGEST:
        raise ValueError("not a number that any shop means")
    return number


def _parse_number(text: str, options: ImportOptions) -> Decimal | None:
    text = text.strip().strip(_CURRENCY_SIGNS).strip()
    if not text:
        return None
    point = re.escape(options.decimal_mark)
    mark = re.escape(options.thousands_mark) or "(?!)"
    grouped = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+"
    if len(text) > _LONGEST_NUMBER or not re.fullmatch(
        rf"[+-]?(?:{grouped}|[0-9]+)(?:{point}[0-9]+)?", text
    ):
        raise ValueError("not a number")
    if options.thousands_mark:
        text = text.replace(options.thousands_mark, "")
    return Decimal(text.replace(options.decimal_mark, "."))


def moment_of(cell: Cell, options: ImportOptions) -> datetime | None:
    """Return the moment in UTC, None for an empty cell; a naive time is in the options' zone.

    :raises ValueError: if the cell is no time in the way the options say times are written
    """
    if cell is None or cell == "":
        return None
    moment = cell if isinstance(cell, datetime) else _parse_time(text_of(cell), options.date_format)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=options.zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None


def _parse_time(text: str, date_format: str) -> datetime:
    # A typed cell was written down as ISO with a T, whatever the file's texts look like.
    if date_format and not _TYPED_TIME.match(text):
        return datetime.strptime(text, date_format)  # noqa: DTZ007  # the zone is the mapping's
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


def dump_cells(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Return the cells as JSON values that ``load_cells`` turns back into the very same cells."""
    return {name: _dump(cell) for name, cell in cells.items()}


def load_cells(data: Mapping[str, Any]) -> dict[str, Cell]:
    return {name: _load(value) for name, value in data.items()}


def _dump(cell: Cell) -> Any:
    match cell:
        case Decimal():
            return {_DECIMAL: str(cell)}
        case datetime():
            return {_MOMENT: cell.isoformat()}
        case float() if not math.isfinite(cell):
            return str(cell)
    return cell


def _load(value: Any) -> Cell:
    match value:
        case {"$decimal": text}:
            return Decimal(text)
        case {"$at": text}:
            return datetime.fromisoformat(text)
    loaded: Cell = value
    return loaded
