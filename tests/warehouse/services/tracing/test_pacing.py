"""The older a parcel gets, the more rarely its carrier is asked; in the end not at all."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from oms.integration.pacing import RateLimit
from warehouse.carriers.sf.carrier import SfCarrier
from warehouse.dto import TrackStatus
from warehouse.services.tracing import polling
from warehouse.services.tracing.pacing import (
    FIRST_ASKED,
    LABELLED_ASKED,
    LONGEST,
    next_look,
    next_try,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def wait(*, days: float, status: TrackStatus = TrackStatus.IN_TRANSIT) -> timedelta | None:
    at = next_look(since=NOW - timedelta(days=days), status=status, has_left=True, now=NOW)
    return None if at is None else at - NOW


def test_waits_grow_with_age() -> None:
    waits = [wait(days=days) or timedelta(0) for days in (0, 2, 5, 10, 20)]
    assert all(shorter < longer for shorter, longer in pairwise(waits))
    assert waits[0] == timedelta(hours=3)


def test_first_scan_is_asked_for_every_hour_and_not_for_ever() -> None:
    for status in (TrackStatus.UNKNOWN, TrackStatus.CREATED):
        assert wait(days=0, status=status) == wait(days=1.9, status=status) == timedelta(hours=1)
        assert wait(days=5, status=status) == wait(days=5)


PARCELS_A_DAY = 30_000
SECONDS_A_CALL = 0.5
TURNS_A_DAY = 24 * 60


def test_thirty_thousand_parcels_a_day_fit_into_the_turns_of_a_day() -> None:
    numbers_a_call = SfCarrier.capabilities.tracks_per_call
    room = TURNS_A_DAY * polling._SECONDS / SECONDS_A_CALL * numbers_a_call
    asked = PARCELS_A_DAY * len(questions(HOURS_OF_A_PARCEL))
    assert asked < room * 0.75
    assert asked / numbers_a_call / 86_400 < (SfCarrier.rate or NO_RATE).per_second


def test_end_is_learned_within_two_hours() -> None:
    delivered = HOURS_OF_A_PARCEL[TrackStatus.DELIVERED]
    assert questions(HOURS_OF_A_PARCEL)[-1] - delivered <= timedelta(hours=2)


H = timedelta(hours=1)
HOURS_OF_A_PARCEL = {
    TrackStatus.COLLECTED: 4 * H,
    TrackStatus.IN_TRANSIT: 8 * H,
    TrackStatus.OUT_FOR_DELIVERY: 61 * H,
    TrackStatus.DELIVERED: 66 * H,
}
NO_RATE = RateLimit(per_second=0.001)


def questions(life: dict[TrackStatus, timedelta]) -> list[timedelta]:
    """Return how long after it left a parcel is asked about, until it is known to be delivered."""
    found, age = [], FIRST_ASKED
    while True:
        found.append(age)
        status = max((s for s, at in life.items() if at <= age), key=life.__getitem__, default=None)
        if status is TrackStatus.DELIVERED:
            return found
        known = status or TrackStatus.UNKNOWN
        ask_again = next_look(since=NOW - age, status=known, has_left=True, now=NOW)
        assert ask_again is not None
        age += ask_again - NOW


def test_nobody_is_asked_for_ever() -> None:
    assert wait(days=LONGEST / timedelta(days=1) + 1) is None


def test_parcel_at_the_door_is_asked_about_soon_even_if_old() -> None:
    assert wait(days=20, status=TrackStatus.OUT_FOR_DELIVERY) == timedelta(hours=2)


def test_parcel_that_did_not_leave_is_asked_about_twice_a_day() -> None:
    at = next_look(since=NOW, status=TrackStatus.UNKNOWN, has_left=False, now=NOW)
    assert at == NOW + LABELLED_ASKED


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (4, 40), (8, 360), (1000, 360)])
def test_silence_is_met_with_longer_pauses(failures: int, minutes: int) -> None:
    assert next_try(failures, now=NOW) == NOW + timedelta(minutes=minutes)
