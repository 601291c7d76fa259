"""What nobody needs any more: photos of forms that were never sent, counts of attempts."""

from datetime import datetime, timedelta

from aftersales.services import photos, throttle

ABANDONED_AFTER = timedelta(days=1)


def tidy(*, now: datetime) -> None:
    photos.drop_abandoned(before=now - ABANDONED_AFTER)
    throttle.forget(now=now)
