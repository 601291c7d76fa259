"""From a refund as ``youzan.trade.refund.get`` tells it to the value that the core takes in. Pure.

Its amounts are yuan, but those of the money's own moves (``refund_fund_list``) are fen.
"""

from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import (
    beijing,
    inner,
    parse,
    reference,
    rows,
    truth,
    whole,
    yuan,
)
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_STAGES = {
    "WAIT_SELLER_AGREE": RefundStage.WAIT_MERCHANT,
    "WAIT_BUYER_RETURN_GOODS": RefundStage.WAIT_BUYER_RETURN,
    "WAIT_SELLER_CONFIRM_GOODS": RefundStage.WAIT_MERCHANT_RECEIVE,
    "SELLER_REFUSE_BUYER": RefundStage.REJECTED,
    "SELLER_REFUSE_BUYER_RETURN_GOODS": RefundStage.REJECTED,
    "CLOSED": RefundStage.CLOSED,
    "SUCCESS": RefundStage.SUCCESS,
}
_PAID_OUT = 2
_RETURN, _EXCHANGE = 2, 3
_MARK = "OMS "


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = Fields.of(parse(payload), "message")
    if not told.has("refund_id"):
        raise Unreadable(Problem.NOT_A_REFUND, "refund_id")
    words = told.text("desc", limit=2000, default="")
    logistics = inner(told, "logistics")
    return IncomingRefund(
        channel_refund_no=told.text("refund_id", limit=64),
        channel_order_no=told.text("tid", limit=64),
        status=_stage(told),
        kind=_kind(told),
        amount=max(yuan(told, "refund_fee"), Decimal(0)),
        currency="CNY",
        modified_at=beijing(told, "modified"),
        lines=_lines(told),
        reason=words[:300],
        return_carrier=logistics.text("company_name", limit=64, default=""),
        return_waybill_no=logistics.text("logistics_no", limit=64, default=""),
        refund_no=number_in(words),
    )


def note_of(refund_no: str, reason: str) -> str:
    """Return the words by which money that we sent back is known again."""
    return f"{_MARK}{refund_no} {reason}".strip()[:200]


def number_in(words: str) -> str:
    """Return our refund number in such words; empty if they are not ours."""
    return words.removeprefix(_MARK).split(" ")[0] if words.startswith(_MARK) else ""


def _stage(told: Fields) -> RefundStage:
    try:
        stage = _STAGES[told.text("status", limit=64)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "status") from None
    funds = rows(told, "refund_fund_list")
    is_moving = any(whole(fund, "status") != _PAID_OUT for fund in funds)
    return RefundStage.REFUNDING if stage is RefundStage.SUCCESS and is_moving else stage


def _kind(told: Fields) -> RefundKind:
    demand = whole(told, "demand")
    if demand == _EXCHANGE or told.text("refund_type", limit=64, default="") == "EXCHANGE_GOODS":
        return RefundKind.EXCHANGE
    is_return = demand == _RETURN or truth(told, "return_goods")
    return RefundKind.RETURN_REFUND if is_return else RefundKind.REFUND_ONLY


def _lines(told: Fields) -> tuple[RefundedLine, ...]:
    found = [
        RefundedLine(channel_line_no=reference(item, "oid"), quantity=whole(item, "num") or None)
        for item in rows(told, "refund_item_list")
        if reference(item, "oid")
    ]
    if found:
        return tuple(found)
    number = reference(told, "oid")
    return (RefundedLine(channel_line_no=number),) if number else ()
