"""Work through what is due, store by store; each store by one worker at a time."""

import time
from datetime import datetime

from channels_sync.services.push.claiming import claim, due
from channels_sync.services.push.lines import Line
from channels_sync.services.push.queueing import DRAIN
from channels_sync.services.push.sending import send
from oms import scheduling

_AT_ONCE = 20
_SECONDS = 45.0
"""After this long no further job is begun: the task must end well before it is ended."""


def drain(*, now: datetime) -> int:
    """Tell the channels what is due; return how many jobs had their turn."""
    end = time.monotonic() + _SECONDS
    stores = due(now=now).order_by().values_list("store_id", flat=True).distinct()
    done = sum(drain_store(store_id, now=now, end=end) for store_id in sorted(stores))
    if done and due(now=now).exists():
        scheduling.nudge(DRAIN)
    return done


def drain_store(store_id: int, *, now: datetime, end: float) -> int:
    """Give a store's due jobs their turn, the longest due first, until ``end`` (monotonic)."""
    done = 0
    with scheduling.single_flight(f"channels.push:{store_id}") as got, Line(store_id) as line:
        while got and done < _AT_ONCE and time.monotonic() < end:
            claimed = claim(store_id, now=now)
            if claimed is None:
                break
            send(claimed, line=line, now=now)
            done += 1
    return done
