"""What after-sales does when another app announces something. Each body is one call."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from aftersales.services import approval, goods, platform
from oms.dto import IncomingRefund
from oms.events.bus import handles
from oms.events.types import (
    ApprovalDecided,
    RefundConfirmed,
    RefundDoneByPlatform,
    ReturnReceived,
    ReturnRequested,
)
from oms.models import ExpectedReturn


class RequestNotTold(LookupError):
    """The event names a request of the platform without saying what it asks for."""


@handles(ApprovalDecided)
def take_decisions(*, request_ids: list[int], now: datetime, **_newer: object) -> None:
    for request_id in request_ids:
        approval.apply_decision(request_id, now=now)


@handles(ReturnReceived)
def note_receipts(*, return_nos: list[str], now: datetime, **_newer: object) -> None:
    """Parcels without a case (intercepted, refused, undeliverable) are none of ours."""
    rows = ExpectedReturn.objects.filter(return_no__in=return_nos).exclude(case_no="")
    for case_no in sorted(rows.values_list("case_no", flat=True)):
        goods.record_receipt(case_no, now=now)


@handles(ReturnRequested)
def take_in_request(
    *,
    store_id: int,
    channel_refund_no: str,
    now: datetime,
    refund: Mapping[str, Any] | None = None,
    **_newer: object,
) -> None:
    """``refund`` holds the fields of ``IncomingRefund``, without the buyer's words, and
    ``respond_by`` where the platform sets a term.

    :raises RequestNotTold: without them the delivery goes in front of a person, never away
    """
    if not refund:
        raise RequestNotTold(channel_refund_no)
    told = {
        field.name: refund[field.name] for field in fields(IncomingRefund) if field.name in refund
    }
    told["channel_refund_no"] = channel_refund_no
    told["amount"] = Decimal(str(told["amount"]))
    told["modified_at"] = datetime.fromisoformat(str(told["modified_at"]))
    until = refund.get("respond_by")
    platform.take_in(
        store_id,
        refund=IncomingRefund(**told),
        respond_by=datetime.fromisoformat(str(until)) if until else None,
        now=now,
    )


@handles(RefundConfirmed)
def note_confirmed(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    platform.follow_refunds(refund_ids, now=now)


@handles(RefundDoneByPlatform)
def note_done_by_platform(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    platform.follow_refunds(refund_ids, now=now)
