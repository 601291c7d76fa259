"""Read how the stores' lines stand: eight queries, for any number of stores."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.flows import PushStatus, RawOrderStatus
from channels_sync.models import (
    ListingStock,
    PushJob,
    RawOrder,
    StoreConnection,
    SyncCursor,
)
from channels_sync.models.push import OPEN
from channels_sync.services.breaking.judging import Standing
from channels_sync.services.breaking.noting import standing_of
from channels_sync.services.status import judging
from channels_sync.services.status.errors import Said, said
from channels_sync.services.status.judging import Facts, LaneNow, Level, Sign, TokenNow, Waiting
from channels_sync.services.tokens import asks_for_tokens
from oms.models import Store

Counts = dict[int, Waiting]
_NEVER = Waiting()


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """One store as it stands. ``errors`` are the platform's own words."""

    connection: StoreConnection
    facts: Facts
    signs: tuple[Sign, ...]
    level: Level
    errors: tuple[Said, ...]

    @property
    def store(self) -> Store:
        return self.connection.store

    @property
    def is_silent(self) -> bool:
        """Whether it is left alone because it does not answer."""
        facts = self.facts
        return facts.is_on and not facts.is_paused and facts.standing is not Standing.CLOSED


def statuses(store_ids: Collection[int], *, now: datetime) -> list[StoreStatus]:
    """Return the stores that have a connection, the worst first, of these the longest behind."""
    rows = StoreConnection.objects.filter(store__in=store_ids, store__is_active=True)
    lines = list(rows.select_related("store__channel", "store__line_state__paused_by", "token"))
    ids = [row.store_id for row in lines]
    marks = _marks(ids)
    pushes, stock, exceptions = _pushes(ids), _stock(ids), _exceptions(ids)
    errors = said(lines, marks=marks)
    found = []
    for row in lines:
        facts = _facts(
            row,
            lanes=_lanes(row, marks[row.store_id], now=now),
            pushes=pushes.get(row.store_id, _NEVER),
            stock=stock.get(row.store_id, _NEVER),
            exceptions=exceptions.get(row.store_id, 0),
            now=now,
        )
        signs = judging.signs(facts, now=now)
        found.append(
            StoreStatus(row, facts, tuple(signs), judging.level(signs), tuple(errors[row.store_id]))
        )
    return sorted(found, key=lambda one: (one.level, -one.facts.lag, str(one.store)))


def _facts(
    row: StoreConnection,
    *,
    lanes: tuple[LaneNow, ...],
    pushes: Waiting,
    stock: Waiting,
    exceptions: int,
    now: datetime,
) -> Facts:
    state = getattr(row.store, "line_state", None)
    return Facts(
        is_on=row.is_active,
        is_paused=bool(state and state.paused_at),
        standing=standing_of(state, now=now) if state else Standing.CLOSED,
        failures=state.failures if state else 0,
        lanes=lanes,
        pushes=pushes,
        stock=stock,
        exceptions=exceptions,
        token=_token(row),
    )


def _token(row: StoreConnection) -> TokenNow:
    token = getattr(row, "token", None)
    is_needed = asks_for_tokens(row)
    if token is None:
        return TokenNow(is_needed=is_needed)
    return TokenNow(
        is_needed=is_needed,
        is_there=True,
        is_dead=token.dead_since is not None,
        access_until=token.access_expires_at,
        renewable_until=token.refresh_expires_at,
    )


def _marks(ids: Collection[int]) -> dict[int, list[SyncCursor]]:
    found: dict[int, list[SyncCursor]] = defaultdict(list)
    for mark in SyncCursor.objects.filter(store__in=ids).order_by("lane", "is_backlog"):
        found[mark.store_id].append(mark)
    return found


def _lanes(
    row: StoreConnection, marks: Collection[SyncCursor], *, now: datetime
) -> tuple[LaneNow, ...]:
    """What a platform cannot be asked for any more has no lane, whatever was asked before."""
    if row.kind not in pullers:
        return ()
    lag = pullers.get(row.kind).lag
    return tuple(
        LaneNow(
            lane=mark.get_lane_display(),
            is_backlog=mark.is_backlog,
            complete_until=mark.since,
            succeeded_at=mark.succeeded_at,
            next_at=mark.not_before,
            failures=mark.failures,
            lag=max(now - lag - mark.since, now - now),
            left=None if mark.counted is None else max(mark.counted - mark.taken, 0),
        )
        for mark in marks
    )


def _pushes(ids: Collection[int]) -> Counts:
    is_stuck = Q(status=PushStatus.NEEDS_PERSON)
    # Each half has an index of its own that holds nothing else.
    rows = PushJob.objects.filter(Q(status__in=OPEN) | is_stuck, store__in=ids)
    found = (
        rows.order_by()
        .values_list("store")
        .annotate(
            waiting=Count("pk", filter=~is_stuck),
            failed=Count("pk", filter=Q(status=PushStatus.FAILED)),
            stuck=Count("pk", filter=is_stuck),
            # What the channel took and has not shown yet waits for nobody.
            oldest=Min("created_at", filter=~is_stuck & ~Q(status=PushStatus.ACCEPTED)),
        )
    )
    return {store: Waiting(*counts) for store, *counts in found}


def _stock(ids: Collection[int]) -> Counts:
    due, blocked = Q(due_at__isnull=False), Q(is_blocked=True)
    rows = ListingStock.objects.filter(due | blocked, store__in=ids)
    found = (
        rows.order_by()
        .values_list("store")
        .annotate(
            waiting=Count("pk", filter=due),
            failed=Count("pk", filter=due & Q(attempts__gt=0)),
            stuck=Count("pk", filter=blocked),
            oldest=Min("due_at", filter=due),
        )
    )
    return {store: Waiting(*counts) for store, *counts in found}


def _exceptions(ids: Collection[int]) -> dict[int, int]:
    rows = RawOrder.objects.filter(store__in=ids, status=RawOrderStatus.EXCEPTION)
    return dict(rows.order_by().values_list("store").annotate(Count("pk")))
