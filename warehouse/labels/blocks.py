"""The parts of a label: what is written into which box, and how large."""

from typing import Final

from reportlab.lib.units import mm

from warehouse.labels import barcodes, messages
from warehouse.labels.barcodes import Symbol
from warehouse.labels.cleaning import cleaned
from warehouse.labels.fitting import LEADING, Fitted, Sizes, fit
from warehouse.labels.layout import Box, Layout, PartyBoxes
from warehouse.labels.model import Label, Party
from warehouse.labels.pen import Align, Pen

_TINY: Final = 4.0
"""Below this nobody reads Chinese; only texts of absurd length are shrunk so far."""
_NUMBER_ROW: Final = 4.5 * mm
_MAX_CODES: Final = 3
_MAX_MISSING: Final = 6


def draw_frame(pen: Pen, layout: Layout) -> None:
    """Draw what is the same on every label."""
    pen.outline(layout.outlined)
    captions = Sizes(11 * layout.scale, _TINY)
    parties = [(layout.upper.receiver, messages.RECEIVER), (layout.upper.sender, messages.SENDER)]
    if layout.stub:
        pen.cut_line(layout.stub.cut_at, layout.page[0])
        parties += [
            (layout.stub.receiver, messages.RECEIVER),
            (layout.stub.sender, messages.SENDER),
        ]
    for boxes, caption in parties:
        pen.heading(caption, boxes.mark, captions, align=Align.CENTER)
    pen.heading(messages.CHECKED, layout.checked, captions, align=Align.CENTER)
    if layout.signature:
        pen.paragraphs([messages.SIGNATURE], layout.signature, Sizes(6.5, _TINY))


def draw_label(pen: Pen, layout: Layout, label: Label) -> None:
    """Draw what is this label's own."""
    label, missing = cleaned(label)
    bars = barcodes.code128(label.waybill_no)
    _draw_header(pen, layout, label)
    _draw_routing(pen, layout, label)
    _draw_number(pen, layout.upper.barcode, bars, label)
    pen.upright_code128(bars, layout.upper.side_barcode.inset(2 * mm))
    _draw_parties(pen, layout, label)
    _draw_services(pen, layout, label)
    pen.qr(barcodes.qr(label.qr_payload or label.waybill_no), layout.qr)
    _draw_goods(pen, layout, label)
    small = Sizes(7.5 * layout.scale, _TINY)
    pen.paragraphs(_notes(label, missing), layout.notes, small)
    if layout.stub:
        _draw_number(pen, layout.stub.barcode, bars, label)


def _draw_header(pen: Pen, layout: Layout, label: Label) -> None:
    scale = layout.scale
    pen.heading(label.carrier, layout.upper.carrier, Sizes(13 * scale, _TINY))
    pen.heading(
        label.product_name,
        layout.upper.product,
        Sizes(12 * scale, _TINY),
        align=Align.CENTER,
    )
    count = f"{label.page_no}/{label.page_count}" if label.page_count > 1 else ""
    marks = (messages.REPRINT if label.reprint else "", count, label.sequence)
    texts = (" ".join(filter(None, marks)), label.printed_at)
    pen.paragraphs(texts, layout.upper.printed, Sizes(7 * scale, _TINY))


def _draw_routing(pen: Pen, layout: Layout, label: Label) -> None:
    scale = layout.scale
    pen.heading(label.sort_code, layout.upper.sort_code, Sizes(36 * scale, 6), align=Align.CENTER)
    if label.bag_place:
        place = messages.BAG_PLACE.format(place=label.bag_place)
        pen.heading(place, layout.upper.bag_place, Sizes(11 * scale, _TINY))
    codes = [code for code in label.mapping_codes if code]
    if len(codes) > _MAX_CODES:
        codes = [*codes[: _MAX_CODES - 1], " ".join(codes[_MAX_CODES - 1 :])]
    for code, box in zip(codes, _columns(layout.upper.mapping, len(codes)), strict=True):
        pen.heading(code, box.inset(0.5 * mm), Sizes(14 * scale, _TINY), align=Align.CENTER)


def _columns(box: Box, count: int) -> list[Box]:
    return list(box.split(*[box.width / count] * (count - 1))) if count else []


def _draw_number(pen: Pen, box: Box, bars: Symbol, label: Label) -> None:
    upper, lower = box.inset(0, 1 * mm).stack(box.height - 2 * mm - _NUMBER_ROW)
    pen.code128(bars, upper)
    number = label.waybill_no
    if label.page_count > 1 and label.mother_no:
        mother = messages.MOTHER.format(number=label.mother_no)
        number = f"{number}  {label.page_no}/{label.page_count}  {mother}"
    pen.heading(number, lower.inset(1 * mm), Sizes(11, _TINY), align=Align.CENTER)


def _draw_parties(pen: Pen, layout: Layout, label: Label) -> None:
    large, small = 12 * layout.scale, 8 * layout.scale
    _draw_party(pen, layout.upper.receiver, label.receiver, large)
    _draw_party(pen, layout.upper.sender, label.sender, small)
    if layout.stub:
        _draw_party(pen, layout.stub.receiver, label.receiver, large)
        _draw_party(pen, layout.stub.sender, label.sender, small)


def _draw_party(pen: Pen, boxes: PartyBoxes, party: Party, size: float) -> None:
    who, where = boxes.text.stack(boxes.text.height * 0.34)
    name = "  ".join(filter(None, (party.name, party.phone)))
    pen.heading(name, who, Sizes(size, _TINY))
    pen.paragraphs([party.address], where, Sizes(size, _TINY))


def _draw_services(pen: Pen, layout: Layout, label: Label) -> None:
    words: list[str] = []
    if label.cod_amount is not None:
        words.append(messages.COD.format(amount=label.cod_amount))
    if label.freight_collect:
        words.append(messages.FREIGHT_COLLECT)
    if label.insured_amount is not None:
        words.append(messages.INSURED.format(amount=label.insured_amount))
    words += label.badges
    pen.heading("  ".join(words), layout.upper.services, Sizes(14 * layout.scale, _TINY))


def _draw_goods(pen: Pen, layout: Layout, label: Label) -> None:
    goods = [line for line in label.goods if line]
    pen.lines(_listed(goods, layout.goods, Sizes(10 * layout.scale, 5.0)), layout.goods)


def _listed(goods: list[str], box: Box, sizes: Sizes) -> Fitted:
    """Leave out whole lines where even the smallest letters have no room, and say how many."""
    fitted = fit(goods, box.width, box.height, sizes)
    smallest = Sizes(sizes.smallest, sizes.smallest)
    kept = min(len(goods), int(box.height / (sizes.smallest * LEADING)))
    while fitted.cut and kept > 1:
        kept -= 1
        shown = [*goods[:kept], messages.MORE_GOODS.format(count=len(goods) - kept)]
        fitted = fit(shown, box.width, box.height, smallest)
    return fitted


def _notes(label: Label, missing: tuple[str, ...]) -> list[str]:
    notes = []
    if missing:
        codes = " ".join(f"U+{ord(character):04X}" for character in missing[:_MAX_MISSING])
        notes.append(messages.MISSING.format(codes=codes))
    if label.remark:
        notes.append(messages.REMARK.format(text=label.remark))
    if label.order_nos:
        notes.append(_orders(label.order_nos))
    if label.package_no:
        notes.append(messages.PACKAGE.format(number=label.package_no))
    return notes


def _orders(numbers: tuple[str, ...]) -> str:
    shown = "、".join(numbers[:3])
    if len(numbers) > 3:
        return messages.MORE_ORDERS.format(numbers=shown, count=len(numbers))
    return messages.ORDERS.format(numbers=shown)
