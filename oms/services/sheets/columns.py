"""What a list's columns are called, and which of them a file has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oms.privacy.text import fold
from oms.services.sheets import codes
from oms.services.sheets.cells import Reader, check_excel_error
from oms.tables.problems import UnusableTable

_NO_WORD = re.compile(r"[\W_]+")
REQUIRED_MARK = "*"


class MissingColumns(UnusableTable):
    message = _("These columns are missing: %(names)s. The blank has all of them.")


class DoubleColumn(UnusableTable):
    message = _("The column “%(name)s” is there twice (columns %(first)d and %(second)d).")


class UnknownColumns(UnusableTable):
    message = _(
        "These columns are not known: %(names)s. Delete or rename them. Known are: %(known)s."
    )


@dataclass(frozen=True, slots=True)
class Column:
    """``words`` are its names, Chinese and English first. An empty cell gives ``default``; where
    that is None, it gives no value at all, and what is stored stays as it is."""

    key: str
    words: tuple[str, ...]
    reader: Reader
    example: str = ""
    note: str | Promise = ""
    required: bool = False
    default: Any = None

    @property
    def title(self) -> str:
        """The column's name in the language of whoever reads it."""
        return self.words[0] if (get_language() or "").startswith("zh") else self.words[1]

    def read(self, text: str) -> Any:
        """:raises BadCell: telling what is wrong with a cell that is not empty"""
        check_excel_error(text)
        return self.reader.read(text)


def find_columns(header: Sequence[str], *, columns: Iterable[Column]) -> dict[str, int]:
    """Return the place of every column that the file has, counted from 0, by the column's key.

    :raises UnusableTable: if a needed column is missing, one is there twice, or one is unknown
    """
    columns = list(columns)
    known = {_plain(word): column for column in reversed(columns) for word in column.words}
    passed_over = {_plain(word) for word in (*codes.ROW, *codes.REASON)}
    found: dict[str, int] = {}
    unknown: list[str] = []
    for place, name in enumerate(header):
        if not name or _plain(name) in passed_over:
            continue
        column = known.get(_plain(name))
        if column is None:
            unknown.append(name[:40])
        elif column.key in found:
            raise DoubleColumn(name=column.title, first=found[column.key] + 1, second=place + 1)
        else:
            found[column.key] = place
    _check(found, unknown, columns)
    return found


def _check(found: Mapping[str, int], unknown: Sequence[str], columns: Sequence[Column]) -> None:
    missing = [column.title for column in columns if column.required and column.key not in found]
    if missing:
        raise MissingColumns(names=", ".join(missing))
    if unknown:
        known = ", ".join(column.title for column in columns)
        raise UnknownColumns(names=", ".join(unknown[:10]), known=known)


def _plain(name: str) -> str:
    return _NO_WORD.sub("", fold(name))
