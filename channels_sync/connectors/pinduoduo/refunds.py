"""From an after-sales request of Pinduoduo to the value that the core takes in. Pure."""

from decimal import Decimal

from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.pinduoduo import codes
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage


def to_refund(payload: str) -> IncomingRefund:
    """Map a request as pdd.refund.list.increment.get lists it, with the term beside it.

    :raises Unreadable: naming the first field that cannot be understood
    """
    refund = Loose.of(load(payload))
    if "after_sales_status" not in refund.data:
        raise Unreadable(Problem.NOT_A_REFUND, "after_sales_status")
    kind = _kind(refund)
    waybill_no = refund.text("tracking_number", limit=40)
    stage = _stage(refund, is_sent_back=bool(waybill_no))
    waits = stage is RefundStage.WAIT_MERCHANT
    return IncomingRefund(
        channel_refund_no=refund.needed("id", limit=64),
        channel_order_no=refund.needed("order_sn", limit=64),
        status=stage,
        kind=kind,
        # What is exchanged or sent again costs nothing.
        amount=Decimal(0) if kind is RefundKind.EXCHANGE else refund.yuan("refund_amount"),
        currency="CNY",
        modified_at=refund.needed_moment("updated_time"),
        lines=tuple(_lines(refund, kind)),
        reason=refund.text("after_sale_reason", limit=2000),
        respond_by=refund.term("expire_time") if waits else None,
        return_carrier=refund.text("shipping_name", limit=32),
        return_waybill_no=waybill_no,
    )


def _stage(refund: Loose, *, is_sent_back: bool) -> RefundStage:
    try:
        stage = codes.REFUND_STAGES[refund.whole("after_sales_status")]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, refund.name("after_sales_status")) from None
    if stage is RefundStage.WAIT_BUYER_RETURN and is_sent_back:
        return RefundStage.WAIT_MERCHANT_RECEIVE
    return stage


def _kind(refund: Loose) -> RefundKind:
    """The list counts types otherwise than pdd.refund.information.get does."""
    try:
        return codes.REFUND_KINDS[refund.whole("after_sales_type")]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, refund.name("after_sales_type")) from None


def _lines(refund: Loose, kind: RefundKind) -> list[RefundedLine]:
    """A part of the money without goods is money alone, although the request names the goods."""
    sku = refund.text("sku_id", limit=40)
    amount = refund.yuan("refund_amount", Decimal(0))
    is_part = amount < refund.yuan("order_amount", amount)
    if not sku or (kind is RefundKind.REFUND_ONLY and is_part):
        return []
    units = refund.whole("goods_number", 0)
    return [RefundedLine(channel_line_no=sku, quantity=units or None)]
