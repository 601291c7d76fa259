"""Refusals of the gateway, and those that hide in a success."""

from typing import Any

import httpx
import pytest

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import open_answer
from channels_sync.connectors.jd.signing import sign
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse
from tests.channels_sync.connectors.scripted import Tokens, broken_line, clock, recorded

from .wire import ERRORS, KEYS, SEARCH, Wire, failure, found, node, one, refusal

CLASSES = {
    "throttle": ErrorKind.THROTTLE,
    "reauthorize": ErrorKind.REAUTHORIZE,
    "fatal_sign": ErrorKind.REAUTHORIZE,
    "retry": ErrorKind.RETRY,
    "business_inside_200": ErrorKind.FATAL,
}


def answered(step: Any, *, tokens: Tokens | None = None) -> IntegrationError:
    wire = Wire(step)
    api = Api(KEYS, wire.http, tokens=tokens or Tokens(), clock=clock)
    with pytest.raises(IntegrationError) as caught:
        api.call("jingdong.pop.order.shipment", {}, dict)
    return caught.value


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["kind"])
def test_every_recorded_error_has_its_class(case: dict[str, Any]) -> None:
    """A dead token ends with the merchant once nothing newer can be had."""
    assert answered(case["body"], tokens=Tokens("only")).kind is CLASSES[case["kind"]]


def test_wrong_signature_is_the_connections_trouble() -> None:
    """The merchant typed a wrong key or secret: trying again would change nothing."""
    assert answered(refusal("12", "签名错误")).kind is ErrorKind.REAUTHORIZE


def test_throttle_says_how_long_to_wait() -> None:
    error = answered(refusal("2", "限制时间内调用失败次数"))
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 60


def test_time_out_behind_the_gateway_leaves_it_open() -> None:
    error = answered(refusal("67", "平台连接后端服务超时"))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


def test_time_out_inside_a_success_leaves_it_open() -> None:
    error = answered(failure("调用服务超时"))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


@pytest.mark.parametrize("success", [False, "false"])
def test_failure_inside_a_success_is_told_in_jds_words(success: Any) -> None:
    told = failure("订单状态不正确", 10100021)
    told["jingdong_pop_order_get_responce"]["orderDetailInfo"]["apiResult"]["success"] = success
    error = answered(told)
    assert (error.kind, error.code, error.outcome_unknown) == (
        ErrorKind.FATAL,
        codes.WRONG_STATE,
        False,
    )
    assert "订单状态不正确" in error.message


@pytest.mark.parametrize("success", [True, "true"])
def test_success_may_be_a_text(success: Any) -> None:
    told = found(node())
    result = told["jingdong_pop_order_search_responce"]["searchorderinfo_result"]
    result["apiResult"]["success"] = success
    wire = Wire(told)
    assert wire.puller.fetch_order("1") is None  # the answer of a search holds no single order


def test_recorded_search_says_success_as_text() -> None:
    result = SEARCH["jingdong_pop_order_search_responce"]["searchorderinfo_result"]
    assert result["apiResult"]["success"] == "true"


def test_verdict_without_a_wrapper_counts() -> None:
    told = b'{"jingdong_stock_write_updateSkuStock_responce": {"code": "0", "success": false}}'
    with pytest.raises(IntegrationError) as caught:
        open_answer(HttpResponse(status=200, headers={}, content=told))
    assert caught.value.kind is ErrorKind.FATAL


def test_shipment_is_understood_either_way() -> None:
    shipment = recorded("jd", "shipment")
    error = answered(shipment["refused"])
    assert (error.code, error.kind) == (codes.WRONG_STATE, ErrorKind.FATAL)


@pytest.mark.parametrize(
    "step",
    [
        httpx.Response(502),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, text="[]"),
        {},
        {"error_response": "down"},
        {"a_responce": {"code": "0", "success": "perhaps"}},
        broken_line,
    ],
)
def test_answer_that_says_nothing_leaves_it_open(step: Any) -> None:
    error = answered(step)
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


def test_question_without_an_answer_changed_nothing() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(broken_line).puller.fetch_order("1")
    assert not caught.value.outcome_unknown


def test_refused_token_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(refusal("19", "token已过期"), one(node()))
    assert wire.puller.fetch_order("298000000001") is not None
    assert [wire.form(at)["access_token"] for at in (0, 1)] == ["token-1", "token-2"]


def test_every_parameter_is_signed_as_it_is_sent() -> None:
    wire = Wire(one(node()))
    wire.puller.fetch_order("298000000001")
    form = dict(wire.form())
    assert form.pop("sign") == sign(KEYS["app_secret"], form)
    assert form["timestamp"] == "2026-03-01 08:30:00"
    assert (form["v"], form["method"]) == ("2.0", "jingdong.pop.order.get")
    assert wire.params()["order_id"] == 298000000001
    assert str(wire.requests[0].url) == "https://platform.example.com/routerjson"


def test_missing_keys_are_told_before_anything_is_sent() -> None:
    wire = Wire()
    with pytest.raises(IntegrationError) as caught:
        Api({}, wire.http, tokens=Tokens(), clock=clock).call("x", {}, dict)
    assert (caught.value.code, wire.requests) == ("local:no_keys", [])
