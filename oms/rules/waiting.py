"""How long an approved order waits for siblings."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def release_at(
    eligible_at: datetime,
    *,
    wait: timedelta,
    cut_off: datetime | None,
    ship_by: datetime | None,
    lead: timedelta,
) -> datetime:
    """Return when waiting ends: after ``wait``, but neither past the day's cut-off nor so late that
    the promise to ship breaks. May lie in the past: then it does not wait at all."""
    ends = [eligible_at + wait]
    if cut_off is not None:
        ends.append(cut_off)
    if ship_by is not None:
        ends.append(ship_by - lead)
    return max(min(ends), eligible_at)


def next_cut_off(after: datetime, cut_offs: Iterable[tuple[time, ZoneInfo]]) -> datetime | None:
    """Return the first of the warehouses' daily cut-offs (local time, zone) from ``after`` on."""
    found = []
    for at, zone in cut_offs:
        local = after.astimezone(zone)
        today = datetime.combine(local.date(), at, tzinfo=zone)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)
        found.append(today if today >= local else tomorrow)
    return min(found, default=None)
