"""A pick list on A4: what one picker fetches for a wave, in the order of the walk."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.lib.units import mm

from oms.refusals import Refusal
from warehouse.labels import barcodes, messages
from warehouse.labels.characters import printable
from warehouse.labels.fitting import Sizes
from warehouse.labels.layout import Box
from warehouse.labels.model import is_scannable
from warehouse.labels.pdf import NothingToPrint, new_canvas
from warehouse.labels.pen import Align, Pen
from warehouse.labels.picktable import Row, draw_heads, draw_row, pages, row_of

_PAGE: Final = (210 * mm, 297 * mm)
_MARGIN: Final = 12 * mm
_HEADER: Final = 30 * mm
_HEADS: Final = 7 * mm
_FOOTER: Final = 10 * mm
_BARCODE: Final = 88 * mm


class BadWaveNo(Refusal):
    """This number cannot become a barcode."""

    message = messages.BAD_WAVE_NO


@dataclass(frozen=True, slots=True, kw_only=True)
class PickListLine:
    """One stop: so many pieces of a SKU from a bin. ``documents`` says for whom, a text a line."""

    bin_code: str
    sku: str
    name: str
    quantity: int
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickList:
    """The lines of one walk, in walking order. Texts may be empty, long and of any script.

    :raises BadWaveNo: the number cannot become a barcode
    """

    wave_no: str
    lines: tuple[PickListLine, ...]
    warehouse: str = ""
    picker: str = ""
    printed_at: str = ""
    reprint: bool = False

    def __post_init__(self) -> None:
        if not is_scannable(self.wave_no):
            raise BadWaveNo(number=self.wave_no)


def render_pick_list(pick_list: PickList) -> bytes:
    """Draw a pick list as PDF, as many A4 pages as its lines need, each with the wave's barcode.

    :raises NothingToPrint: no lines
    """
    if not pick_list.lines:
        raise NothingToPrint
    file = BytesIO()
    canvas = new_canvas(file, _PAGE)
    pen = Pen(canvas)
    whole = Box(0, 0, *_PAGE).inset(_MARGIN, _MARGIN)
    header, heads, body = whole.stack(_HEADER, _HEADS)
    body, footer = body.stack(body.height - _FOOTER)
    sheets = pages(_rows(pick_list, body), body.height)
    for number, rows in enumerate(sheets, start=1):
        _draw_header(pen, header, pick_list, (number, len(sheets)))
        draw_heads(pen, heads)
        _draw_rows(pen, body, rows)
        _draw_footer(pen, footer)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _rows(pick_list: PickList, body: Box) -> list[Row]:
    return [
        row_of(
            (
                str(number),
                printable(line.bin_code),
                printable(line.sku),
                printable(line.name),
                str(line.quantity),
            ),
            [text for text in map(printable, line.documents) if text],
            body,
        )
        for number, line in enumerate(pick_list.lines, start=1)
    ]


def _draw_rows(pen: Pen, body: Box, rows: Sequence[Row]) -> None:
    for row, box in zip(rows, body.stack(*(row.height for row in rows)), strict=False):
        draw_row(pen, box, row)


def _draw_header(pen: Pen, box: Box, pick_list: PickList, page: tuple[int, int]) -> None:
    left, right = box.split(box.width - _BARCODE)
    title, wave, place, totals, _ = left.stack(10 * mm, 7 * mm, 5 * mm, 5 * mm)
    name = messages.PICK_LIST
    if pick_list.reprint:
        name = f"{name} ({messages.REPRINT})"
    pen.heading(name, title, Sizes(20, 8))
    pen.heading(messages.WAVE.format(number=pick_list.wave_no), wave, Sizes(13, 6))
    pen.line(_place(pick_list), place, Sizes(9, 5))
    pen.line(_totals(pick_list), totals, Sizes(9, 5))
    bars, number, printed, _ = right.stack(14 * mm, 6 * mm, 6 * mm)
    pen.code128(barcodes.code128(pick_list.wave_no), bars)
    pen.line(pick_list.wave_no, number, Sizes(10, 5), align=Align.CENTER)
    pages_text = messages.PAGE.format(page=page[0], pages=page[1])
    printed_at = printable(pick_list.printed_at)
    texts = (messages.PRINTED.format(at=printed_at) if printed_at else "", pages_text)
    pen.line("    ".join(filter(None, texts)), printed, Sizes(9, 5), align=Align.RIGHT)


def _place(pick_list: PickList) -> str:
    texts = []
    if pick_list.warehouse:
        texts.append(messages.WAREHOUSE.format(name=printable(pick_list.warehouse)))
    if pick_list.picker:
        texts.append(messages.PICKER.format(name=printable(pick_list.picker)))
    return "    ".join(texts)


def _totals(pick_list: PickList) -> str:
    quantity = sum(line.quantity for line in pick_list.lines)
    return messages.TOTALS.format(lines=len(pick_list.lines), quantity=quantity)


def _draw_footer(pen: Pen, box: Box) -> None:
    for text, part in zip(messages.SIGN_OFF, box.split(box.width / 3, box.width / 3), strict=True):
        pen.line(text, part, Sizes(9, 5))
