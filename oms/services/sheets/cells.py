"""From what a file library gives to text, and from text to the value a column wants."""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.privacy.text import fold, utf8
from oms.refusals import Refusal
from oms.services.sheets import codes

_EXACT = 10**15
"""Excel keeps fifteen digits of a number; of a longer one the last digits are made up."""
_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.0+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class BadCell(Refusal):
    """What is wrong with a cell; the column is named by whoever shows it."""


class ExcelError(BadCell):
    message = _("the formula in this cell has an error (%(text)s)")


class Shortened(BadCell):
    message = _(
        "Excel has shortened this long number (%(text)s): "
        "format the column as text and type it anew"
    )


class TooLong(BadCell):
    message = _("longer than %(limit)d characters")


class NotWhole(BadCell):
    message = _("“%(text)s” is not a whole number")


class OutOfRange(BadCell):
    message = _("%(text)s is not between %(low)d and %(high)d")


class NotYesOrNo(BadCell):
    message = _("“%(text)s” is neither yes nor no")


class NoSuchChoice(BadCell):
    message = _("“%(text)s” is none of: %(choices)s")


def text_of(value: object) -> str:
    """Return the cell as a person reads it: 536365, not 536365.0; trimmed, one line, no controls.

    A number with more digits than Excel keeps comes out in its short form, so that it is noticed.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value) if abs(value) < _EXACT else _short(value)
        case float():
            return _text_of_float(value)
        case datetime() | date():
            return value.isoformat()
    return _clean(str(value))


def _text_of_float(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer():
        return str(int(value)) if abs(value) < _EXACT else _short(value)
    return repr(value)


def _short(value: float) -> str:
    try:
        return f"{value:.5E}"
    except OverflowError:
        return "9.99999E+999"


def _clean(text: str) -> str:
    """Return what any database, page and label can carry; an apostrophe against formulas goes."""
    text = utf8(text).decode()
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


class Reader(ABC):
    """Turns the text of a cell that is not empty into a value."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """:raises BadCell: telling what is wrong"""

    @abstractmethod
    def rule(self) -> str:
        """Say what may stand in the cell."""


@dataclass(frozen=True, slots=True)
class Text(Reader):
    """``is_code``: what scanners and other systems compare, so that a lost digit is refused."""

    limit: int
    is_code: bool = False

    def read(self, text: str) -> str:
        if self.is_code and _SHORTENED.fullmatch(text):
            raise Shortened(text=text)
        if len(text) > self.limit:
            raise TooLong(limit=self.limit)
        return text

    def rule(self) -> str:
        return gettext("text, up to %(limit)d characters") % {"limit": self.limit}


@dataclass(frozen=True, slots=True)
class Whole(Reader):
    low: int
    high: int

    def read(self, text: str) -> int:
        plain = fold(text)
        if _GROUPED.fullmatch(plain):
            plain = plain.replace(",", "")
        if not _WHOLE.fullmatch(plain):
            raise NotWhole(text=text[:40])
        # Digits alone first: the language itself refuses to convert thousands of them.
        number = int(plain.split(".")[0]) if len(plain) <= 20 else self.high + 1
        if not self.low <= number <= self.high:
            raise OutOfRange(text=text[:40], low=self.low, high=self.high)
        return number

    def rule(self) -> str:
        return gettext("whole number, %(low)d to %(high)d") % {"low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class YesNo(Reader):
    def read(self, text: str) -> bool:
        word = fold(text).strip()
        if word in codes.YES:
            return True
        if word in codes.NO:
            return False
        raise NotYesOrNo(text=text[:40])

    def rule(self) -> str:
        return " / ".join(codes.YES_NO)


@dataclass(frozen=True, slots=True)
class Choice(Reader):
    """``labels`` by value; ``words`` are further spellings, in lower case, with their value."""

    labels: Mapping[str, str | Promise]
    words: Mapping[str, str]

    def read(self, text: str) -> str:
        word = fold(text).strip()
        known = {fold(str(label)): value for value, label in self.labels.items()}
        value = word if word in self.labels else self.words.get(word) or known.get(word)
        if value is None:
            raise NoSuchChoice(text=text[:40], choices=self.rule())
        return value

    def rule(self) -> str:
        return " / ".join(str(label) for label in self.labels.values())


def check_excel_error(text: str) -> None:
    """:raises ExcelError: if the cell holds what Excel writes when a formula fails"""
    if _EXCEL_ERROR.fullmatch(text):
        raise ExcelError(text=text)
