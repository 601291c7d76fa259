"""From a refund as TOP tells it to the value that after-sales takes in. Pure.

A refund is about one line and names no units: ``num`` is what was bought. ``payment`` is what stays
with the seller, so money of which something stays is money alone, and the goods still go out.
"""

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.values import beijing, inner, needed, parse, reference, truth, yuan
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund (``taobao.refunds.receive.get`` and ``taobao.refund.get`` write the same).

    :raises Unreadable: naming the first field that cannot be understood
    """
    refund = Fields.of(parse(payload), "message")
    if not refund.has("refund_id"):
        raise Unreadable(Problem.NOT_A_REFUND, "refund_id")
    kind = _kind(refund)
    return IncomingRefund(
        channel_refund_no=refund.text("refund_id", limit=64),
        channel_order_no=refund.text("tid", limit=64),
        status=_stage(refund),
        kind=kind,
        amount=yuan(refund, "refund_fee"),
        currency="CNY",
        modified_at=needed(beijing(refund, "modified"), refund, "modified"),
        lines=_lines(refund, kind),
        reason=refund.text("reason", limit=300, default=""),
        respond_by=beijing(inner(refund, "refund_remind_timeout"), "timeout"),
        return_carrier=refund.text("company_name", limit=64, default=""),
        return_waybill_no=reference(refund, "sid"),
    )


def _kind(refund: Fields) -> RefundKind:
    """By the kind of the dispute; by the flag where none is named. Repairs and things sent again
    are neither money nor an exchange: a person looks at them."""
    dispute = refund.text("dispute_type", limit=64, default="")
    if not dispute:
        is_return = truth(refund, "has_good_return")
        return RefundKind.RETURN_REFUND if is_return else RefundKind.REFUND_ONLY
    try:
        return codes.DISPUTES[dispute]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "dispute_type") from None


def _stage(refund: Fields) -> RefundStage:
    try:
        return codes.REFUND_STATUS[refund.text("status", limit=64)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "status") from None


def _lines(refund: Fields, kind: RefundKind) -> tuple[RefundedLine, ...]:
    line = reference(refund, "oid")
    is_money_alone = kind is RefundKind.REFUND_ONLY and yuan(refund, "payment") > 0
    return () if is_money_alone or not line else (RefundedLine(channel_line_no=line),)
