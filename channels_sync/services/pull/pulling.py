"""Ask the platforms for what changed: every store in its turn, a slice of pages at a time."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime, timedelta

from channels_sync.connectors.pulling import Puller
from channels_sync.models import StoreConnection, SyncRun
from channels_sync.services.breaking.noting import Pass, admit
from channels_sync.services.pull import due
from channels_sync.services.pull.lines import open_puller
from channels_sync.services.pull.marks import Part
from channels_sync.services.pull.slices import SLICE, Slice, pull_slice
from channels_sync.services.turns import Turn, serve
from oms import scheduling

PULL = "channels_sync.tasks.pull_orders"
_SECONDS = 45.0
_KEEP_RUNS = timedelta(days=30)
_PROBE = Slice(pages=1, seconds=SLICE.seconds)


def pull_due(*, now: datetime) -> int:
    """Ask every platform whose turn it is; return how many orders were not known as they are."""
    end = time.monotonic() + _SECONDS
    return _pull(list(due.lines(now=now).values()), now=now, end=end)


def pull_store(connection: StoreConnection, *, now: datetime, end: float) -> int:
    """Ask for one store until it is up to date or the time (monotonic) ends."""
    return _pull([connection], now=now, end=end)


def _pull(rows: list[StoreConnection], *, now: datetime, end: float) -> int:
    with _Round(rows, now=now, end=end) as round_:
        serve(due.turns(rows, now=now), do=round_.serve, has_time=lambda: time.monotonic() < end)
        return round_.fresh


class _Round:
    """One worker's round. A store's line is opened at its first turn and kept until the end: its
    rate limit is the account's."""

    def __init__(self, rows: Iterable[StoreConnection], *, now: datetime, end: float) -> None:
        self.fresh = 0
        self._rows = {row.store_id: row for row in rows}
        self._now, self._end = now, end
        self._open: dict[int, Puller] = {}
        self._stack = ExitStack()

    def serve(self, part: Part) -> Iterable[Turn[Part]]:
        """Give a part of a store its slice, by one worker at a time; return what is due again."""
        with scheduling.single_flight(f"channels.pull:{part.store_id}:{part.lane}") as got:
            passed = admit(part.store_id, now=self._now) if got else Pass.NO
            if passed is Pass.NO:
                return ()
            size = _PROBE if passed is Pass.PROBE else SLICE
            row = self._rows[part.store_id]
            self.fresh += pull_slice(
                part, puller=self._puller(row), size=size, now=self._now, end=self._end
            )
        return due.turns_of_lane(part, now=self._now)

    def _puller(self, row: StoreConnection) -> Puller:
        if row.store_id not in self._open:
            self._open[row.store_id] = self._stack.enter_context(open_puller(row))
        return self._open[row.store_id]

    def __enter__(self) -> "_Round":
        return self

    def __exit__(self, *_how: object) -> None:
        self._stack.close()


def prune_runs(*, now: datetime) -> int:
    """Drop what runs brought longer than 30 days ago; return how many rows."""
    dropped, _per_model = SyncRun.objects.filter(started_at__lt=now - _KEEP_RUNS).delete()
    return dropped
