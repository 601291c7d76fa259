"""What Youzan refuses, in three shapes and six classes."""

from typing import Any

import httpx
import pytest

from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught

from .wire import ADDRESS, TOKEN, Wire, at_gateway, done, recorded, refused

ORDER = recorded("order")["data"]
KINDS = {
    "refresh_token": ErrorKind.REAUTHORIZE,  # a token typed in by hand cannot be renewed
    "throttle": ErrorKind.THROTTLE,
    "business": None,
    "legacy_v3": ErrorKind.RETRY,
}


def ask(wire: Wire) -> object:
    return wire.puller.fetch_order("E20260301074100000000001")


@pytest.mark.parametrize("case", recorded("errors")["cases"], ids=lambda case: str(case["kind"]))
def test_recorded_error_is_understood(case: dict[str, Any]) -> None:
    kind = KINDS[case["kind"]]
    wire = Wire(case["body"])
    if kind is None:
        assert ask(wire) is None  # there is no such order
    else:
        assert caught(lambda: ask(wire)).kind is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (at_gateway(4205, "请求频率超过限制"), ErrorKind.THROTTLE),
        (at_gateway(9999, "调用过于频繁"), ErrorKind.THROTTLE),
        (refused(102010003, "操作太快"), ErrorKind.THROTTLE),
        (at_gateway(4007, "应用未授权该接口"), ErrorKind.REAUTHORIZE),
        (refused(1, "没有权限"), ErrorKind.REAUTHORIZE),
        ({"error_response": {"code": 50000, "msg": "系统异常"}}, ErrorKind.RETRY),
        (refused(106100118, "请求超时"), ErrorKind.RETRY),
        (refused(102510001, "不能同时发起两笔相同的发货请求"), ErrorKind.RETRY),
        (refused(102570007, "不能重复提交已发货商品"), ErrorKind.TREAT_AS_DONE),
        (refused(105000003, "快递单号格式"), ErrorKind.FATAL),
        (refused(7, "token 券已使用"), ErrorKind.FATAL),
        ({"code": "500", "message": "参数错误"}, ErrorKind.FATAL),
    ],
)
def test_number_decides_and_else_the_words(answer: dict[str, Any], kind: ErrorKind) -> None:
    assert caught(lambda: ask(Wire(answer))).kind is kind


def test_refusal_keeps_words_number_and_trace() -> None:
    error = caught(lambda: ask(Wire(refused(105000003, "快递单号格式"))))
    assert (error.message, error.code, error.request_id) == ("快递单号格式", "105000003", "t")


@pytest.mark.parametrize("body", [[], {}, {"trace_id": "t"}, "text"])
def test_other_shape_says_nothing(body: Any) -> None:
    error = caught(lambda: ask(Wire(httpx.Response(200, json=body))))
    assert (error.kind, error.code) == (ErrorKind.RETRY, "malformed")


@pytest.mark.parametrize(("status", "kind"), [(400, ErrorKind.FATAL), (403, ErrorKind.REAUTHORIZE)])
def test_bare_status_is_understood(status: int, kind: ErrorKind) -> None:
    assert caught(lambda: ask(Wire(httpx.Response(status, text="no")))).kind is kind


def test_question_that_broke_off_changed_nothing() -> None:
    assert not caught(lambda: ask(Wire(broken_line))).outcome_unknown


@pytest.mark.parametrize(
    "stale",
    [
        at_gateway(4203, "请求access_token过期"),
        at_gateway(4201, "非法的请求凭证"),
        at_gateway(10003, "access_token 无效"),
        httpx.Response(401, json={}),
    ],
)
def test_refused_token_is_renewed_and_the_call_said_once_more(stale: Any) -> None:
    wire = Wire(stale, done(**ORDER))
    wire.tokens = tokens = Tokens("stale", "fresh")
    assert ask(wire) is not None
    assert tokens.refused == ["stale"]
    assert [wire.query(at)["access_token"] for at in (0, 1)] == ["stale", "fresh"]


def test_call_is_posted_with_its_version() -> None:
    wire = Wire(done(**ORDER))
    ask(wire)
    assert wire.method() == "youzan.trade.get/4.0.2"
    assert wire.params() == {"tid": "E20260301074100000000001"}
    assert wire.query() == {"access_token": TOKEN}


def test_production_is_called_where_the_connection_names_no_address() -> None:
    wire = Wire(done(**ORDER), base_url="")
    ask(wire)
    assert str(wire.requests[0].url).startswith("https://open.youzanyun.com/api/youzan.trade.get/")


def test_token_reaches_no_record() -> None:
    wire = Wire(done(**ORDER))
    ask(wire)
    (record,) = wire.records
    assert record.url == f"{ADDRESS}/api/youzan.trade.get/4.0.2"
    assert TOKEN not in str(record)


def test_people_reach_no_record() -> None:
    told = {
        "full_order_info": {
            **ORDER["full_order_info"],
            "remark_info": {"buyer_message": "请放门口", "trade_memo": "老客户"},
            "address_info": {"receiver_name": "陈一", "receiver_tel": "010-5550000"},
        }
    }
    wire = Wire(done(**told))
    ask(wire)
    for word in ("请放门口", "老客户", "陈一", "5550000", "演示买家"):
        assert word not in str(wire.records)
