"""How far a store was asked: each step written in one transaction with what it brought."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels_sync.connectors.pulling import OrderPage, PulledOrder, Puller
from channels_sync.models import RawOrder, StoreConnection, SyncCursor
from channels_sync.services.arrivals import Arrival, keep
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models.locking import atomic_service, lock_row

EVERY = timedelta(minutes=1)
_ACCOUNT_REST = timedelta(minutes=30)
_LONGEST_REST = timedelta(minutes=15)
_FIRST_REST = timedelta(minutes=1)
_PAGE_IS_SUSPECT = 3


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for now: orders changed in [since, until), from ``page`` on."""

    since: datetime
    until: datetime
    page: str | None


@atomic_service
def open_window(
    connection: StoreConnection, *, puller: type[Puller], now: datetime
) -> Window | None:
    """Go on with the window under way, or begin the next; None while it is not time yet."""
    mark = _mark(connection.store_id, puller=puller, now=now)
    if mark.not_before > now:
        return None
    if mark.until is None:
        mark.until = max(now - puller.lag, mark.since)
        mark.save(update_fields=["until"])
    return Window(mark.since - puller.overlap, mark.until, mark.page or None)


def _mark(store_id: int, *, puller: type[Puller], now: datetime) -> SyncCursor:
    first = {"since": now - puller.first_look_back, "not_before": now}
    row, _is_new = SyncCursor.objects.get_or_create(store_id=store_id, defaults=first)
    return lock_row(SyncCursor, row.pk)


@atomic_service
def take_page(store_id: int, *, page: OrderPage, now: datetime) -> int:
    """Keep a page's orders and move the mark past it; return how many were not known as they are.

    Both or neither: a worker that dies asks for the same page again, and nothing comes in twice.
    """
    mark = SyncCursor.objects.select_for_update().get(store=store_id)
    fresh = keep(store_id, arrivals=[_arrival(order) for order in page.orders], now=now)
    mark.page, mark.failures, mark.last_error, mark.error_code = page.cursor or "", 0, "", ""
    mark.not_before = now + page.pause
    if page.cursor is None:
        assert mark.until is not None  # noqa: S101  # a page belongs to a window
        mark.since, mark.until = mark.until, None
        mark.not_before = now + max(page.pause, EVERY / 2)
    mark.save()
    return fresh


@atomic_service
def note_failure(store_id: int, *, error: IntegrationError, now: datetime) -> None:
    """Put the next try off: as the platform says, or ever longer. The window stays as it is."""
    mark = SyncCursor.objects.select_for_update().get(store=store_id)
    mark.last_error, mark.error_code = error.message[:300], error.code[:64]
    if error.kind is ErrorKind.THROTTLE:
        mark.not_before = now + (error.retry_after or _FIRST_REST)
    else:
        mark.failures += 1
        rest = min(_FIRST_REST * 2 ** min(mark.failures - 1, 10), _LONGEST_REST)
        is_account = error.kind is ErrorKind.REAUTHORIZE
        mark.not_before = now + (_ACCOUNT_REST if is_account else rest)
    if mark.failures >= _PAGE_IS_SUSPECT:
        # The platform may have forgotten the page; begun anew, nothing comes in twice.
        mark.page = ""
    mark.save()


def _arrival(order: PulledOrder) -> Arrival:
    """The same order told again in the same words (every window overlaps) is one message."""
    digest = hashlib.sha256(order.payload.encode()).hexdigest()
    return Arrival(
        source=RawOrder.Source.PULL,
        event="order.updated",
        event_id=f"{order.channel_order_no}@{digest[:32]}",
        channel_order_no=order.channel_order_no,
        payload=order.payload,
        modified_at=order.modified_at,
    )
