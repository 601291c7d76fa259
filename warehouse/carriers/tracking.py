"""What tracking events mean, for all carriers alike."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from warehouse.carriers.codes import TEXT_RULES
from warehouse.dto import TrackEvent, TrackStatus

_ORDER = tuple(TrackStatus)
_FINAL = frozenset({TrackStatus.DELIVERED, TrackStatus.RETURNED})


class MalformedPush(ValueError):
    """A push that is not in the carrier's format: keep the raw body for a person."""


def status_from_text(text: str) -> TrackStatus:
    """Guess from the words of an event whose code is in no table."""
    for pattern, status in TEXT_RULES:
        if pattern.search(text):
            return status
    return TrackStatus.UNKNOWN


def current_status(events: Iterable[TrackEvent]) -> TrackStatus:
    """Say where a parcel is, whatever the order in which its events arrived.

    The latest known event counts; of two at the same second, the further one. What is delivered or
    returned stays so. A parcel on its way back stays so until it is handed over, which then means
    returned.
    """
    status = TrackStatus.UNKNOWN
    for event in sorted(events, key=lambda event: (event.at, _ORDER.index(event.status))):
        status = _after(status, event.status)
    return status


def event_id(waybill_no: str, at: datetime, code: str, text: str) -> str:
    """Name an event by what it says, so that a pull and a push of it are one."""
    parts = "\x1f".join((waybill_no, at.isoformat(), code, text))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def _after(status: TrackStatus, event: TrackStatus) -> TrackStatus:
    if status in _FINAL or event is TrackStatus.UNKNOWN:
        return status
    if status is TrackStatus.RETURNING:
        handed_over = event in (TrackStatus.DELIVERED, TrackStatus.RETURNED)
        return TrackStatus.RETURNED if handed_over else status
    return event
