"""Which stores and lanes are due, as turns."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import Lane, StoreConnection, SyncCursor
from channels_sync.services.breaking.noting import may_go
from channels_sync.services.calls import has_address
from channels_sync.services.pull.lines import pulled_kinds
from channels_sync.services.pull.marks import Part
from channels_sync.services.turns import BACKLOG, LIVE, Turn

Lines = dict[int, StoreConnection]
"""By store."""
_WEIGHTS = {Lane.ORDERS: 2, Lane.REFUNDS: 1}


def lines(*, now: datetime) -> Lines:
    """Return the connections on which orders may be asked for now."""
    rows = StoreConnection.objects.filter(
        has_address(),
        may_go(now=now),
        kind__in=pulled_kinds(),
        is_active=True,
        store__is_active=True,
    )
    return {row.store_id: row for row in rows.order_by("store_id")}


def turns(rows: Collection[StoreConnection], *, now: datetime) -> list[Turn[Part]]:
    """Return the turns that are due: those of stores never asked before, too."""
    found_marks = SyncCursor.objects.filter(store__in=[row.store_id for row in rows])
    marks = list(found_marks.order_by("store_id", "lane", "is_backlog"))
    known = {_part(mark) for mark in marks}
    allowed = {part for row in rows for part in _lanes(row)}
    found = [
        _turn(_part(mark), mark.not_before)
        for mark in marks
        if mark.not_before <= now and Part(mark.store_id, Lane(mark.lane)) in allowed
    ]
    return found + [_turn(part, now) for part in sorted(allowed - known, key=_order)]


def turns_of_lane(part: Part, *, now: datetime) -> Iterable[Turn[Part]]:
    """Return what is due again of a lane that just had its turn."""
    rows = SyncCursor.objects.filter(store=part.store_id, lane=part.lane, not_before__lte=now)
    return [_turn(_part(mark), mark.not_before) for mark in rows.order_by("is_backlog")]


def _turn(part: Part, due_at: datetime) -> Turn[Part]:
    patience = BACKLOG if part.is_backlog else LIVE
    return Turn(part, due_at, patience, _WEIGHTS[part.lane])


def _lanes(row: StoreConnection) -> Iterator[Part]:
    yield Part(row.store_id, Lane.ORDERS)
    if pullers.get(row.kind).pulls_refunds:
        yield Part(row.store_id, Lane.REFUNDS)


def _part(mark: SyncCursor) -> Part:
    return Part(mark.store_id, Lane(mark.lane), mark.is_backlog)


def _order(part: Part) -> tuple[int, str]:
    return part.store_id, part.lane
