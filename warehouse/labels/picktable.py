"""The table of a pick list: rows as high as their text needs, pages as full as they can be."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from reportlab.lib.units import mm

from warehouse.labels import messages
from warehouse.labels.fitting import LEADING, Sizes, fit
from warehouse.labels.layout import Box
from warehouse.labels.pen import Align, Pen

_WIDTHS: Final = tuple(width * mm for width in (9, 27, 32, 56, 14, 40))
"""Number, bin, SKU, name, quantity, documents; the rest is the check box."""
_PAD: Final = 1 * mm
_TEXT: Final = 9.0
_SMALL: Final = Sizes(_TEXT, 4)
_LARGE: Final = Sizes(13, 4)
_LOWEST: Final = 9 * mm
_TICK: Final = 4.5 * mm


class Row(NamedTuple):
    """The texts of one line of the list, printable, and the height they need in points."""

    cells: tuple[str, ...]
    documents: list[str]
    height: float


def row_of(cells: tuple[str, ...], documents: list[str], body: Box) -> Row:
    """Measure a row of number, bin, SKU, name, quantity; none is higher than the page."""
    _, _, sku, name, _ = cells
    columns = ((2, [sku]), (3, [name]), (5, documents))
    lines = max(_line_count(texts, _WIDTHS[column]) for column, texts in columns)
    needed = lines * _TEXT * LEADING + 2 * _PAD
    return Row(cells, documents, min(max(needed, _LOWEST), body.height))


def _line_count(texts: Sequence[str], width: float) -> int:
    endless = _TEXT * LEADING * 1000
    return len(fit(texts, width - 2 * _PAD, endless, Sizes(_TEXT, _TEXT)).lines)


def pages(rows: Sequence[Row], height: float) -> list[list[Row]]:
    """Fill pages of this height, in order; a row is never torn apart."""
    filled: list[list[Row]] = []
    room = 0.0
    for row in rows:
        if not filled or row.height > room:
            filled.append([])
            room = height
        filled[-1].append(row)
        room -= row.height
    return filled


def draw_heads(pen: Pen, box: Box) -> None:
    """Draw the names of the columns."""
    cells = list(box.split(*_WIDTHS))
    pen.outline(cells)
    for caption, cell in zip(messages.COLUMNS, cells, strict=True):
        pen.heading(caption, cell.inset(_PAD), _SMALL, align=Align.CENTER)


def draw_row(pen: Pen, box: Box, row: Row) -> None:
    """Draw one line: bin and quantity large, because these are read while walking."""
    cells = list(box.split(*_WIDTHS))
    pen.outline(cells, width=0.4)
    number, bin_code, sku, name, quantity, documents, tick = (cell.inset(_PAD) for cell in cells)
    texts = row.cells
    pen.line(texts[0], number, _SMALL, align=Align.CENTER)
    pen.heading(texts[1], bin_code, _LARGE)
    pen.heading(texts[4], quantity, _LARGE, align=Align.CENTER)
    for content, cell in (([texts[2]], sku), ([texts[3]], name), (row.documents, documents)):
        pen.paragraphs(content, cell.inset(0, _PAD), _SMALL, middle=True)
    x, y = tick.x + (tick.width - _TICK) / 2, tick.y + (tick.height - _TICK) / 2
    pen.outline([Box(x, y, _TICK, _TICK)], width=0.8)
