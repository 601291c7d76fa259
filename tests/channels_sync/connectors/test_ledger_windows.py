"""Windows of a day: every second in exactly one of them, and none too full to be seen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.ledger_windows import Window
from oms.integration.errors import ErrorKind, IntegrationError

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
BEGIN = int(SINCE.timestamp())


@given(
    seconds=st.integers(1, 90_000),
    longest=st.integers(60, 90_000),
    halvings=st.lists(st.integers(0, 3), max_size=40),
)
def test_windows_follow_each_other_to_the_end(
    seconds: int, longest: int, halvings: list[int]
) -> None:
    until, turns = SINCE + timedelta(seconds=seconds), iter(halvings)
    cursor, end = None, BEGIN
    while cursor is not None or end == BEGIN:
        window = Window.of(cursor, since=SINCE, until=until, longest=longest)
        for _half in range(next(turns, 0)):
            window = window.half() if window.end - window.start > 1 else window
        assert (window.start, window.page) == (end, 0)
        assert 0 < window.end - window.start <= longest
        end = window.end
        cursor = window.after(has_more=False, until=until, longest=longest)
    assert end == BEGIN + seconds


def test_further_page_is_of_the_same_window() -> None:
    until = SINCE + timedelta(days=1)
    first = Window.of(None, since=SINCE, until=until, longest=3600)
    cursor = first.after(has_more=True, until=until, longest=3600)
    second = Window.of(cursor, since=SINCE, until=until, longest=3600)
    assert second == Window(first.start, first.end, 1)
    assert first.holds(SINCE)
    assert not first.holds(SINCE + timedelta(hours=1))


def test_second_that_is_too_full_is_told_and_not_cut_short() -> None:
    with pytest.raises(IntegrationError) as caught:
        Window(BEGIN, BEGIN + 1).half()
    assert caught.value.kind is ErrorKind.FATAL
