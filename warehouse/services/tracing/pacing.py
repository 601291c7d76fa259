"""How often a carrier is asked about a parcel: often while something is about to happen."""

from datetime import datetime, timedelta

from warehouse.dto import TrackStatus

FIRST_ASKED = timedelta(minutes=30)
"""A driver needs so long at least until the parcel is scanned in the depot."""
LABELLED_ASKED = timedelta(hours=12)
"""A parcel that has a waybill and was not handed over may have left unseen."""
LONGEST = timedelta(days=45)
"""After this long nobody is asked any more: carriers forget, and a person has looked by then."""
_BY_AGE = (
    (timedelta(days=1), timedelta(hours=3)),
    (timedelta(days=3), timedelta(hours=4)),
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=14), timedelta(hours=12)),
)
_OLD = timedelta(days=1)
_UNSCANNED = frozenset({TrackStatus.UNKNOWN, TrackStatus.CREATED})
_SCAN_AWAITED = timedelta(days=2)
_SOON = timedelta(hours=1)
_AT_THE_DOOR = frozenset({TrackStatus.OUT_FOR_DELIVERY, TrackStatus.READY_FOR_PICKUP})
_NEAR = timedelta(hours=2)
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


def next_look(
    *, since: datetime, status: TrackStatus, has_left: bool, now: datetime
) -> datetime | None:
    """Return when to ask next about a parcel that is on its way ``since``; None: never again.

    A parcel that has a waybill and has not left by our books is asked about twice a day. Whether
    one that left was scanned is asked every hour at first: platforms count the hours until then.
    """
    age = now - since
    if age > LONGEST:
        return None
    if not has_left:
        return now + LABELLED_ASKED
    if status in _UNSCANNED and age < _SCAN_AWAITED:
        return now + _SOON
    wait = next((wait for younger, wait in _BY_AGE if age < younger), _OLD)
    return now + (min(wait, _NEAR) if status in _AT_THE_DOOR else wait)


def next_try(failures: int, *, now: datetime) -> datetime:
    """Return when to ask again after so many questions in a row without an answer."""
    return now + min(_FIRST_PAUSE * (1 << min(failures - 1, 10)), _LONGEST_PAUSE)
