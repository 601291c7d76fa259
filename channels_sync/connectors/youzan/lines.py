"""The lines of a Youzan order, and what each of them was paid with. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import inner, reference, rows, truth, whole, yuan
from channels_sync.connectors.youzan import codes
from oms.dto import IncomingLine, LineKind
from oms.rules.shares import share_out


def to_lines(trade: Fields, order: Fields, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    """Return the lines; their paid shares add up to ``to_share`` (yuan).

    ``trade`` is the whole answer: only a detail says which lines left, and which were paid back.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = list(order.items("orders"))
    gone = paid_back(trade, told) - shipped(trade)
    is_virtual = truth(inner(inner(order, "order_info"), "order_tags"), "is_virtual")
    shares = _shares(told, to_share)
    return tuple(
        _line(line, share, gone=gone, is_virtual=is_virtual)
        for line, share in zip(told, shares, strict=True)
    )


def shipped(trade: Fields) -> set[str]:
    """Return the numbers of the lines that left."""
    return {
        reference(one, "oid")
        for parcel in rows(trade, "delivery_order")
        if whole(parcel, "express_state") == codes.SHIPPED
        for one in rows(parcel, "oids")
    }


def paid_back(trade: Fields, lines: Sequence[Fields]) -> set[str]:
    """Return the lines of which all the money went back; a part of it takes no line away."""
    worth = {reference(line, "oid"): yuan(line, "payment") for line in lines}
    gone: set[str] = set()
    for refund in rows(trade, "refund_order"):
        numbers = {reference(one, "oid") for one in rows(refund, "oids")}
        total = sum((worth.get(number, Decimal(0)) for number in numbers), Decimal(0))
        is_paid = whole(refund, "refund_state") == codes.REFUND_PAID
        if is_paid and numbers and yuan(refund, "refund_fee") >= total:
            gone |= numbers
    return gone


def _line(line: Fields, share: Decimal, *, gone: set[str], is_virtual: bool) -> IncomingLine:
    number = line.text("oid", limit=64)
    quantity = whole(line, "num", default=None)
    return IncomingLine(
        channel_line_no=number,
        channel_product_id=reference(line, "item_id"),
        channel_sku_id=reference(line, "sku_id"),
        merchant_code=(
            reference(line, "outer_sku_id", limit=100)
            or reference(line, "outer_item_id", limit=100)
        ),
        title=line.text("title", limit=1000, default="")[:300],
        quantity=quantity,
        unit_price=yuan(line, "price"),
        paid_share=share,
        kind=_kind(line, is_virtual=is_virtual),
        cancelled_quantity=quantity if number in gone else 0,
    )


def _kind(line: Fields, *, is_virtual: bool) -> LineKind:
    if is_virtual or whole(line, "item_type") in codes.VIRTUAL_ITEMS:
        return LineKind.VIRTUAL
    return LineKind.GIFT if truth(line, "is_present") else LineKind.GOODS


def _shares(lines: Sequence[Fields], to_share: Decimal) -> list[Decimal]:
    """A line's ``payment`` has its part of the freight in it; that is taken out in proportion."""
    told = [max(yuan(line, "payment"), Decimal(0)) for line in lines]
    if sum(told) == to_share or not lines:
        return told
    return share_out(to_share, told)
