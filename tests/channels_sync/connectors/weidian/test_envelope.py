"""Refusals inside an HTTP 200, and a token that is renewed once."""

from typing import Any

import httpx
import pytest

from channels_sync.connectors.weidian import codes
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import broken_line, caught

from .wire import Wire, done, recorded, refused

ERRORS = recorded("errors")
KINDS = {"refresh_token": ErrorKind.REAUTHORIZE, "fatal": ErrorKind.FATAL}
"""A token that stays refused after its renewal is the account's trouble."""


def refusal(*steps: Any) -> Any:
    wire = Wire(*steps)
    wire.tokens.names = ["only"]
    return caught(lambda: wire.api.call(codes.ORDER, {}, bool))


@pytest.mark.parametrize("case", ERRORS, ids=[str(each["body"]["status"]) for each in ERRORS])
def test_every_recorded_error_has_its_class(case: Any) -> None:
    error = refusal(case["body"])
    assert error.kind is KINDS[case["kind"]]
    assert not error.outcome_unknown


@pytest.mark.parametrize("code", [10013, 10016, "10013"])
def test_refused_token_is_renewed_and_the_call_said_once_more(code: Any) -> None:
    wire = Wire(refused(code, "access_token"), done({"a": 1}))
    assert wire.api.call(codes.ORDER, {"order_id": "1"}, lambda answer: answer.result) == {"a": 1}
    assert [wire.public(at)["access_token"] for at in (0, 1)] == ["token-1", "token-2"]
    assert wire.tokens.refused == ["token-1"]


def test_token_that_stays_refused_is_not_tried_for_ever() -> None:
    wire = Wire(refused(10013, "old"), refused(10013, "old"))
    assert caught(lambda: wire.api.call(codes.ORDER, {}, bool)).kind is ErrorKind.REFRESH_TOKEN
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("step", "kind", "unknown"),
    [
        (refused(10004, "调用频率超限"), ErrorKind.THROTTLE, False),
        (refused(10001, "系统繁忙，请稍后再试"), ErrorKind.RETRY, True),
        (refused(30001, "订单不存在"), ErrorKind.FATAL, False),
        (httpx.Response(502), ErrorKind.RETRY, True),
        (httpx.Response(429), ErrorKind.THROTTLE, False),
        (httpx.Response(200, text="<html>"), ErrorKind.RETRY, True),
        (httpx.Response(200, json=[]), ErrorKind.RETRY, True),
        ({"result": {}}, ErrorKind.RETRY, True),
        (broken_line, ErrorKind.RETRY, True),
    ],
)
def test_trouble_has_its_class(step: Any, kind: ErrorKind, unknown: bool) -> None:
    error = refusal(step)
    assert (error.kind, error.outcome_unknown) == (kind, unknown)


def test_question_that_failed_changed_nothing() -> None:
    error = caught(lambda: Wire(broken_line).api.ask(codes.ORDER, {}, bool))
    assert not error.outcome_unknown


def test_call_is_a_form_of_two_texts() -> None:
    wire = Wire(done(None))
    wire.api.call(codes.ORDERS, {"page_num": 1}, lambda _answer: True)
    assert str(wire.requests[0].url) == "https://kapok.example.com/weidian/api"
    assert wire.params() == {"page_num": 1}
    assert wire.public() == {
        "method": "vdian.order.list.get",
        "access_token": "token-1",
        "version": "1.5",
        "format": "json",
    }


def test_token_is_in_no_record() -> None:
    wire = Wire(done(None))
    wire.api.call(codes.ORDERS, {}, lambda _answer: True)
    assert wire.records
    assert "token-1" not in repr(wire.records)


def test_without_an_address_of_its_own_the_platform_is_called() -> None:
    wire = Wire(done(None), base_url="")
    wire.api.call(codes.ORDERS, {}, lambda _answer: True)
    assert str(wire.requests[0].url) == "https://api.vdian.com/api"
