"""One turn of one lane: a few pages, then the next store."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from traceback import extract_tb

from channels_sync.connectors.pulling import Puller
from channels_sync.models import Lane, SyncCursor, SyncRun
from channels_sync.services.pull import marks
from channels_sync.services.pull.arriving import order_arrival, refund_arrival
from channels_sync.services.pull.marks import Haul, Part, Window
from oms.integration.errors import ErrorKind, IntegrationError

log = logging.getLogger(__name__)

Outcome = SyncRun.Outcome


@dataclass(frozen=True, slots=True)
class Slice:
    """How much one turn takes at most; no page is begun after so many ``seconds``."""

    pages: int
    seconds: float


SLICE = Slice(pages=10, seconds=10.0)


def pull_slice(
    part: Part,
    *,
    puller: Puller,
    size: Slice,
    now: datetime,
    end: float,
) -> int:
    """Ask for the window that is due, as far as the slice reaches; return how many orders were not
    known as they are."""
    window = marks.open_window(part, puller=type(puller), now=now)
    if window is None:
        return 0
    if part.is_backlog and part.lane is Lane.ORDERS:
        _count(puller, part)
    run = SyncRun(
        store_id=part.store_id,
        lane=part.lane,
        started_at=now,
        since=window.since,
        until=window.until,
        outcome=Outcome.PAUSED,
    )
    end = min(end, time.monotonic() + size.seconds)
    is_cut = _read_pages(puller, part, window, run, pages=size.pages, now=now, end=end)
    if run.fresh or run.outcome != Outcome.COMPLETE:
        run.save()
    if is_cut and not part.is_backlog:
        marks.note_slice_over(part, now=now)
    return run.fresh


def _read_pages(
    puller: Puller,
    part: Part,
    window: Window,
    run: SyncRun,
    *,
    pages: int,
    now: datetime,
    end: float,
) -> bool:
    """Return whether the slice ended although the platform would have gone on at once."""
    cursor = window.page
    while run.pages < pages and time.monotonic() < end:
        haul = _fetch(puller, window, cursor, run, part, now=now)
        if haul is None:
            return False
        run.fresh += marks.take_page(part, haul=haul, now=now)
        run.pages, run.orders = run.pages + 1, run.orders + len(haul.arrivals)
        cursor = haul.cursor
        if cursor is None:
            run.outcome = Outcome.COMPLETE
        if cursor is None or haul.pause:
            return False
    return run.pages > 0


def _fetch(
    puller: Puller, window: Window, cursor: str | None, run: SyncRun, part: Part, *, now: datetime
) -> Haul | None:
    try:
        return _haul(puller, window, cursor, part.lane)
    except IntegrationError as trouble:
        error = trouble
    except Exception as fault:  # noqa: BLE001  # a fault of ours at one store must not stop others
        kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
        log.error("pulling store %s failed: %s at %s", run.store_id, kind, where)  # noqa: TRY400
        error = IntegrationError(kind, kind=ErrorKind.RETRY, code="local:fault")
    marks.note_failure(part, error=error, now=now)
    is_paused = error.kind is ErrorKind.THROTTLE
    run.outcome = Outcome.PAUSED if is_paused else Outcome.FAILED
    run.error = error.message[:300]
    return None


def _haul(puller: Puller, window: Window, cursor: str | None, lane: Lane) -> Haul:
    if lane is Lane.REFUNDS:
        told = puller.fetch_refunds(since=window.since, until=window.until, cursor=cursor)
        return Haul([refund_arrival(row) for row in told.refunds], told.cursor, told.pause)
    page = puller.fetch_orders(since=window.since, until=window.until, cursor=cursor)
    return Haul([order_arrival(row) for row in page.orders], page.cursor, page.pause)


def _count(puller: Puller, part: Part) -> None:
    """Ask once how large a backlog is. It is only shown, so no answer is no trouble."""
    mark = SyncCursor.objects.filter(store=part.store_id, lane=part.lane, is_backlog=True).first()
    if mark is None or mark.goal is None or mark.counted is not None or mark.taken:
        return
    try:
        orders = puller.count_orders(since=mark.since, until=mark.goal)
    except Exception as fault:  # noqa: BLE001  # the asking itself comes right after, and is judged
        log.info("counting for store %s: %s", part.store_id, type(fault).__name__)
        return
    if orders is not None:
        marks.note_counted(part, orders=orders)
