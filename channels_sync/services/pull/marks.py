"""How far a store was asked, lane by lane: each step in one transaction with what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels_sync.connectors.pulling import Puller
from channels_sync.models import Lane, SyncCursor
from channels_sync.services.arrivals import Arrival, keep
from channels_sync.services.breaking.noting import note_answer
from channels_sync.services.pull.splitting import falls_short, leave_behind, reaches_far_back
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models.locking import atomic_service, lock_row

EVERY = timedelta(minutes=1)
_ACCOUNT_REST = timedelta(minutes=30)
_LONGEST_REST = timedelta(minutes=15)
_FIRST_REST = timedelta(minutes=1)
_PAGE_IS_SUSPECT = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What has a mark of its own: a lane of a store, or the backlog of that lane."""

    store_id: int
    lane: Lane
    is_backlog: bool = False


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
def open_window(part: Part, *, puller: type[Puller], now: datetime) -> Window | None:
    """Go on with the window under way, or begin the next; None while it is not time yet."""
    mark = _mark(part, puller=puller, now=now)
    if mark is None or mark.not_before > now:
        return None
    if mark.until is None:
        end = mark.goal or now - puller.lag
        if not part.is_backlog and falls_short(mark, end=end, puller=puller):
            leave_behind(mark, goal=end, now=now)
        mark.until = max(_window_end(mark, end, puller=puller), mark.since)
        mark.save()
    return Window(mark.since - puller.overlap, mark.until, mark.page or None)


def _window_end(mark: SyncCursor, end: datetime, *, puller: type[Puller]) -> datetime:
    """After a long silence the platform is asked slice by slice: few allow to ask for all at once.

    The slice counts from where the overlap begins.
    """
    if puller.longest_window is None:
        return end
    return min(end, mark.since - puller.overlap + puller.longest_window)


def _mark(part: Part, *, puller: type[Puller], now: datetime) -> SyncCursor | None:
    key = {"store_id": part.store_id, "lane": part.lane, "is_backlog": part.is_backlog}
    if part.is_backlog:
        return SyncCursor.objects.select_for_update().filter(**key).first()
    first = {"since": now - puller.first_look_back, "not_before": now}
    row, _is_new = SyncCursor.objects.get_or_create(**key, defaults=first)
    return lock_row(SyncCursor, row.pk)


@atomic_service
def take_page(part: Part, *, haul: Haul, now: datetime) -> int:
    """Keep a page and move the mark past it; return how many were not known as they are.

    Both or neither: a worker that dies asks for the same page again, and nothing comes in twice.
    """
    mark = _locked(part)
    fresh = keep(part.store_id, arrivals=haul.arrivals, now=now)
    mark.page, mark.failures = haul.cursor or "", 0
    mark.last_error, mark.error_code, mark.error_kind = "", "", ""
    mark.not_before, mark.succeeded_at = now + haul.pause, now
    mark.taken += len(haul.arrivals) if part.is_backlog else 0
    if haul.cursor is None:
        assert mark.until is not None  # noqa: S101  # a page belongs to a window
        mark.since, mark.until = mark.until, None
        # What lies behind is asked for at once; a store that is up to date waits its minute.
        wait = EVERY / 2 if now - mark.since < EVERY * 10 else timedelta(0)
        mark.not_before = now + max(haul.pause, wait)
    if mark.goal is not None and mark.since >= mark.goal:
        mark.delete()
    else:
        mark.save()
    note_answer(part.store_id, error=None, now=now)
    return fresh


@atomic_service
def note_failure(part: Part, *, error: IntegrationError, now: datetime) -> None:
    """Put the next try off: as the platform says, or ever longer. The window stays as it is."""
    mark = _locked(part)
    mark.last_error, mark.error_code = error.message[:300], error.code[:64]
    mark.error_kind = error.kind.value
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
    note_answer(part.store_id, error=error, now=now)


@atomic_service
def note_counted(part: Part, *, orders: int) -> None:
    """Note how many orders a backlog holds, by the platform's own count."""
    mark = _locked(part)
    mark.counted = orders
    mark.save(update_fields=["counted"])


@atomic_service
def note_slice_over(part: Part, *, now: datetime) -> None:
    """A window that was not read to its end in one go, and reaches far back, becomes a backlog."""
    rows = SyncCursor.objects.select_for_update().filter(store=part.store_id, lane=part.lane)
    mark = rows.filter(is_backlog=False, until__isnull=False).first()
    if mark is not None and mark.until is not None and reaches_far_back(mark, now=now):
        leave_behind(mark, goal=mark.until, now=now)
        mark.not_before = max(mark.not_before, mark.since + EVERY / 2)
        mark.save()


def _locked(part: Part) -> SyncCursor:
    return SyncCursor.objects.select_for_update().get(
        store=part.store_id, lane=part.lane, is_backlog=part.is_backlog
    )
