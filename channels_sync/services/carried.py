"""Files with a store's orders or payouts that people carried in or out by hand."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from channels_sync.services.imports import running as imports
from channels_sync.services.payouts import running as payouts
from oms.models import Job, Store, TimelineEntry

TAKEN_AWAY = ("download_faulty_rows", "download_differences")
"""Acts on a job by which data of a store leave the system as a file."""
_JOBS_LAST = timedelta(days=90)
"""How old a job may be whose file somebody still takes away."""


def worst_day(stores: Collection[Store], *, since: datetime) -> dict[int, int]:
    """Return, by store, how many files were carried on its worst day since then; days are those of
    the store's own time zone. A trial carries nothing."""
    zones = {store.pk: ZoneInfo(store.timezone) for store in stores}
    days: Counter[tuple[int, date]] = Counter(
        (store_id, at.astimezone(zones[store_id]).date())
        for store_id, at in _carried(since)
        if store_id in zones
    )
    worst = dict.fromkeys(zones, 0)
    for (store_id, _day), count in days.items():
        worst[store_id] = max(worst[store_id], count)
    return worst


def _carried(since: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield store and moment of each file."""
    brought = Job.objects.filter(kind=imports.KIND, created_at__gte=since, params__dry_run=False)
    yield from brought.values_list("params__store_id", "created_at").iterator()
    jobs = Job.objects.filter(
        kind__in=(imports.KIND, payouts.KIND), created_at__gte=since - _JOBS_LAST
    )
    stores = dict(jobs.values_list("pk", "params__store_id"))
    taken = TimelineEntry.objects.filter(
        subject="job", subject_id__in=jobs.values("pk"), action__in=TAKEN_AWAY, at__gte=since
    )
    for job_id, at in taken.values_list("subject_id", "at").iterator():
        yield stores[job_id], at
