"""Guess whose statement it is and which column means what. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from channels_sync.connectors.file.codes import DATE_FORMATS
from channels_sync.connectors.payouts.codes import PRESETS, Preset, Words
from channels_sync.connectors.payouts.options import PayoutField, PayoutOptions
from oms.privacy.text import fold
from oms.tables.cells import Row, moment_of, text_of

_NO_WORD = re.compile(r"[\W_]+")
_NEEDED = 3
"""So many known names make a line the line of column names."""


def plain(name: str) -> str:
    """Return a column name without case, width and punctuation: "收入金额（+元）" is 收入金额元."""
    return _NO_WORD.sub("", fold(name))


def is_header(texts: Sequence[str]) -> bool:
    """Tell the line of column names, below the lines that a platform writes above it."""
    return any(len(columns_by(preset.words, texts)) >= _NEEDED for preset in PRESETS)


def preset_of(key: str) -> Preset | None:
    """Return the preset of a name."""
    return next((preset for preset in PRESETS if preset.key == key), None)


def best_preset(header: Sequence[str]) -> Preset:
    """Return the preset that explains most of its columns; the first of equals."""
    return max(PRESETS, key=lambda preset: len(columns_by(preset.words, header)))


def columns_by(words: Words, header: Sequence[str]) -> dict[PayoutField, str]:
    """Return the column of every field; no column means two things."""
    known = {plain(name): name for name in reversed(header) if name}
    found: dict[PayoutField, str] = {}
    for field, names in words.items():
        told = (known[name] for name in names if name in known)
        column = next((name for name in told if name not in found.values()), None)
        if column is not None:
            found[field] = column
    return found


def guess(
    header: Sequence[str],
    *,
    rows: Sequence[Row],
    preset: Preset | None,
    timezone: str,
    currency: str,
) -> PayoutOptions:
    """Return options as far as they can be guessed: perhaps without a column that is needed."""
    chosen = preset or best_preset(header)
    draft = PayoutOptions(
        columns=columns_by(chosen.words, header),
        preset=chosen.key,
        basis=chosen.basis,
        timezone=timezone,
        currency=currency,
        fees_deducted=chosen.fees_deducted,
    )
    return replace(draft, date_format=guess_date_format(rows, draft))


def guess_date_format(rows: Sequence[Row], options: PayoutOptions) -> str:
    """Return the first format that reads most of the examples; empty: ISO 8601 or year first."""
    column = options.columns.get(PayoutField.AT, "")
    cells = [cell for row in rows if (cell := row.cells.get(column)) is not None]
    formats = ("", *DATE_FORMATS)
    tried = {known: replace(options, date_format=known) for known in formats}
    counts = {known: sum(_reads(cell, tried[known]) for cell in cells) for known in formats}
    return max(formats, key=lambda known: counts[known])


def _reads(cell: object, options: PayoutOptions) -> bool:
    try:
        return moment_of(bare(cell), options) is not None
    except ValueError:
        return False


def bare(cell: object) -> str:
    """Return a cell's text without the marks that keep a spreadsheet from reading numbers."""
    return text_of(cell).strip("`'\t ")  # type: ignore[arg-type]  # a cell
