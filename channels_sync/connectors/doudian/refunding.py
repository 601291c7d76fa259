"""From an after-sales request as ``/afterSale/List`` tells it to the value that the core takes in.

Pure; amounts are whole fen, the freight counted in. The money is back only when ``refund_status``
is 3 or 5; a buyer's withdrawal leaves it at 1 and ends the request with status 28.
"""

from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import epoch, fen, inner, parse, reference, rows, whole
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_STAGES = {
    0: RefundStage.WAIT_MERCHANT,
    6: RefundStage.WAIT_MERCHANT,
    7: RefundStage.WAIT_BUYER_RETURN,
    8: RefundStage.WAIT_MERCHANT_RECEIVE,
    11: RefundStage.WAIT_MERCHANT_RECEIVE,
    12: RefundStage.SUCCESS,
    3: RefundStage.REFUNDING,
    13: RefundStage.REFUNDING,
    14: RefundStage.SUCCESS,
    27: RefundStage.REJECTED,
    28: RefundStage.CLOSED,
    29: RefundStage.REJECTED,
    51: RefundStage.SUCCESS,
    53: RefundStage.CLOSED,
}
"""``aftersale_status``; 3 and 13 are exchanges on their way to the buyer."""
_MONEY_IS_BACK = frozenset({3, 5})
_NO_MONEY = 0
_KINDS = {
    0: RefundKind.RETURN_REFUND,
    1: RefundKind.REFUND_ONLY,
    2: RefundKind.REFUND_ONLY,
    3: RefundKind.EXCHANGE,
    4: RefundKind.REFUND_ONLY,
    5: RefundKind.REFUND_ONLY,
    6: RefundKind.REFUND_ONLY,
    7: RefundKind.EXCHANGE,
    8: RefundKind.EXCHANGE,
}
"""``aftersale_type``; 4 and 5 are cancellations, 7 and 8 send something once more."""
_PRICE_PROMISE = 6


def to_refund(payload: str) -> IncomingRefund:
    """Map a request.

    :raises Unreadable: naming the first field that cannot be understood
    """
    item = Fields.of(parse(payload), "message")
    if not item.has("aftersale_info"):
        raise Unreadable(Problem.NOT_A_REFUND, "aftersale_info")
    told, order = item.inside("aftersale_info"), item.inside("order_info")
    return IncomingRefund(
        channel_refund_no=told.text("aftersale_id", limit=64),
        channel_order_no=order.text("shop_order_id", limit=64),
        status=_stage(told),
        kind=_kind(told),
        amount=max(fen(told, "refund_amount"), Decimal(0)),
        currency="CNY",
        modified_at=epoch(told, "update_time"),
        lines=_lines(told, order),
        reason=inner(item, "text_part").text("reason_text", limit=2000, default="")[:300],
        respond_by=epoch(told, "status_deadline"),
        return_carrier=told.text("return_logistics_company_name", limit=64, default=""),
        return_waybill_no=told.text("return_logistics_code", limit=64, default=""),
    )


def _stage(told: Fields) -> RefundStage:
    try:
        stage = _STAGES[whole(told, "aftersale_status", default=None)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, told.name("aftersale_status")) from None
    if stage is not RefundStage.SUCCESS or _kind(told) is RefundKind.EXCHANGE:
        return stage
    money = whole(told, "refund_status")
    is_settled = money == _NO_MONEY and not fen(told, "refund_amount")
    return stage if money in _MONEY_IS_BACK or is_settled else RefundStage.REFUNDING


def _kind(told: Fields) -> RefundKind:
    try:
        return _KINDS[whole(told, "aftersale_type", default=None)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, told.name("aftersale_type")) from None


def _lines(told: Fields, order: Fields) -> tuple[RefundedLine, ...]:
    """A promised price brings money back for goods that stay."""
    if whole(told, "aftersale_type") == _PRICE_PROMISE:
        return ()
    related = rows(order, "related_order_info")
    alone = whole(told, "aftersale_num") if len(related) == 1 else 0
    return tuple(
        RefundedLine(
            channel_line_no=line.text("sku_order_id", limit=64),
            quantity=whole(line, "aftersale_item_num") or alone or None,
        )
        for line in related
        if reference(line, "sku_order_id")
    )
