"""From a message of our own webhook contract to the values the core takes in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.webhook.codes import (
    EVENTS,
    ORDER_EVENTS,
    REFUND_KIND,
    REFUND_STAGE,
    STATUS,
)
from channels_sync.dto import REFUND_EVENTS, Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    IncomingRefund,
    PlainReceiver,
    RefundedLine,
    RefundKind,
)
from oms.rules.shares import share_out

W = TypeVar("W")
_CENTS = 2


@dataclass(frozen=True, slots=True)
class Envelope:
    """What must be known of a message before it is kept. ``modified_at`` is None if unreadable."""

    event: str
    event_id: str
    order_no: str
    modified_at: datetime | None


def decode(body: bytes) -> Any:
    """Return the JSON value of a body.

    :raises ValueError: if it is not UTF-8, not JSON, or nested too deep to be read
    """
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def open_envelope(message: Any, *, store_code: str) -> Envelope:
    """Read what every message must say.

    :raises Unreadable: naming the missing or wrong field
    """
    fields = Fields.of(message, "message")
    event = fields.text("event", limit=32)
    if event not in EVENTS:
        raise Unreadable(Problem.NOT_AN_ORDER, "event")
    event_id = fields.text("event_id", limit=128)
    if fields.text("shop_code", limit=64) != store_code:
        raise Unreadable(Problem.NOT_AN_ORDER, "shop_code")
    about = fields.inside("order" if event in ORDER_EVENTS else "refund")
    order_no = about.text("order_id", limit=64)
    try:
        modified_at = about.time("updated_at")
    except Unreadable:
        modified_at = None
    return Envelope(event, event_id, order_no, modified_at)


def to_order(message: Any) -> IncomingOrder:
    """Map an order event. Amounts are hundredths of the currency's unit.

    :raises Unreadable: naming the first field that cannot be understood
    """
    fields = Fields.of(message, "message")
    event = fields.text("event", limit=32)
    if event not in ORDER_EVENTS:
        raise Unreadable(Problem.NOT_AN_ORDER, "event")
    order = fields.inside("order")
    amounts = order.inside("amounts")
    paid, freight = _cents(amounts, "paid"), _cents(amounts, "shipping", default=Decimal(0))
    lines = [_line(line) for line in order.items("lines")]
    return IncomingOrder(
        channel_order_no=order.text("order_id", limit=64),
        channel_status=_status(order, event),
        raw_status=order.text("status", limit=64),
        channel_modified_at=order.time("updated_at"),
        ordered_at=order.time("created_at"),
        paid_at=order.time("paid_at") if order.has("paid_at") else None,
        currency=order.text("currency", limit=3),
        goods_amount=_cents(amounts, "goods"),
        freight=freight,
        seller_discount=_cents(amounts, "discount", default=Decimal(0)),
        paid_amount=paid,
        lines=_with_shares(lines, to_share=max(paid - freight, Decimal(0))),
        receiver=_receiver(order),
        buyer=_buyer(order),
        buyer_memo=order.text("buyer_note", limit=2000, default=""),
    )


def to_refund(message: Any) -> IncomingRefund:
    """Map a refund event. A shop that does not say whether goods come back means that they do.

    :raises Unreadable: naming the first field that cannot be understood
    """
    fields = Fields.of(message, "message")
    if fields.text("event", limit=32) not in REFUND_EVENTS:
        raise Unreadable(Problem.NOT_A_REFUND, "event")
    refund = fields.inside("refund")
    return IncomingRefund(
        channel_refund_no=refund.text("refund_id", limit=64),
        channel_order_no=refund.text("order_id", limit=64),
        status=_word(refund, "status", REFUND_STAGE),
        kind=_word(refund, "kind", REFUND_KIND, default=RefundKind.RETURN_REFUND),
        amount=_cents(refund, "amount"),
        currency=refund.text("currency", limit=3, default=""),
        modified_at=refund.time("updated_at"),
        lines=tuple(map(_refunded, refund.items("lines"))) if refund.has("lines") else (),
        reason=refund.text("reason", limit=2000, default=""),
        respond_by=refund.time("respond_by") if refund.has("respond_by") else None,
        return_carrier=refund.text("carrier_code", limit=32, default=""),
        return_waybill_no=refund.text("tracking_no", limit=40, default=""),
        refund_no=refund.text("refund_no", limit=20, default=""),
    )


def _refunded(line: Fields) -> RefundedLine:
    return RefundedLine(
        channel_line_no=line.text("line_id", limit=64),
        quantity=line.whole("quantity") if line.has("quantity") else None,
    )


def _word(fields: Fields, key: str, words: Mapping[str, W], *, default: W | None = None) -> W:
    if default is not None and not fields.has(key):
        return default
    try:
        return words[fields.text(key, limit=32)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, fields.name(key)) from None


@dataclass(frozen=True, slots=True)
class _PricedLine:
    line: Mapping[str, Any]
    total: Decimal | None


def _line(fields: Fields) -> _PricedLine:
    total = _cents(fields, "total") if fields.has("total_cents") else None
    line = {
        "channel_line_no": fields.text("line_id", limit=64),
        "merchant_code": fields.text("sku_code", limit=64),
        "title": fields.text("title", limit=300, default=""),
        "quantity": fields.whole("quantity"),
        "unit_price": _cents(fields, "unit_price"),
    }
    return _PricedLine(line, total)


def _with_shares(lines: list[_PricedLine], *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    """Weigh the lines by their totals where a line is reduced; else the core's own way holds."""
    totals = [priced.total for priced in lines]
    told = [total for total in totals if total is not None]
    is_reduced = any(
        priced.total != priced.line["unit_price"] * priced.line["quantity"] for priced in lines
    )
    if not told or len(told) < len(lines) or min(told) < 0 or not is_reduced:
        return tuple(IncomingLine(**priced.line) for priced in lines)
    shares = share_out(to_share, told)
    return tuple(
        IncomingLine(**priced.line, paid_share=share)
        for priced, share in zip(lines, shares, strict=True)
    )


def _status(order: Fields, event: str) -> ChannelStatus:
    if event == "order.cancelled":
        return ChannelStatus.CANCELLED
    return _word(order, "status", STATUS)


def _receiver(order: Fields) -> PlainReceiver | None:
    if not order.has("receiver"):
        return None
    told = order.inside("receiver")
    return PlainReceiver(
        name=told.text("name", limit=100, default=""),
        phone=told.text("phone", limit=40, default=""),
        country=told.text("country", limit=2, default="CN"),
        province=told.text("province", limit=64, default=""),
        city=told.text("city", limit=64, default=""),
        district=told.text("district", limit=64, default=""),
        street=told.text("address", limit=500, default=""),
        postcode=told.text("postcode", limit=20, default=""),
    )


def _buyer(order: Fields) -> IncomingBuyer | None:
    buyer_id = order.text("buyer_id", limit=128, default="")
    return IncomingBuyer(channel_buyer_id=buyer_id) if buyer_id else None


def _cents(fields: Fields, name: str, *, default: Decimal | None = None) -> Decimal:
    key = f"{name}_cents"
    if default is not None and not fields.has(key):
        return default
    return Decimal(fields.whole(key)).scaleb(-_CENTS)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
