"""Traces are kept as long as a buyer or a platform may still ask about the parcel."""

from datetime import datetime, timedelta

from warehouse.models import TraceEvent

KEPT_FOR = timedelta(days=180)
"""Platforms take complaints for 90 days at most, carriers claims for a year but with their own
record; what the parcel itself says (first scan, delivered) stays."""
_AT_ONCE = 5000


def prune(*, now: datetime) -> int:
    """Delete a portion of the events that are too old; return how many those were."""
    old = TraceEvent.objects.filter(at__lt=now - KEPT_FOR).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    TraceEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
