"""Keep what a platform told, once, and wake whoever takes it in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services.intake import DRAIN
from oms import scheduling


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message about one order, as it came. ``event_id`` is what makes it the same again."""

    source: str
    event: str
    event_id: str
    channel_order_no: str
    payload: str = field(repr=False)
    modified_at: datetime | None = None
    ignored: str = ""
    """Why it need not be taken in: a code that goes into the cause; empty for all others."""


def keep(store_id: int, *, arrivals: Iterable[Arrival], now: datetime) -> int:
    """Write raw orders; return how many were not kept before."""
    fresh = sum(_keep_one(store_id, arrival, now=now) for arrival in arrivals)
    if fresh:
        scheduling.nudge(DRAIN)
    return fresh


def _keep_one(store_id: int, arrival: Arrival, *, now: datetime) -> bool:
    raw = RawOrder(
        store_id=store_id,
        source=arrival.source,
        channel_order_no=arrival.channel_order_no,
        event=arrival.event,
        event_id=arrival.event_id,
        payload=arrival.payload,
        digest=hashlib.sha256(arrival.payload.encode()).hexdigest(),
        received_at=now,
        not_before=now,
        channel_modified_at=arrival.modified_at,
        cause=arrival.ignored,
        status=RawOrderStatus.IGNORED if arrival.ignored else RawOrderStatus.RECEIVED,
        status_at=now,
    )
    try:
        with transaction.atomic():
            raw.save(force_insert=True)
    except IntegrityError:
        return False
    return True
