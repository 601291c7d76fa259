"""The record of a platform's request: as columns, as the value it was told as, and who asks."""

from typing import Any

from django.db.models import QuerySet

from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from oms.models import ChannelRefund, Order


def mirrored(refund: IncomingRefund) -> dict[str, Any]:
    """Return what mirrors the platform; what it does not tell this time is left as it was."""
    always = {
        "kind": refund.kind.value,
        "stage": refund.status.value,
        "amount": refund.amount,
        "channel_modified_at": refund.modified_at,
    }
    if_told = {
        "currency": refund.currency,
        "lines": [[line.channel_line_no, line.quantity] for line in refund.lines],
        "reason": refund.reason,
        "respond_by": refund.respond_by,
        "return_carrier": refund.return_carrier[:32],
        "return_waybill_no": refund.return_waybill_no[:40],
        "refund_no": refund.refund_no[:20],
    }
    return always | {column: value for column, value in if_told.items() if value}


def as_told(row: ChannelRefund) -> IncomingRefund:
    """Return the request as it stands now."""
    return IncomingRefund(
        channel_refund_no=row.channel_refund_no,
        channel_order_no=row.channel_order_no,
        status=RefundStage(row.stage),
        kind=RefundKind(row.kind),
        amount=row.amount,
        currency=row.currency,
        modified_at=row.channel_modified_at,
        lines=tuple(RefundedLine(channel_line_no=no, quantity=count) for no, count in row.lines),
        reason=row.reason,
        respond_by=row.respond_by,
        return_carrier=row.return_carrier,
        return_waybill_no=row.return_waybill_no,
        refund_no=row.refund_no,
    )


def find(store_id: int, *, channel_refund_no: str) -> IncomingRefund | None:
    """Return a request as its platform last told it."""
    rows = ChannelRefund.objects.filter(store=store_id, channel_refund_no=channel_refund_no)
    row = rows.first()
    return as_told(row) if row else None


def note_answer(store_id: int, *, channel_refund_no: str, case_no: str, problem: str = "") -> None:
    """Note which case answers a request, or why none could be opened.

    A refund asked for that case is from then on known as this request's money.
    """
    rows = ChannelRefund.objects.filter(store=store_id, channel_refund_no=channel_refund_no)
    rows.update(case_no=case_no, problem=problem[:300])


def open_requests(order: Order) -> QuerySet[ChannelRefund]:
    """Return an order's requests that are not over and that nobody here has answered."""
    rows = ChannelRefund.objects.filter(order=order, answered_at=None)
    return rows.filter(stage__in=ChannelRefund.OPEN_STAGES)
