"""How often somebody may try. Who it was is kept as a keyed hash only, for an hour."""

from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils.crypto import salted_hmac

from aftersales.models import AttemptCount
from oms.models.locking import atomic_service

_SALT = "aftersales.attempts"
_KEEP = timedelta(hours=24)


@atomic_service
def allow(what: str, *, who: str, limit: int, window: timedelta, now: datetime) -> bool:
    """Count an attempt and tell whether it is within the limit of its window of time."""
    key = salted_hmac(_SALT, f"{what}\0{who}", algorithm="sha256").hexdigest()
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
    row, _made = AttemptCount.objects.get_or_create(key=key, window_at=start)
    AttemptCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db(fields=["count"])
    return row.count <= limit


def forget(*, now: datetime) -> None:
    """Drop counts that no window needs any more."""
    AttemptCount.objects.filter(window_at__lt=now - _KEEP).delete()
