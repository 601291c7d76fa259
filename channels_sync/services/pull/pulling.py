"""Ask one store's platform as far as time allows."""

import logging
import time
from datetime import datetime, timedelta
from traceback import extract_tb

from channels_sync.connectors.pulling import Puller
from channels_sync.models import Lane, StoreConnection, SyncRun
from channels_sync.services.calls import has_address
from channels_sync.services.pull import marks
from channels_sync.services.pull.arriving import order_arrival, refund_arrival
from channels_sync.services.pull.lines import open_puller, pulled_kinds
from channels_sync.services.pull.marks import Haul, Window
from oms import scheduling
from oms.integration.errors import ErrorKind, IntegrationError

log = logging.getLogger(__name__)

MOST_PAGES = 40
_SECONDS = 45.0
_KEEP_RUNS = timedelta(days=30)
Outcome = SyncRun.Outcome


def pull_due(*, now: datetime) -> int:
    """Ask every platform whose turn it is; return how many orders were not known as they are."""
    end = time.monotonic() + _SECONDS
    rows = StoreConnection.objects.filter(
        has_address(), kind__in=pulled_kinds(), is_active=True, store__is_active=True
    )
    return sum(pull_store(row, now=now, end=end) for row in rows.order_by("store_id"))


def pull_store(connection: StoreConnection, *, now: datetime, end: float) -> int:
    """Ask for one store, by one worker at a time, until its windows or the time (monotonic) end."""
    with scheduling.single_flight(f"channels.pull:{connection.store_id}") as got:
        if not got or time.monotonic() >= end:
            return 0
        with open_puller(connection) as puller:
            lanes = [Lane.ORDERS, Lane.REFUNDS] if puller.pulls_refunds else [Lane.ORDERS]
            return sum(_pull_lane(connection, puller, lane, now=now, end=end) for lane in lanes)


def _pull_lane(
    connection: StoreConnection, puller: Puller, lane: Lane, *, now: datetime, end: float
) -> int:
    """After a long silence window follows window, until the store is up to date."""
    fresh = 0
    while time.monotonic() < end:
        window = marks.open_window(connection, lane=lane, puller=type(puller), now=now)
        if window is None:
            break
        run = _pull(connection, puller, lane, window, now=now, end=end)
        fresh += run.fresh
        if run.outcome != Outcome.COMPLETE:
            break
    return fresh


def _pull(
    connection: StoreConnection,
    puller: Puller,
    lane: Lane,
    window: Window,
    *,
    now: datetime,
    end: float,
) -> SyncRun:
    run = SyncRun(
        store_id=connection.store_id,
        lane=lane,
        started_at=now,
        since=window.since,
        until=window.until,
        outcome=Outcome.PAUSED,
    )
    cursor = window.page
    while run.pages < MOST_PAGES and time.monotonic() < end:
        haul = _fetch(puller, window, cursor, run, now=now)
        if haul is None:
            break
        run.fresh += marks.take_page(connection.store_id, lane=lane, haul=haul, now=now)
        run.pages, run.orders = run.pages + 1, run.orders + len(haul.arrivals)
        cursor = haul.cursor
        if cursor is None:
            run.outcome = Outcome.COMPLETE
        if cursor is None or haul.pause:
            break
    if run.fresh or run.outcome != Outcome.COMPLETE:
        run.save()
    return run


def _fetch(
    puller: Puller, window: Window, cursor: str | None, run: SyncRun, *, now: datetime
) -> Haul | None:
    try:
        return _haul(puller, window, cursor, Lane(run.lane))
    except IntegrationError as trouble:
        error = trouble
    except Exception as fault:  # noqa: BLE001  # a fault of ours at one store must not stop others
        kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
        log.error("pulling store %s failed: %s at %s", run.store_id, kind, where)  # noqa: TRY400
        error = IntegrationError(kind, kind=ErrorKind.RETRY, code="local:fault")
    marks.note_failure(run.store_id, lane=Lane(run.lane), error=error, now=now)
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


def prune_runs(*, now: datetime) -> int:
    """Drop what runs brought longer than 30 days ago; return how many rows."""
    dropped, _per_model = SyncRun.objects.filter(started_at__lt=now - _KEEP_RUNS).delete()
    return dropped
