from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.rules.waiting import next_cut_off, release_at

READY = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def end(
    *, cut_off: int | None = None, ship_by: int | None = None, wait: int = 10, lead: int = 120
) -> float:
    """Return after how many minutes the waiting ends; the arguments are minutes too."""
    found = release_at(
        READY,
        wait=wait * MINUTE,
        cut_off=None if cut_off is None else READY + cut_off * MINUTE,
        ship_by=None if ship_by is None else READY + ship_by * MINUTE,
        lead=lead * MINUTE,
    )
    return (found - READY) / MINUTE


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ({}, 10),
        ({"wait": 0}, 0),
        ({"cut_off": 4}, 4),
        ({"cut_off": 40}, 10),
        ({"ship_by": 3000}, 10),
        ({"ship_by": 127}, 7),
        ({"ship_by": 127, "lead": 125}, 2),
        ({"ship_by": 127, "cut_off": 4}, 4),
        ({"ship_by": 60}, 0),
        ({"cut_off": 0}, 0),
    ],
)
def test_waiting_ends_with_the_first_of_its_ends(told: dict[str, int], minutes: int) -> None:
    assert end(**told) == minutes


@pytest.mark.parametrize(
    ("cut_offs", "expected"),
    [
        ([], None),
        ([(time(16), SHANGHAI)], READY + timedelta(hours=6)),
        ([(time(10), SHANGHAI)], READY),
        ([(time(9, 59), SHANGHAI)], READY + timedelta(hours=23, minutes=59)),
        ([(time(16), SHANGHAI), (time(12), SHANGHAI)], READY + timedelta(hours=2)),
        ([(time(16), SHANGHAI), (time(4), BERLIN)], READY + timedelta(hours=1)),
    ],
)
def test_next_cut_off_is_the_first_anywhere(
    cut_offs: list[tuple[time, ZoneInfo]], expected: datetime | None
) -> None:
    assert next_cut_off(READY, cut_offs) == expected


@given(after=MOMENTS, at=st.times(), zone=st.sampled_from([SHANGHAI, ZoneInfo("UTC")]))
def test_next_cut_off_is_the_next_moment_of_its_local_time(
    after: datetime, at: time, zone: ZoneInfo
) -> None:
    found = next_cut_off(after, [(at, zone)])
    assert found is not None
    assert found.astimezone(zone).time() == at
    assert timedelta(0) <= found - after < timedelta(days=1)


@given(after=MOMENTS, at=st.times())
def test_day_with_a_change_of_clocks_has_a_cut_off_too(after: datetime, at: time) -> None:
    found = next_cut_off(after, [(at, BERLIN)])
    assert found is not None
    assert -timedelta(hours=1) <= found - after <= timedelta(hours=25)
