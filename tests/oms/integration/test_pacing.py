from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import ONCE, Patience, RateLimit, RetryPolicy, TokenBucket

from .doubles import FakeTime


def error(kind: ErrorKind, *, after: float | None = None) -> IntegrationError:
    hint = None if after is None else timedelta(seconds=after)
    return IntegrationError("x", kind=kind, retry_after=hint)


def patience(policy: RetryPolicy) -> Patience:
    return Patience(policy, jitter=lambda: 0.0)


def test_burst_passes_at_once_then_calls_queue() -> None:
    bucket = TokenBucket(RateLimit(per_second=2, burst=3), clock=FakeTime().clockwork().clock)
    assert [bucket.reserve(longest=9) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]


def test_idle_time_refills_no_more_than_the_burst() -> None:
    time = FakeTime()
    bucket = TokenBucket(RateLimit(per_second=2, burst=2), clock=time.clockwork().clock)
    bucket.reserve(longest=9)
    time.now = 100
    assert [bucket.reserve(longest=9) for _ in range(3)] == [0, 0, 0.5]


def test_too_long_a_queue_refuses_and_keeps_no_place() -> None:
    bucket = TokenBucket(RateLimit(per_second=1), clock=FakeTime().clockwork().clock)
    bucket.reserve(longest=0)
    for _ in range(2):
        with pytest.raises(IntegrationError) as caught:
            bucket.reserve(longest=0.5)
        assert caught.value.kind is ErrorKind.THROTTLE
        assert caught.value.retry_after == timedelta(seconds=1)
        assert not caught.value.outcome_unknown
    assert bucket.reserve(longest=1) == 1


@given(
    st.floats(min_value=0.5, max_value=50),
    st.integers(min_value=1, max_value=5),
    st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=40),
)
def test_rate_is_kept_whenever_calls_come(rate: float, burst: int, gaps: list[float]) -> None:
    time = FakeTime()
    bucket = TokenBucket(RateLimit(rate, burst), clock=time.clockwork().clock)
    sent = []
    for gap in gaps:
        time.now += gap
        sent.append(time.now + bucket.reserve(longest=float("inf")))
    for first in range(len(sent)):
        for last in range(first + burst, len(sent)):
            assert sent[last] - sent[first] >= (last - first - burst + 1) / rate - 1e-6


def test_pause_doubles_up_to_the_longest() -> None:
    policy = RetryPolicy(first_pause=1, longest_pause=8)
    assert [policy.pause(repeats, 0) for repeats in range(5)] == [1, 2, 4, 8, 8]


def test_jitter_lengthens_by_half_at_most() -> None:
    assert RetryPolicy(first_pause=4).pause(0, 0.5) == 5


def test_tries_are_bounded() -> None:
    waiting = patience(RetryPolicy(tries=3))
    assert [waiting.pause_after(error(ErrorKind.RETRY)) for _ in range(3)] == [1, 2, None]


def test_throttling_uses_up_no_try_and_waits_at_least_the_hint() -> None:
    waiting = patience(RetryPolicy(tries=2))
    assert waiting.pause_after(error(ErrorKind.THROTTLE, after=7)) == 7
    assert waiting.pause_after(error(ErrorKind.THROTTLE, after=0.5)) == 2
    assert waiting.pause_after(error(ErrorKind.RETRY)) == 4
    assert waiting.pause_after(error(ErrorKind.RETRY)) is None


def test_hint_beyond_patience_goes_back_to_the_caller() -> None:
    assert patience(RetryPolicy()).pause_after(error(ErrorKind.THROTTLE, after=3600)) is None


def test_endless_throttling_ends_with_patience() -> None:
    waiting = patience(RetryPolicy(patience=60))
    pauses = []
    while (pause := waiting.pause_after(error(ErrorKind.THROTTLE, after=1))) is not None:
        pauses.append(pause)
    assert pauses == [1, 2, 4, 8, 16, 16]


@pytest.mark.parametrize("kind", sorted(set(ErrorKind) - {ErrorKind.RETRY, ErrorKind.THROTTLE}))
def test_lasting_trouble_is_not_waited_for(kind: ErrorKind) -> None:
    assert patience(RetryPolicy()).pause_after(error(kind)) is None


@pytest.mark.parametrize("kind", [ErrorKind.RETRY, ErrorKind.THROTTLE])
def test_once_means_once(kind: ErrorKind) -> None:
    assert patience(ONCE).pause_after(error(kind)) is None
