"""Work through what is due: every store in its turn, each by one worker at a time."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from channels_sync.services.breaking.noting import Pass, admit, may_go
from channels_sync.services.fairness import flight_of, since_last_turn
from channels_sync.services.push.claiming import claim, due
from channels_sync.services.push.lines import Line
from channels_sync.services.push.queueing import DRAIN
from channels_sync.services.push.sending import send
from channels_sync.services.push.urgency import turn_of
from channels_sync.services.turns import Turn, in_turn, serve
from oms import scheduling

SLICE = 10
"""How many jobs a store has at once before the next store has its turn."""
_SECONDS = 45.0
"""After this long no further job is begun: the task must end well before it is ended."""


def drain(*, now: datetime) -> int:
    """Tell the channels what is due; return how many jobs had their turn."""
    end = time.monotonic() + _SECONDS
    done = 0

    def work(store_id: int) -> Iterable[Turn[int]]:
        nonlocal done
        sent = drain_store(store_id, now=now, end=end)
        done += sent
        return _turns(now=now, store_id=store_id) if sent == SLICE else ()

    serve(_turns(now=now), do=work, has_time=lambda: time.monotonic() < end)
    if done and due(now=now).filter(may_go(now=now)).exists():
        scheduling.nudge(DRAIN)
    return done


def drain_store(store_id: int, *, now: datetime, end: float) -> int:
    """Give some of a store's due jobs their turn, the most urgent first, until ``end``."""
    done = 0
    with (
        scheduling.single_flight(flight_of("push", store_id=store_id)) as got,
        Line(store_id) as line,
    ):
        passed = admit(store_id, now=now) if got else Pass.NO
        most = {Pass.FREE: SLICE, Pass.PROBE: 1, Pass.NO: 0}[passed]
        while done < most and time.monotonic() < end:
            claimed = claim(store_id, now=now)
            if claimed is None:
                break
            send(claimed, line=line, now=now)
            done += 1
    return done


def _turns(*, now: datetime, store_id: int | None = None) -> list[Turn[int]]:
    """Return a turn for each store with due jobs: that of its most urgent one."""
    rows = due(now=now).filter(may_go(now=now)).order_by()
    rows = rows if store_id is None else rows.filter(store=store_id)
    by_store: dict[int, list[Turn[str]]] = defaultdict(list)
    for store, kind, at in rows.values_list("store_id", "kind").annotate(Min("not_before")):
        by_store[store].append(turn_of(kind, due_at=at))
    firsts = ((store, in_turn(turns)[0]) for store, turns in sorted(by_store.items()))
    turns = [Turn(store, first.due_at, first.patience) for store, first in firsts]
    return since_last_turn(turns, work="push", now=now)
