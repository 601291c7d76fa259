"""Traces are kept as long as a buyer or a platform may still ask about the parcel."""

from datetime import datetime, timedelta

from warehouse.models import TraceEvent

KEPT_FOR = timedelta(days=180)
"""Platforms take complaints for 90 days at most, carriers claims for a year but with their own
record; what the parcel itself says (first scan, delivered) stays."""
_AT_ONCE = 5000
_PORTIONS = 20
"""A hundred thousand parcels a day leave a million events a day."""


def prune(*, now: datetime, limit: int = _AT_ONCE) -> int:
    """Delete the events that are too old, portion by portion; return how many those were."""
    count = 0
    for _portion in range(_PORTIONS):
        gone = _prune_portion(now=now, limit=limit)
        count += gone
        if gone < limit:
            break
    return count


def _prune_portion(*, now: datetime, limit: int) -> int:
    old = TraceEvent.objects.filter(at__lt=now - KEPT_FOR).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    TraceEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
