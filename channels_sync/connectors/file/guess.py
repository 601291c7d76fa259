"""Guess which column means what, so that a person only has to correct it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from channels_sync.connectors.file.codes import COLUMN_WORDS, DATE_FORMATS
from channels_sync.dto import ImportField, ImportOptions
from oms.tables.cells import Cell, Row, moment_of

_NO_WORD = re.compile(r"[\W_]+")


def guess_columns(header: Sequence[str]) -> dict[ImportField, str]:
    """Return the column of every field whose name we know; no column means two things."""
    plain = {_NO_WORD.sub("", name.lower()): name for name in reversed(header)}
    found: dict[ImportField, str] = {}
    for field, words in COLUMN_WORDS.items():
        names = (plain[word] for word in words if word in plain)
        name = next((name for name in names if name not in found.values()), None)
        if name is not None:
            found[field] = name
    return found


def guess_date_format(rows: Sequence[Row], options: ImportOptions) -> str:
    """Return the first format in which every example of the order's time can be read.

    Empty means ISO 8601 or year first, and is also the answer where nothing fits.
    """
    tried = (replace(options, date_format=known) for known in ("", *DATE_FORMATS))
    fitting = (each.date_format for each in tried if reads_times(rows, each))
    return next(fitting, "")


def reads_times(rows: Sequence[Row], options: ImportOptions) -> bool:
    """Tell whether every example of the order's time can be read; without examples it cannot."""
    column = options.columns.get(ImportField.ORDERED_AT, "")
    examples = [cell for row in rows if (cell := row.cells.get(column)) is not None]
    return bool(examples) and all(_is_time(cell, options) for cell in examples)


def _is_time(cell: Cell, options: ImportOptions) -> bool:
    try:
        return moment_of(cell, options) is not None
    except ValueError:
        return False
