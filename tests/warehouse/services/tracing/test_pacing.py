"""The older a parcel gets, the more rarely its carrier is asked; in the end not at all."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from warehouse.dto import TrackStatus
from warehouse.services.tracing.pacing import LABELLED_ASKED, LONGEST, next_look, next_try

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def wait(*, days: float, status: TrackStatus = TrackStatus.IN_TRANSIT) -> timedelta | None:
    at = next_look(since=NOW - timedelta(days=days), status=status, has_left=True, now=NOW)
    return None if at is None else at - NOW


def test_waits_grow_with_age() -> None:
    waits = [wait(days=days) or timedelta(0) for days in (0, 2, 5, 10, 20)]
    assert all(shorter < longer for shorter, longer in pairwise(waits))
    assert waits[0] == timedelta(hours=1)


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
