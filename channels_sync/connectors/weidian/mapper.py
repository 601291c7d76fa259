"""From an order as ``vdian.order.get`` tells it to the value that the core takes in. Pure.

The payload is ``{"order": the answer, "told_at": when}``, because a detail does not say when it was
changed: the list's ``update_time``, or the platform's clock as it answered. Everything is text,
amounts in yuan, times Beijing's. ``order_type`` "1" is cash on delivery, "3" is escrow; others are
treated as paid beforehand.
"""

from decimal import Decimal

from channels_sync.connectors.exact import add, multiply, total
from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.weidian import codes
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    PaymentTerms,
    PlainReceiver,
)
from oms.rules.shares import share_out

_NOTHING = Decimal(0)
_SHIPPABLE = (ChannelStatus.PAID, ChannelStatus.PARTLY_SHIPPED)


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = Loose.of(load(payload))
    if "order" not in told.data:
        raise Unreadable(Problem.NOT_AN_ORDER, "order")
    order = told.inside("order")
    status, paid = status_of(order), _paid(order)
    freight = order.yuan("express_fee", _NOTHING)
    lines = _lines(order, to_share=max(paid - freight, _NOTHING))
    goods = total(multiply(line.unit_price, line.quantity) for line in lines)
    return IncomingOrder(
        channel_order_no=order.needed("order_id", limit=64),
        channel_status=status,
        raw_status=order.needed("status", limit=40),
        channel_modified_at=told.needed_moment("told_at"),
        ordered_at=order.needed_moment("add_time"),
        paid_at=order.moment("pay_time"),
        currency="CNY",
        goods_amount=goods,
        freight=freight,
        # A coupon of Weidian's own is nowhere told apart from the seller's.
        seller_discount=max(add(goods, freight) - order.yuan("total"), _NOTHING),
        paid_amount=paid,
        payment_terms=_terms(order),
        lines=lines,
        receiver=_receiver(order),
        buyer=_buyer(order),
        buyer_memo=order.text("note", limit=5000)[:2000],
        platform_hold=_hold(order, status),
    )


def status_of(order: Loose) -> ChannelStatus:
    """:raises Unreadable: for a word that we do not know"""
    word = order.needed("status", limit=40)
    if word not in codes.STATUS:
        raise Unreadable(Problem.UNKNOWN_STATUS, order.name("status"))
    status = codes.STATUS[word]
    has_left = any(is_delivered(item) for item in order.items("items"))
    is_part = status is ChannelStatus.PAID and has_left
    return ChannelStatus.PARTLY_SHIPPED if is_part else status


def is_delivered(item: Loose) -> bool:
    """Tell whether a line left."""
    return item.text("is_delivered", limit=8) in ("1", "true")


def line_no(item: Loose) -> str:
    """Return a line's number; of an old order without one, what was sold.

    :raises Unreadable: if neither is told
    """
    number = item.text("sub_order_id", limit=64)
    if number and number != "0":
        return number
    return f"{item.needed('item_id', limit=30)}/{item.text('sku_id', limit=30) or 0}"


def refund_no(item: Loose) -> str:
    """Return the number of the refund that was asked for a line; empty if none was."""
    number = item.inside("refund_info").text("refund_no", limit=40)
    return "" if number == "0" else number


def _paid(order: Loose) -> Decimal:
    return order.yuan("total") if order.moment("pay_time") else _NOTHING


def _terms(order: Loose) -> PaymentTerms:
    is_cash = order.text("order_type", limit=8) == codes.CASH_ON_DELIVERY
    return PaymentTerms.COD if is_cash else PaymentTerms.PREPAID


def _lines(order: Loose, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    items = list(order.items("items"))
    if not items:
        return ()
    weights = [max(item.yuan("total_price", _NOTHING), _NOTHING) for item in items]
    shares = share_out(to_share, weights)
    return tuple(_line(item, share) for item, share in zip(items, shares, strict=True))


def _line(item: Loose, share: Decimal) -> IncomingLine:
    return IncomingLine(
        channel_line_no=line_no(item),
        channel_product_id=_reference(item, "item_id"),
        channel_sku_id=_reference(item, "sku_id"),
        merchant_code=(
            item.text("sku_merchant_code", limit=100) or item.text("merchant_code", limit=100)
        ),
        title=item.text("item_name", limit=1000)[:300],
        quantity=item.whole("quantity"),
        unit_price=item.yuan("price"),
        paid_share=share,
    )


def _hold(order: Loose, status: ChannelStatus) -> str:
    """What the numbers of ``refund_status`` mean is written nowhere, so a line with a refund is not
    sent whatever they say, until a person has looked; a refusal the order's status says itself."""
    word = order.text("status", limit=40)
    if status not in _SHIPPABLE or word in codes.REFUSED:
        return ""
    if word in codes.REFUNDING:
        return "refund requested before shipping"
    is_asked = any(refund_no(item) and not is_delivered(item) for item in order.items("items"))
    return "a line has a refund whose outcome Weidian does not tell" if is_asked else ""


def _receiver(order: Loose) -> PlainReceiver | None:
    place = order.inside("buyer_info")
    regions = [place.text(key, limit=64) for key in ("province", "city", "region")]
    street = place.text("self_address", limit=500) or _street(
        place.text("address", limit=600), regions
    )
    name = place.text("name", limit=100)
    if not name and not street:
        return None
    return PlainReceiver(
        name=name,
        phone=place.text("phone", limit=40),
        province=regions[0],
        city=regions[1],
        district=regions[2],
        street=street,
        postcode=place.text("post", limit=20),
    )


def _street(address: str, regions: list[str]) -> str:
    """``address`` begins with the regions, each before a space."""
    for region in regions:
        address = address.removeprefix(region).lstrip()
    return address


def _buyer(order: Loose) -> IncomingBuyer | None:
    known = _reference(order.inside("buyer_info"), "buyer_id")
    return IncomingBuyer(channel_buyer_id=known) if known else None


def _reference(node: Loose, key: str) -> str:
    text = node.text(key, limit=64)
    return "" if text == "0" else text
