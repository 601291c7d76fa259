"""What after-sales does when another app announces something. Each body is one call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersales.services import approval, exchanges, goods, platform
from oms.events.bus import handles
from oms.events.contents import from_json
from oms.events.types import (
    ApprovalDecided,
    PackagesShipped,
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
    """``refund`` is as ``oms.events.contents`` writes it.

    :raises RequestNotTold: without it the delivery goes in front of a person, never away
    """
    if not refund:
        raise RequestNotTold(channel_refund_no)
    platform.take_in(store_id, refund=from_json(refund), now=now)


@handles(PackagesShipped)
def note_replacements(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    exchanges.note_shipped(shipment_ids, now=now)


@handles(RefundConfirmed)
def note_confirmed(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    platform.follow_refunds(refund_ids, now=now)


@handles(RefundDoneByPlatform)
def note_done_by_platform(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    platform.follow_refunds(refund_ids, now=now)
