"""How far a store was asked, lane by lane: each step in one transaction with what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels_sync.connectors.pulling import Puller
from channels_sync.models import Lane, StoreConnection, SyncCursor
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
    """What is asked for now: what changed in [since, until), from ``page`` on."""

    since: datetime
    until: datetime
    page: str | None


@dataclass(frozen=True, slots=True)
class Haul:
    """One page of a lane. ``cursor`` None: the window is at its end."""

    arrivals: Sequence[Arrival]
    cursor: str | None
    pause: timedelta


@atomic_service
def open_window(
    connection: StoreConnection, *, lane: Lane, puller: type[Puller], now: datetime
) -> Window | None:
    """Go on with the window under way, or begin the next; None while it is not time yet."""
    mark = _mark(connection.store_id, lane=lane, puller=puller, now=now)
    if mark.not_before > now:
        return None
    if mark.until is None:
        mark.until = max(_window_end(mark, puller=puller, now=now), mark.since)
        mark.save(update_fields=["until"])
    return Window(mark.since - puller.overlap, mark.until, mark.page or None)


def _window_end(mark: SyncCursor, *, puller: type[Puller], now: datetime) -> datetime:
    """After a long silence the platform is asked slice by slice: few allow to ask for all at once.

    The slice counts from where the overlap begins.
    """
    end = now - puller.lag
    if puller.longest_window is None:
        return end
    return min(end, mark.since - puller.overlap + puller.longest_window)


def _mark(store_id: int, *, lane: Lane, puller: type[Puller], now: datetime) -> SyncCursor:
    first = {"since": now - puller.first_look_back, "not_before": now}
    row, _is_new = SyncCursor.objects.get_or_create(store_id=store_id, lane=lane, defaults=first)
    return lock_row(SyncCursor, row.pk)


@atomic_service
def take_page(store_id: int, *, lane: Lane, haul: Haul, now: datetime) -> int:
    """Keep a page and move the mark past it; return how many were not known as they are.

    Both or neither: a worker that dies asks for the same page again, and nothing comes in twice.
    """
    mark = SyncCursor.objects.select_for_update().get(store=store_id, lane=lane)
    fresh = keep(store_id, arrivals=haul.arrivals, now=now)
    mark.page, mark.failures, mark.last_error, mark.error_code = haul.cursor or "", 0, "", ""
    mark.not_before = now + haul.pause
    if haul.cursor is None:
        assert mark.until is not None  # noqa: S101  # a page belongs to a window
        mark.since, mark.until = mark.until, None
        # What lies behind is asked for at once; a store that is up to date waits its minute.
        wait = EVERY / 2 if now - mark.since < EVERY * 10 else timedelta(0)
        mark.not_before = now + max(haul.pause, wait)
    mark.save()
    return fresh


@atomic_service
def note_failure(store_id: int, *, lane: Lane, error: IntegrationError, now: datetime) -> None:
    """Put the next try off: as the platform says, or ever longer. The window stays as it is."""
    mark = SyncCursor.objects.select_for_update().get(store=store_id, lane=lane)
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
