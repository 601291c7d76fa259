"""Repeats: only what may be repeated, as often and as slowly as the other side bears."""

from datetime import timedelta
from itertools import count

import httpx
import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit, RetryPolicy
from oms.integration.wire import HttpRequest, HttpResponse, json_request

from .doubles import Line, fails, says

POST = json_request("create", "{}")
OK = says('{"ok": 1}')
BUSY = says('{"code": "busy"}')


def read(response: HttpResponse) -> object:
    answer = response.json()
    if answer.get("code") == "busy":
        raise IntegrationError(
            "busy", kind=ErrorKind.THROTTLE, retry_after=timedelta(seconds=3), code="busy"
        )
    if answer.get("code") == "bad":
        raise IntegrationError("bad", kind=ErrorKind.FATAL, code="bad")
    return answer


@pytest.mark.parametrize(
    "trouble",
    [fails(httpx.ReadTimeout), fails(httpx.ConnectError), says("", status=503), BUSY],
    ids=["timeout", "refused", "503", "busy"],
)
def test_call_not_marked_idempotent_is_never_repeated(trouble: object) -> None:
    line = Line(trouble, OK)  # type: ignore[arg-type]
    with pytest.raises(IntegrationError):
        line.http.call(POST, read)
    assert len(line.requests) == 1
    assert line.time.slept == []


def test_idempotent_call_backs_off_and_succeeds() -> None:
    line = Line(fails(httpx.ReadTimeout), says("", status=502), OK)
    assert line.http.call(POST, read, idempotent=True) == {"ok": 1}
    assert line.time.slept == [1, 2]
    assert [record.attempt for record in line.records] == [1, 2, 3]


def test_tries_end_with_the_last_error() -> None:
    line = Line(fails(httpx.ReadTimeout), retry=RetryPolicy(tries=3))
    with pytest.raises(IntegrationError) as caught:
        line.http.call(POST, read, idempotent=True)
    assert caught.value.outcome_unknown
    assert len(line.requests) == 3


def test_later_try_that_never_left_does_not_clear_the_doubt() -> None:
    line = Line(fails(httpx.ReadTimeout), fails(httpx.ConnectError), retry=RetryPolicy(tries=2))
    with pytest.raises(IntegrationError) as caught:
        line.http.call(POST, read, idempotent=True)
    assert caught.value.code == "net:ConnectError"
    assert caught.value.outcome_unknown


def test_verdict_on_a_later_try_clears_the_doubt() -> None:
    line = Line(fails(httpx.ReadTimeout), says('{"code": "bad"}'))
    with pytest.raises(IntegrationError, match="bad") as caught:
        line.http.call(POST, read, idempotent=True)
    assert not caught.value.outcome_unknown


def test_lasting_refusal_is_not_repeated() -> None:
    line = Line(says('{"code": "bad"}'), OK)
    with pytest.raises(IntegrationError, match="bad"):
        line.http.call(POST, read, idempotent=True)
    assert len(line.requests) == 1


def test_busy_inside_an_answer_is_waited_out_like_a_429() -> None:
    line = Line(BUSY, says("", status=429, retry_after="5"), OK)
    assert line.http.call(POST, read, idempotent=True) == {"ok": 1}
    assert line.time.slept == [3, 5]


def test_hint_of_an_hour_goes_back_to_the_caller() -> None:
    line = Line(says("", status=429, retry_after="3600"), OK)
    with pytest.raises(IntegrationError) as caught:
        line.http.call(POST, read, idempotent=True)
    assert caught.value.retry_after == timedelta(hours=1)
    assert line.time.slept == []


def test_each_try_is_built_anew() -> None:
    numbers = count(1)
    line = Line(says("", status=500), OK)

    def build() -> HttpRequest:
        return json_request("create", f'{{"timestamp":{next(numbers)}}}')

    line.http.call(build, read, idempotent=True)
    assert [request.content for request in line.requests] == [
        b'{"timestamp":1}',
        b'{"timestamp":2}',
    ]


def test_rate_limit_spreads_calls() -> None:
    line = Line(OK, rate=RateLimit(per_second=2, burst=1))
    for _ in range(3):
        line.http.call(POST, read)
    assert line.time.slept == [0.5, 0.5]


def test_full_queue_is_a_throttle_that_sent_nothing() -> None:
    line = Line(OK, rate=RateLimit(per_second=0.01))
    line.http.call(POST, read)
    with pytest.raises(IntegrationError) as caught:
        line.http.call(POST, read)
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.THROTTLE, False)
    assert len(line.requests) == 1
