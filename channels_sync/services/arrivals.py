"""Keep what a platform told, once, and wake whoever takes it in."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services.intake import DRAIN
from oms import bulk, scheduling


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
    fresh = _keep_new([_row(store_id, arrival, now=now) for arrival in arrivals])
    if fresh:
        scheduling.nudge(DRAIN)
    return fresh


def _keep_new(rows: Sequence[RawOrder]) -> int:
    """Write a page's news together; if another one writes some of it now, each by itself."""
    news = _unknown(rows)
    try:
        with transaction.atomic():
            bulk.insert(news)
    except IntegrityError:
        return sum(map(_keep_one, news))
    return len(news)


def _unknown(rows: Sequence[RawOrder]) -> list[RawOrder]:
    """Leave out what is there already: windows overlap, so that is most of a page."""
    named = {_name(row): row for row in rows if row.event_id}
    known = RawOrder.objects.filter(
        store__in={row.store_id for row in rows},
        source__in={row.source for row in rows},
        event_id__in={row.event_id for row in named.values()},
    )
    for name in known.values_list("source", "event_id"):
        named.pop(name, None)
    return [*named.values(), *(row for row in rows if not row.event_id)]


def _name(row: RawOrder) -> tuple[str, str]:
    return row.source, row.event_id


def _keep_one(row: RawOrder) -> bool:
    row.pk = None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _row(store_id: int, arrival: Arrival, *, now: datetime) -> RawOrder:
    return RawOrder(
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
