"""What the numbers and times mean that China's platforms write, whoever reads the field. Pure.

``where`` names the field in the trouble; the value is never told, because values are personal.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from channels_sync.connectors.exact import LARGEST, fits
from channels_sync.dto import Problem, Unreadable

BEIJING = ZoneInfo("Asia/Shanghai")
_NO_TIME = frozenset({"", "0", "0000-00-00 00:00:00"})
_MILLIS_DIGITS = 13
"""As since 2001; fewer or more digits are a date and time written without separators."""
_FIRST_YEAR = 1970
"""Earlier times ("0001-01-01 00:00:00") are how some platforms write that there is none."""


def number(text: str, where: str) -> Decimal:
    """Return a number of at most 15 digits before its point.

    :raises Unreadable: if it is none
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Unreadable(Problem.NOT_A_NUMBER, where) from None
    if not found.is_finite() or abs(found) >= LARGEST:
        raise Unreadable(Problem.NOT_A_NUMBER, where)
    return found


def whole(text: str, where: str) -> int:
    """:raises Unreadable: if it is no whole number"""
    found = number(text, where)
    if found != found.to_integral_value():
        raise Unreadable(Problem.NOT_A_NUMBER, where)
    return int(found)


def yuan(text: str, where: str) -> Decimal:
    """:raises Unreadable: if it is no amount, or finer than a fen"""
    found = number(text, where)
    if not fits(found, 2):
        raise Unreadable(Problem.TOO_FINE, where)
    return found


def moment(text: str, where: str) -> datetime | None:
    """Return a moment in UTC from Beijing's clock; None for the ways to write that there is none.

    :raises Unreadable: if it is malformed
    """
    if text in _NO_TIME:
        return None
    try:
        told = datetime.fromisoformat(text)
        if told.year < _FIRST_YEAR:
            return None
        return told.replace(tzinfo=told.tzinfo or BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(Problem.NOT_A_TIME, where) from None


def instant(text: str, where: str) -> datetime | None:
    """Return a moment in UTC, from Beijing's clock as ``moment`` or from epoch milliseconds.

    :raises Unreadable: if it is malformed
    """
    if not (text.isascii() and text.isdecimal() and len(text) == _MILLIS_DIGITS):
        return moment(text, where)
    try:
        return datetime.fromtimestamp(int(text) // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable(Problem.NOT_A_TIME, where) from None
