"""A line that fails rests, is probed, and closes again; each step as a value."""

from datetime import timedelta

import pytest

from channels_sync.services.breaking.judging import (
    FIRST_REST,
    LONGEST_REST,
    OPENS_AFTER,
    PROBE_TAKES,
    Breaker,
    Standing,
    after_failure,
    counts,
    probing,
    standing,
)
from oms.integration.errors import ErrorKind, IntegrationError
from tests.factories.oms import NOW


def error(kind: ErrorKind = ErrorKind.RETRY, code: str = "502") -> IntegrationError:
    return IntegrationError("busy", kind=kind, code=code)


def failed(times: int, kind: ErrorKind = ErrorKind.RETRY) -> Breaker:
    breaker = Breaker()
    for _time in range(times):
        breaker = after_failure(breaker, error=error(kind), now=NOW)
    return breaker


@pytest.mark.parametrize(
    ("kind", "code", "is_counted"),
    [
        (ErrorKind.RETRY, "502", True),
        (ErrorKind.REAUTHORIZE, "27", True),
        (ErrorKind.REAUTHORIZE, "local:token_dead", True),
        (ErrorKind.REFRESH_TOKEN, "26", True),
        (ErrorKind.THROTTLE, "7", False),
        (ErrorKind.FATAL, "isv.invalid", False),
        (ErrorKind.TREAT_AS_DONE, "", False),
        (ErrorKind.RETRY, "local:fault", False),
        (ErrorKind.RETRY, "local:token_renewal", False),
    ],
)
def test_only_what_ails_the_line_counts(kind: ErrorKind, code: str, is_counted: bool) -> None:
    assert counts(error(kind, code)) is is_counted


def test_opens_at_the_fifth_failure_of_a_kind() -> None:
    assert standing(failed(OPENS_AFTER - 1), now=NOW) is Standing.CLOSED
    opened = failed(OPENS_AFTER)
    assert (standing(opened, now=NOW), opened.opened_at) == (Standing.OPEN, NOW)
    assert opened.probe_at == NOW + FIRST_REST


def test_failure_of_another_kind_counts_from_one() -> None:
    breaker = after_failure(failed(4), error=error(ErrorKind.REAUTHORIZE), now=NOW)
    assert (breaker.kind, breaker.failures) == ("reauthorize", 1)


@pytest.mark.parametrize("code", ["local:token_dead", "local:no_token"])
def test_dead_token_opens_at_once_for_long(code: str) -> None:
    dead = after_failure(Breaker(), error=error(ErrorKind.REAUTHORIZE, code), now=NOW)
    assert dead.probe_at == NOW + LONGEST_REST


def test_is_half_open_when_it_has_rested() -> None:
    opened = failed(OPENS_AFTER)
    later = NOW + FIRST_REST
    assert standing(opened, now=later - timedelta(seconds=1)) is Standing.OPEN
    assert standing(opened, now=later) is Standing.HALF_OPEN
    assert standing(probing(opened, now=later), now=later) is Standing.OPEN


def test_probe_whose_worker_died_is_sent_again() -> None:
    sent = probing(failed(OPENS_AFTER), now=NOW)
    assert standing(sent, now=NOW + PROBE_TAKES) is Standing.HALF_OPEN


def test_failed_probe_rests_for_twice_as_long_up_to_a_limit() -> None:
    breaker, rests = failed(OPENS_AFTER), []
    for _probe in range(5):
        breaker = after_failure(probing(breaker, now=NOW), error=error(), now=NOW)
        assert breaker.probe_at is not None
        rests.append(breaker.probe_at - NOW)
    assert rests[:2] == [2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST
    assert breaker.opened_at == NOW


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    opened = failed(OPENS_AFTER)
    assert after_failure(opened, error=error(), now=NOW) == opened
