"""From the text of a cell to the value that its column wants."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.privacy.text import fold
from oms.refusals import Refusal
from oms.services.sheets import codes
from oms.tables.cells import is_shortened

_EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.0+)?")


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
        if self.is_code and is_shortened(text):
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
