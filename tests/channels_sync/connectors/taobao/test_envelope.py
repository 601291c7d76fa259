"""What TOP refuses inside an HTTP 200, in the six classes that we act on."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.outbound import ReturnAnswer
from channels_sync.connectors.taobao import signing
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught

from .wire import ADDRESS, KEY, SECRET, TOKEN, Wire, recorded, refused

ANSWER = ReturnAnswer(
    key="k", channel_order_no="1", channel_refund_no="2", case_no="AS1", is_agreed=True
)
KINDS = {
    "retry": ErrorKind.RETRY,
    "throttle": ErrorKind.THROTTLE,
    "reauthorize": ErrorKind.REAUTHORIZE,  # a session typed in by hand cannot be renewed
    "fatal_sign": ErrorKind.FATAL,
    "fatal_business": ErrorKind.FATAL,
}


def ask(wire: Wire) -> object:
    return wire.outbound.find(ANSWER)


@pytest.mark.parametrize("case", recorded("errors"), ids=lambda case: str(case["kind"]))
def test_recorded_error_is_understood(case: dict[str, Any]) -> None:
    error = caught(lambda: ask(Wire(case["body"])))
    assert error.kind is KINDS[case["kind"]]


@pytest.mark.parametrize(
    ("code", "sub_code", "words", "kind"),
    [
        (7, "", "App Call Limited", ErrorKind.THROTTLE),
        (15, "isp.call-limited", "", ErrorKind.THROTTLE),
        (15, "accesscontrol.limited-by-app-access-count", "", ErrorKind.THROTTLE),
        (10, "", "Service Currently Unavailable", ErrorKind.RETRY),
        (15, "isp.remote-connection-error", "", ErrorKind.RETRY),
        (15, "isp.top-remote-connection-timeout", "", ErrorKind.RETRY),
        (26, "", "Missing session", ErrorKind.REAUTHORIZE),
        (40, "isv.missing-parameter:fields", "", ErrorKind.FATAL),
        (41, "isv.invalid-parameter", "", ErrorKind.FATAL),
        (11, "isv.permission-api-package-limit", "", ErrorKind.FATAL),
        (15, "isv.refund-service-error", "该订单已发货", ErrorKind.FATAL),
        (999, "", "", ErrorKind.FATAL),
    ],
)
def test_sub_code_decides_before_the_code(
    code: int, sub_code: str, words: str, kind: ErrorKind
) -> None:
    error = caught(lambda: ask(Wire(refused(code, sub_code, words))))
    assert (error.kind, error.request_id) == (kind, "demo")
    assert error.code == (sub_code or str(code))


@pytest.mark.parametrize(
    ("words", "seconds"), [("This ban will last for 37 more seconds", 37), ("slow down", 1)]
)
def test_throttled_line_says_how_long(words: str, seconds: int) -> None:
    error = caught(lambda: ask(Wire(refused(7, "accesscontrol.limited", words))))
    assert error.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("body", [[], {}, {"refund_get_response": []}, {"other_response": {}}])
def test_other_shape_says_nothing(body: Any) -> None:
    error = caught(lambda: ask(Wire(httpx.Response(200, json=body))))
    assert (error.kind, error.code) == (ErrorKind.RETRY, "malformed")


def test_question_that_broke_off_changed_nothing() -> None:
    assert not caught(lambda: ask(Wire(broken_line))).outcome_unknown


def test_refused_session_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(refused(27, "invalid-sessionkey"), recorded("refund"))
    wire.tokens = tokens = Tokens("stale", "fresh")
    ask(wire)
    assert tokens.refused == ["stale"]
    assert [wire.form(at)["session"] for at in (0, 1)] == ["stale", "fresh"]


def test_second_refusal_is_not_repeated() -> None:
    wire = Wire(*[refused(27, "invalid-sessionkey")] * 2)
    wire.tokens = Tokens("stale", "fresh")
    assert caught(lambda: ask(wire)).kind is ErrorKind.REFRESH_TOKEN
    assert len(wire.requests) == 2


def test_everything_but_the_signature_is_signed() -> None:
    wire = Wire(recorded("refund"))
    ask(wire)
    form = dict(wire.form())
    assert wire.requests[0].url.path == "/taobao/router/rest"
    assert (form["app_key"], form["session"], form["format"]) == (KEY, TOKEN, "json")
    assert "" not in form.values()
    assert form.pop("sign") == signing.sign(SECRET, form, method=signing.HMAC_SHA256)


def test_production_is_called_where_the_connection_names_no_address() -> None:
    wire = Wire(recorded("refund"), base_url="")
    ask(wire)
    assert str(wire.requests[0].url) == "https://eco.taobao.com/router/rest"


def test_session_and_secret_reach_no_record() -> None:
    wire = Wire(recorded("refund"))
    ask(wire)
    (record,) = wire.records
    assert record.url == f"{ADDRESS}/router/rest"
    assert TOKEN not in str(record)
    assert SECRET not in str(record)
