"""Refusals come inside an HTTP 200 and say by their code what to do."""

from typing import Any

import httpx
import pytest

from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.api import Api
from channels_sync.connectors.pinduoduo.envelope import check_done
from channels_sync.connectors.pinduoduo.signing import sign
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import CLOCK, Tokens, broken_line, clock

from .wire import ERRORS, KEYS, Wire, information, node, refusal

CLASSES = {
    "throttle": ErrorKind.THROTTLE,
    "retry": ErrorKind.RETRY,
    "fatal_business": ErrorKind.FATAL,
}


def error_of(*steps: Any) -> IntegrationError:
    wire = Wire(*steps)
    with pytest.raises(IntegrationError) as caught:
        wire.puller.fetch_order("1")
    return caught.value


def answered(step: Any) -> IntegrationError:
    wire = Wire(step)
    api = Api(KEYS, wire.http, clock=clock)
    with pytest.raises(IntegrationError) as caught:
        api.call("pdd.time.get", {}, dict, tokens=wire.tokens)
    return caught.value


@pytest.mark.parametrize(
    "case", [case for case in ERRORS if case["kind"] in CLASSES], ids=lambda case: case["kind"]
)
def test_every_recorded_error_has_its_class(case: dict[str, Any]) -> None:
    error = answered(case["body"])
    assert error.kind is CLASSES[case["kind"]]
    assert (error.outcome_unknown, error.request_id) == (False, "demo")


@pytest.mark.parametrize("code", [10016, 20004, 20005, 20031, 30001])
def test_refused_account_needs_a_person(code: int) -> None:
    assert answered(refusal(code)).kind is ErrorKind.REAUTHORIZE


def test_throttle_says_how_long_to_wait() -> None:
    error = answered(refusal(70031, "调用过于频繁"))
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 10


def test_shipped_before_is_done() -> None:
    assert answered(refusal(50001, "订单已发货")).kind is ErrorKind.TREAT_AS_DONE


@pytest.mark.parametrize(
    ("step", "kind", "unknown"),
    [
        (httpx.Response(502), ErrorKind.RETRY, True),
        (httpx.Response(200, text="<html>"), ErrorKind.RETRY, True),
        (httpx.Response(200, text="[1]"), ErrorKind.RETRY, True),
        ({}, ErrorKind.RETRY, True),
        ({"error_response": "down"}, ErrorKind.RETRY, True),
        (broken_line, ErrorKind.RETRY, True),
    ],
)
def test_answer_that_says_nothing_leaves_it_open(step: Any, kind: ErrorKind, unknown: bool) -> None:
    error = answered(step)
    assert (error.kind, error.outcome_unknown) == (kind, unknown)


def test_question_without_an_answer_changed_nothing() -> None:
    assert not error_of(broken_line).outcome_unknown


def test_expired_token_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(refusal(10019, "access_token已过期"), information(node()))
    assert wire.puller.fetch_order("260301-000000000000001") is not None
    assert [wire.form(at)["access_token"] for at in (0, 1)] == ["token-1", "token-2"]
    assert wire.tokens.refused == ["token-1"]


def test_token_that_stays_refused_is_not_tried_for_ever() -> None:
    wire = Wire(refusal(10019), refusal(10019))
    with pytest.raises(IntegrationError) as caught:
        wire.puller.fetch_order("1")
    assert caught.value.kind is ErrorKind.REFRESH_TOKEN
    assert len(wire.requests) == 2


def test_every_parameter_is_signed() -> None:
    wire = Wire(information(node()))
    wire.puller.fetch_order("260301-000000000000001")
    form = dict(wire.form())
    assert form.pop("sign") == sign(KEYS["client_secret"], form)
    assert form["timestamp"] == str(int(CLOCK.timestamp()))
    assert (form["type"], form["data_type"]) == ("pdd.order.information.get", "JSON")
    assert str(wire.requests[0].url) == "https://platform.example.com/api/router"


def test_without_an_address_of_its_own_the_production_gateway_is_called() -> None:
    wire = Wire(information(node()), base_url="")
    wire.puller.fetch_order("1")
    assert str(wire.requests[0].url) == codes.GATEWAY + codes.PATH


def test_missing_keys_are_told_before_anything_is_sent() -> None:
    wire = Wire()
    with pytest.raises(IntegrationError) as caught:
        Api({}, wire.http, clock=clock).call("x", {}, dict, tokens=Tokens())
    assert (caught.value.code, wire.requests) == ("local:no_keys", [])


@pytest.mark.parametrize("done", [{"is_success": True}, {"result": {"succ": True}}])
def test_act_that_was_done_is_taken_as_done(done: dict[str, Any]) -> None:
    assert check_done(done)


@pytest.mark.parametrize(
    "refused", [{"is_success": False}, {"result": {"succ": False, "message": "不可操作"}}]
)
def test_act_that_was_not_done_is_told(refused: dict[str, Any]) -> None:
    with pytest.raises(IntegrationError) as caught:
        check_done(refused)
    assert (caught.value.kind, caught.value.code) == (ErrorKind.FATAL, "not_done")


def test_act_without_a_verdict_stays_open() -> None:
    with pytest.raises(IntegrationError) as caught:
        check_done({})
    assert caught.value.outcome_unknown
