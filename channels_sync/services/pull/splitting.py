"""After a long silence: what lies behind is worked off by itself, and what happens now goes on.

A store that comes back after days has new orders beside the old ones. Asked for strictly in their
order, the new ones would wait for the last of the old; so the lane's mark jumps ahead, and a second
mark covers exactly what was jumped over.
"""

from datetime import datetime, timedelta

from channels_sync.connectors.pulling import Puller
from channels_sync.models import SyncCursor

_OLD = timedelta(minutes=30)


def falls_short(mark: SyncCursor, *, end: datetime, puller: type[Puller]) -> bool:
    """Tell whether one window cannot reach from the mark to its end."""
    if puller.longest_window is None:
        return False
    return end - mark.since + puller.overlap > puller.longest_window


def reaches_far_back(mark: SyncCursor, *, now: datetime) -> bool:
    return now - mark.since > _OLD


def leave_behind(mark: SyncCursor, *, goal: datetime, now: datetime) -> None:
    """Give [since, goal) a mark of its own and let this one, unsaved yet, go on from there.

    Where a backlog is under way already it grows: what lies between is asked for once more, and
    what comes again is known.
    """
    behind, is_new = SyncCursor.objects.get_or_create(
        store_id=mark.store_id,
        lane=mark.lane,
        is_backlog=True,
        defaults={
            "since": mark.since,
            "until": mark.until,
            "page": mark.page,
            "goal": goal,
            "not_before": now,
        },
    )
    if not is_new:
        behind.goal, behind.counted = goal, None
        behind.save(update_fields=["goal", "counted"])
    mark.since, mark.until, mark.page = goal, None, ""
