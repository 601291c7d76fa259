"""From a refund of either of JD's lists to the value that the core takes in. Pure."""

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.refund_numbers import (
    APPLICATION,
    SERVICE,
    latest_moment,
    number_of,
)
from channels_sync.connectors.loose import Loose, load
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund; the payload names the list that it is from.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = Loose.of(load(payload))
    if told.inside(APPLICATION).data:
        return _application(told.inside(APPLICATION))
    if told.inside(SERVICE).data:
        return _service(told.inside(SERVICE))
    raise Unreadable(Problem.NOT_A_REFUND, APPLICATION)


def _application(row: Loose) -> IncomingRefund:
    """It is for the whole order, before anything leaves."""
    row.needed("id", limit=60)
    try:
        stage = codes.APPLICATION_STAGES[row.whole("status")]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, row.name("status")) from None
    return IncomingRefund(
        channel_refund_no=number_of(APPLICATION, row.data),
        channel_order_no=row.needed("orderId", limit=64),
        status=stage,
        kind=RefundKind.REFUND_ONLY,
        amount=row.fen("applyRefundSum"),
        currency="CNY",
        modified_at=latest_moment(APPLICATION, row),
        reason=row.text("reason", limit=2000),
    )


def _service(row: Loose) -> IncomingRefund:
    """It is for pieces of one SKU, which JD calls the ware here."""
    bill = row.inside("sameOrderServiceBill")
    bill.needed("serviceId", limit=60)
    units = bill.whole("wareNum", 1)
    stage = _service_stage(row, bill)
    return IncomingRefund(
        channel_refund_no=number_of(SERVICE, row.data),
        channel_order_no=bill.needed("orderId", limit=64),
        status=stage,
        kind=RefundKind.RETURN_REFUND,
        amount=row.yuan("refoundAmount"),
        currency="CNY",
        modified_at=latest_moment(SERVICE, row),
        lines=(RefundedLine(channel_line_no=bill.needed("wareId", limit=40), quantity=units),),
        reason=_reason(bill),
        respond_by=row.term(codes.TERM) if stage is RefundStage.WAIT_MERCHANT else None,
    )


def _service_stage(row: Loose, bill: Loose) -> RefundStage:
    """Money that came back says all; a payment that failed will be tried again by JD."""
    payment = row.whole("status", 0)
    if payment == codes.PAID_BACK:
        return RefundStage.SUCCESS
    if payment == codes.PAYING_FAILED:
        return RefundStage.REFUNDING
    state = next(filter(None, (bill.whole(key, 0) for key in codes.SERVICE_STATE_KEYS)), 0)
    try:
        return codes.SERVICE_STAGES[state]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, row.name("status")) from None


def _reason(bill: Loose) -> str:
    words = (bill.text("applyReason", limit=900), bill.text("questionDesc", limit=900))
    return ": ".join(filter(None, words))
