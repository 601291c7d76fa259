"""The three sizes, from above: routing for the sorting centres, addresses, then the shop's part.

76 x 130 mm is the carriers' one-part label; 100 x 180 mm is the two-part one, whose lower 70 mm
stay with the parcel.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from reportlab.lib.units import mm

from warehouse.labels.layout import Box, Layout, PartyBoxes, Stub, Upper
from warehouse.labels.model import LabelSize

_MARGIN: Final = 2 * mm
_STUB: Final = 70 * mm
_PAD: Final = 1 * mm


class _Rows(NamedTuple):
    """Heights from above in millimetres; what remains is the foot."""

    header: float
    sort_code: float
    codes: float
    barcode: float
    receiver: float
    sender: float
    services: float


class _Columns(NamedTuple):
    """Widths in millimetres."""

    mark: float
    side: float
    qr: float


class _Page(NamedTuple):
    """The shared part, what is outlined in it, and the room that is left below."""

    upper: Upper
    outlined: tuple[Box, ...]
    foot: Box


def _divide(area: Box, rows: _Rows, columns: _Columns) -> _Page:
    addresses = rows.receiver + rows.sender + rows.services
    heights = (rows.header, rows.sort_code, rows.codes, rows.barcode, addresses)
    header, sort_code, codes, barcode, middle, foot = area.stack(*(h * mm for h in heights))
    carrier, product, printed = header.split(header.width * 0.34, header.width * 0.26)
    bag_place, mapping = codes.split(codes.width * 0.56)
    left, side = middle.split(middle.width - columns.side * mm)
    receiver, sender, services = left.stack(rows.receiver * mm, rows.sender * mm)
    upper = Upper(
        carrier=carrier.inset(_PAD),
        product=product.inset(_PAD),
        printed=printed.inset(_PAD),
        sort_code=sort_code.inset(_PAD),
        bag_place=bag_place.inset(_PAD),
        mapping=mapping,
        barcode=barcode,
        receiver=_party(receiver, columns.mark * mm),
        sender=_party(sender, columns.mark * mm),
        services=services.inset(_PAD),
        side_barcode=side,
    )
    shown = (area, product, header, sort_code, bag_place, mapping, barcode, receiver, sender, side)
    return _Page(upper, (*shown, upper.receiver.mark, upper.sender.mark), foot)


def _party(box: Box, mark: float) -> PartyBoxes:
    left, right = box.split(mark)
    return PartyBoxes(left, right.inset(_PAD, _PAD / 2))


def _one_part(size: LabelSize, rows: _Rows, columns: _Columns, scale: float) -> Layout:
    width, height = (side * mm for side in size.value)
    area = Box(0, 0, width, height).inset(_MARGIN, _MARGIN)
    shared = _divide(area, rows, columns)
    left, right = shared.foot.split(columns.qr * mm)
    qr, checked = left.stack(columns.qr * mm)
    goods, notes = right.stack(right.height * 0.55)
    return Layout(
        page=(width, height),
        scale=scale,
        upper=shared.upper,
        qr=qr.inset(_PAD, _PAD),
        checked=checked.inset(_PAD),
        goods=goods.inset(_PAD, _PAD / 2),
        notes=notes.inset(_PAD, _PAD / 2),
        outlined=(*shared.outlined, right, notes),
    )


def _two_part(size: LabelSize, rows: _Rows, columns: _Columns, scale: float) -> Layout:
    width, height = (side * mm for side in size.value)
    whole = Box(0, 0, width, height)
    delivery, stub = whole.stack(height - _STUB)
    shared = _divide(delivery.inset(_MARGIN, _MARGIN), rows, columns)
    qr, notes, right = shared.foot.split(columns.qr * mm, shared.foot.width * 0.48)
    signature, checked = right.stack(right.height * 0.6)
    lower = stub.inset(_MARGIN, _MARGIN)
    barcode, receiver, sender, goods = lower.stack(16 * mm, 17 * mm, 10 * mm)
    parties = tuple(_party(box, columns.mark * mm) for box in (receiver, sender))
    return Layout(
        page=(width, height),
        scale=scale,
        upper=shared.upper,
        qr=qr.inset(_PAD, _PAD),
        checked=checked.inset(_PAD),
        signature=signature.inset(_PAD),
        goods=goods.inset(_PAD, _PAD / 2),
        notes=notes.inset(_PAD, _PAD / 2),
        outlined=(*shared.outlined, notes, signature, lower, barcode, receiver, sender)
        + tuple(party.mark for party in parties),
        stub=Stub(cut_at=stub.top, barcode=barcode, receiver=parties[0], sender=parties[1]),
    )


LAYOUTS: Final[Mapping[LabelSize, Layout]] = {
    LabelSize.MM_76X130: _one_part(
        LabelSize.MM_76X130, _Rows(8, 13, 7, 16, 22, 11, 9), _Columns(6, 11, 23), 1.0
    ),
    LabelSize.MM_100X150: _one_part(
        LabelSize.MM_100X150, _Rows(9, 16, 9, 19, 24, 13, 10), _Columns(8, 13, 27), 1.2
    ),
    LabelSize.MM_100X180: _two_part(
        LabelSize.MM_100X180, _Rows(8, 13, 7, 16, 21, 11, 10), _Columns(8, 13, 20), 1.15
    ),
}
