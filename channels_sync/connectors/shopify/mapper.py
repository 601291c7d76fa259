"""From an order in either of Shopify's shapes to the value that the core takes in.

The GraphQL API writes ``lineItems``, the webhooks the REST shape with ``line_items``; both end in
one reading. Amounts are decimal texts in the shop's currency.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from channels_sync.connectors.shopify import codes, rest
from channels_sync.connectors.shopify.ids import number
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    LineKind,
    PlainReceiver,
)
from oms.privacy.text import clean
from oms.rules.shares import share_out

Node = Mapping[str, Any]


def decode(payload: str) -> Node:
    """Return the order of a payload in the GraphQL shape.

    :raises Unreadable: if it is no order in either shape
    """
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable(Problem.NOT_AN_OBJECT, "message") from None
    if not isinstance(told, dict):
        raise Unreadable(Problem.NOT_AN_OBJECT, "message")
    if "line_items" in told:
        told = rest.to_node(told)
    if "lineItems" not in told:
        raise Unreadable(Problem.NOT_AN_ORDER, "lineItems")
    node: Node = told
    return node


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    node = decode(payload)
    status = _status(node)
    freight, paid = _amount(node, "totalShippingPriceSet"), _paid(node)
    rows = _rows(node)
    lines = [_line(row, _cancelled(node, row)) for row in rows]
    return IncomingOrder(
        channel_order_no=order_number(node),
        # Payouts name an order as its merchant does: #1001.
        parent_channel_no=_optional(node, "name", 64),
        channel_status=status,
        raw_status=_words(node),
        channel_modified_at=modified_at(node),
        ordered_at=_time(node, "createdAt"),
        paid_at=_time(node, "processedAt") if paid else None,
        currency=_text(node, "currencyCode", 3),
        goods_amount=sum((line["unit_price"] * line["quantity"] for line in lines), Decimal(0)),
        freight=freight,
        seller_discount=_amount(node, "totalDiscountsSet"),
        paid_amount=paid,
        lines=_shared(lines, rows, to_share=max(paid - freight, Decimal(0))),
        receiver=_receiver(node),
        buyer=_buyer(node),
        buyer_memo=_optional(node, "note", 2000),
        platform_hold=_hold(node),
    )


def order_number(node: Node) -> str:
    """:raises Unreadable: if there is none"""
    found = number(node.get("legacyResourceId") or node.get("id"))
    if not found:
        raise Unreadable(Problem.MISSING, "id")
    return found


def needs_refunds(node: Node) -> bool:
    """Tell whether only its refunds say which units of an order never left.

    An order that cannot be read needs none: it is kept as it is, for a person.
    """
    try:
        if _fulfillment(node) is ChannelStatus.PAID:
            return False
        return any(_whole(row, "currentQuantity") < _whole(row, "quantity") for row in _rows(node))
    except Unreadable:
        return False


def modified_at(node: Node) -> datetime:
    """:raises Unreadable: if it is not told"""
    return _time(node, "updatedAt")


def _status(node: Node) -> ChannelStatus:
    """Money decides whether it may be shipped; what was shipped stays shipped under a refund."""
    if node.get("cancelledAt"):
        return ChannelStatus.CANCELLED
    financial, shipped = _financial(node), _fulfillment(node)
    if financial in codes.NEVER_PAID:
        return ChannelStatus.CANCELLED
    if financial in codes.NOT_PAID_YET and shipped is ChannelStatus.PAID:
        return ChannelStatus.UNPAID
    if financial == "REFUNDED" and shipped is ChannelStatus.PAID:
        return ChannelStatus.CANCELLED
    if shipped is ChannelStatus.SHIPPED and node.get("closedAt"):
        return ChannelStatus.COMPLETED
    return shipped


def _financial(node: Node) -> str:
    word = _text(node, "displayFinancialStatus", 32)
    if word not in codes.PAID | codes.NOT_PAID_YET | codes.NEVER_PAID:
        raise Unreadable(Problem.UNKNOWN_STATUS, "displayFinancialStatus")
    return word


def _fulfillment(node: Node) -> ChannelStatus:
    try:
        return codes.FULFILLMENT[_optional(node, "displayFulfillmentStatus", 32)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "displayFulfillmentStatus") from None


def _words(node: Node) -> str:
    return f"{_financial(node)}/{_optional(node, 'displayFulfillmentStatus', 32)}"


def _hold(node: Node) -> str:
    if node.get("test"):
        return "test order"
    is_held = node.get("displayFulfillmentStatus") == codes.ON_HOLD
    return "fulfillment on hold" if is_held else ""


def _paid(node: Node) -> Decimal:
    return _amount(node, "totalPriceSet") if _financial(node) in codes.PAID else Decimal(0)


def _rows(node: Node) -> list[Node]:
    return _list(_inner(node, "lineItems"), "nodes", name="lineItems")


def _line(row: Node, cancelled: int) -> dict[str, Any]:
    return {
        "channel_line_no": number(row.get("id")) or None,
        "channel_product_id": number(_inner(row, "product").get("id")),
        "channel_sku_id": number(_inner(row, "variant").get("id")),
        "merchant_code": _optional(row, "sku", 100),
        "title": _optional(row, "title", 300),
        "quantity": _whole(row, "quantity"),
        "unit_price": _amount(row, "originalUnitPriceSet"),
        "kind": LineKind.VIRTUAL if row.get("requiresShipping") is False else LineKind.GOODS,
        "cancelled_quantity": cancelled,
    }


def _cancelled(node: Node, row: Node) -> int:
    """While nothing has left, whatever is no longer current was taken back; later a returned piece
    is not current either, and only the refunds tell which units never left."""
    if _fulfillment(node) is ChannelStatus.PAID:
        return max(_whole(row, "quantity") - _whole(row, "currentQuantity"), 0)
    taken = (
        _whole(part, "quantity")
        for refund in _list(node, "refunds", name="refunds")
        for part in _list(_inner(refund, "refundLineItems"), "nodes", name="refundLineItems")
        if part.get("restockType") == codes.CANCEL
        and number(_inner(part, "lineItem").get("id")) == number(row.get("id"))
    )
    return min(sum(taken), _whole(row, "quantity"))


def _shared(
    lines: Sequence[dict[str, Any]], rows: Sequence[Node], *, to_share: Decimal
) -> tuple[IncomingLine, ...]:
    """What was paid for a line follows from its total after discounts, taxes in proportion."""
    if not lines:
        return ()
    weights = [_amount(row, "discountedTotalSet") for row in rows]
    if min(weights) < 0:
        raise Unreadable(Problem.NOT_A_NUMBER, "discountedTotalSet")
    shares = share_out(to_share, weights)
    return tuple(
        IncomingLine(**line, paid_share=share) for line, share in zip(lines, shares, strict=True)
    )


def _receiver(node: Node) -> PlainReceiver | None:
    """None where Shopify hides it: without approval for customer data the address is null."""
    if not node.get("shippingAddress"):
        return None
    place = _inner(node, "shippingAddress")
    street = " ".join(filter(None, (_optional(place, f"address{n}", 250) for n in (1, 2))))
    return PlainReceiver(
        name=_optional(place, "name", 100),
        phone=_optional(place, "phone", 40),
        country=_optional(place, "countryCodeV2", 2) or "CN",
        province=_optional(place, "province", 64) or _optional(place, "provinceCode", 64),
        city=_optional(place, "city", 64),
        street=street,
        postcode=_optional(place, "zip", 20),
    )


def _buyer(node: Node) -> IncomingBuyer | None:
    customer = number(_inner(node, "customer").get("id"))
    return IncomingBuyer(channel_buyer_id=customer) if customer else None


def _inner(node: Node, key: str) -> Node:
    """Return the object under a key; an empty one for null."""
    value = node.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(Problem.NOT_AN_OBJECT, key)
    return value


def _list(node: Node, key: str, *, name: str) -> list[Node]:
    value = node.get(key) or []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Unreadable(Problem.NOT_A_LIST, name)
    return value


def _amount(node: Node, key: str) -> Decimal:
    money = _inner(_inner(node, key), "shopMoney")
    try:
        amount = Decimal(str(money["amount"]))
    except (KeyError, InvalidOperation):
        raise Unreadable(Problem.NOT_A_NUMBER, key) from None
    if not amount.is_finite() or amount != round(amount, 2):
        raise Unreadable(Problem.TOO_FINE, key)
    return amount


def _whole(node: Node, key: str) -> int:
    value = node.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(Problem.NOT_A_NUMBER, key)
    return value


def _time(node: Node, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(node, key, 40))
    except ValueError:
        raise Unreadable(Problem.NOT_A_TIME, key) from None
    if moment.tzinfo is None:
        raise Unreadable(Problem.NOT_A_TIME, key)
    return moment.astimezone(UTC)


def _text(node: Node, key: str, limit: int) -> str:
    value = _optional(node, key, limit)
    if not value:
        raise Unreadable(Problem.MISSING, key)
    return value


def _optional(node: Node, key: str, limit: int) -> str:
    value = node.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(Problem.NOT_TEXT, key)
    text = clean(value)
    if len(text) > limit:
        raise Unreadable(Problem.TOO_LONG, key)
    return text
