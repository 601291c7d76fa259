"""From an order as Youzan tells it to the value that the core takes in. Pure.

The list and the detail write ``full_order_info`` alike; the detail has beside it which lines left
and which were paid back. Amounts are yuan, as text or as number; times Beijing's, without a zone.
"""

import json
from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import beijing, inner, needed, parse, reference, whole, yuan
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.lines import shipped, to_lines
from channels_sync.connectors.youzan.phases import is_presale, to_phases
from channels_sync.connectors.youzan.receiver import to_receiver
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, IncomingBuyer, IncomingOrder
from oms.privacy.text import clean

_SHIPPABLE = (ChannelStatus.PAID, ChannelStatus.PARTLY_SHIPPED)
_MEMO = 2000


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    trade = Fields.of(parse(payload), "message")
    if not trade.has("full_order_info"):
        raise Unreadable(Problem.NOT_AN_ORDER, "full_order_info")
    order = trade.inside("full_order_info")
    info, pay = order.inside("order_info"), order.inside("pay_info")
    status = _status(trade, info)
    phases = to_phases(info, pay)
    paid_at = beijing(info, "pay_time")
    paid = yuan(pay, "payment") if paid_at else sum((one.amount for one in phases), Decimal(0))
    freight = yuan(pay, "post_fee")
    lines = to_lines(trade, order, to_share=max(paid - freight, Decimal(0)))
    goods = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    return IncomingOrder(
        channel_order_no=info.text("tid", limit=64),
        channel_status=status,
        raw_status=f"{info.text('status', limit=40)}/{whole(info, 'refund_state')}",
        channel_modified_at=modified_at(info),
        ordered_at=needed(beijing(info, "created"), info, "created"),
        paid_at=paid_at or max((one.paid_at for one in phases), default=None),
        currency="CNY",
        goods_amount=goods,
        freight=freight,
        # Every discount in a shop of one's own is the seller's.
        seller_discount=max(goods + freight - yuan(pay, "payment"), Decimal(0)),
        paid_amount=paid,
        payments=phases,
        lines=lines,
        receiver=to_receiver(inner(order, "address_info")),
        buyer=_buyer(order),
        buyer_memo=_buyer_memo(order),
        seller_memo=inner(order, "remark_info").text("trade_memo", limit=_MEMO, default=""),
        seller_flag=_flag(order),
        presale=is_presale(order, pay),
        platform_hold=_hold(info, status),
    )


def modified_at(info: Fields) -> datetime:
    """:raises Unreadable: if it is not told"""
    return needed(beijing(info, "update_time"), info, "update_time")


def _status(trade: Fields, info: Fields) -> ChannelStatus:
    word = info.text("status", limit=40)
    if word == codes.WAITING_FOR_GOODS and shipped(trade):
        return ChannelStatus.PARTLY_SHIPPED
    try:
        return codes.STATUS[word]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, info.name("status")) from None


def _hold(info: Fields, status: ChannelStatus) -> str:
    if status not in _SHIPPABLE:
        return ""
    word = info.text("status", limit=40)
    if word in codes.NOT_READY:
        return codes.NOT_READY[word]
    if whole(info, "refund_state") in codes.REFUNDING:
        return "refund requested before shipping"
    return codes.HOLD_BY_EXPRESS.get(whole(info, "express_type"), "")


def _buyer(order: Fields) -> IncomingBuyer | None:
    buyer = inner(order, "buyer_info")
    known = reference(buyer, "yz_open_id", limit=120)
    nickname = buyer.text("fans_nickname", limit=200, default="")[:60]
    return IncomingBuyer(channel_buyer_id=known, nickname=nickname) if known else None


def _buyer_memo(order: Fields) -> str:
    """What was written to the order, and what was written to its lines (a name to be engraved)."""
    words = [inner(order, "remark_info").text("buyer_message", limit=_MEMO, default="")]
    for line in order.items("orders"):
        words += _answers(line.text("buyer_messages", limit=_MEMO, default=""))
    return clean("\n".join(filter(None, words)))[:_MEMO]


def _answers(text: str) -> list[str]:
    try:
        told = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return [text]
    pairs = told.items() if isinstance(told, dict) else ()
    return [f"{question}: {answer}" for question, answer in pairs if isinstance(answer, str)]


def _flag(order: Fields) -> str:
    stars = whole(inner(order, "remark_info"), "star")
    return f"star-{stars}" if stars else ""
