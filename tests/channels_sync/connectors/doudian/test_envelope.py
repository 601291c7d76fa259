"""What Doudian refuses inside an HTTP 200, in the six classes that we act on."""

from typing import Any

import httpx
import pytest

from channels_sync.connectors.doudian import signing
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught

from .wire import ADDRESS, KEY, SECRET, TOKEN, Wire, done, recorded, refused

ORDER = {"shop_order_detail": recorded("orders_page")["response"]["data"]["shop_order_list"][0]}
KINDS = {
    "refresh_token": ErrorKind.REAUTHORIZE,  # a token typed in by hand cannot be renewed
    "throttle": ErrorKind.THROTTLE,
    "retry": ErrorKind.RETRY,
    "fatal_param": ErrorKind.FATAL,
    "fatal_sign": ErrorKind.FATAL,
    "reauthorize": ErrorKind.REAUTHORIZE,
    "treat_as_done": ErrorKind.TREAT_AS_DONE,
}


def ask(wire: Wire) -> object:
    return wire.puller.fetch_order("6900000000000000001")


@pytest.mark.parametrize("case", recorded("errors")["cases"], ids=lambda case: str(case["kind"]))
def test_recorded_error_is_understood(case: dict[str, Any]) -> None:
    error = caught(lambda: ask(Wire(case["body"])))
    assert error.kind is KINDS[case["kind"]]


@pytest.mark.parametrize(
    ("code", "sub_code", "kind"),
    [
        (40003, "isv.access-token-invalid", ErrorKind.REAUTHORIZE),
        (30001, "isv.app-permissions-insufficient", ErrorKind.REAUTHORIZE),
        (30001, "dop.app-forbidden", ErrorKind.REAUTHORIZE),
        (40001, "isv.app-id-missing", ErrorKind.REAUTHORIZE),
        (40001, "isv.parameter-missing", ErrorKind.FATAL),
        (40003, "isv.timestamp-invalid", ErrorKind.RETRY),
        (50001, "dop.token-generate-failed:code-expired", ErrorKind.REAUTHORIZE),
        (50002, "isv.business-failed:1017", ErrorKind.FATAL),
        (70000, "isp.api-service-off", ErrorKind.FATAL),
        (90000, "dop.unknown-error", ErrorKind.RETRY),
        (90000, "isv.env-suspected", ErrorKind.RETRY),
        (12345, "", ErrorKind.FATAL),
    ],
)
def test_sub_code_decides_before_the_code(code: int, sub_code: str, kind: ErrorKind) -> None:
    error = caught(lambda: ask(Wire(refused(code, sub_code, "说明"))))
    assert (error.kind, error.message, error.request_id) == (kind, "说明", "demo")
    assert error.code == (sub_code or str(code))


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, {"err_no": 0}])
def test_other_shape_says_nothing(body: Any) -> None:
    error = caught(lambda: ask(Wire(httpx.Response(200, json=body))))
    assert (error.kind, error.code) == (ErrorKind.RETRY, "malformed")


def test_question_that_broke_off_changed_nothing() -> None:
    assert not caught(lambda: ask(Wire(broken_line))).outcome_unknown


def test_refused_token_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(refused(40003, "isv.access-token-expired"), done(**ORDER))
    wire.tokens = tokens = Tokens("stale", "fresh")
    assert ask(wire) is not None
    assert tokens.refused == ["stale"]
    assert [wire.query(at)["access_token"] for at in (0, 1)] == ["stale", "fresh"]


def test_second_refusal_is_not_repeated() -> None:
    wire = Wire(*[refused(40003, "isv.access-token-expired")] * 2)
    wire.tokens = Tokens("stale", "fresh")
    assert caught(lambda: ask(wire)).kind is ErrorKind.REFRESH_TOKEN
    assert len(wire.requests) == 2


def test_what_is_signed_is_what_is_sent() -> None:
    wire = Wire(done(**ORDER))
    ask(wire)
    query, body = wire.query(), wire.requests[0].content.decode()
    assert wire.path() == "/doudian/order/orderDetail"
    assert (query["app_key"], query["access_token"], query["v"]) == (KEY, TOKEN, "2")
    assert body == '{"shop_order_id":"6900000000000000001"}'
    assert query["sign"] == signing.sign(
        SECRET,
        app_key=KEY,
        method="order.orderDetail",
        text=body,
        timestamp=query["timestamp"],
    )
    assert wire.requests[0].headers["x-open-no-old-err-code"] == "1"


def test_production_is_called_where_the_connection_names_no_address() -> None:
    wire = Wire(done(**ORDER), base_url="")
    ask(wire)
    assert str(wire.requests[0].url).startswith("https://openapi-fxg.jinritemai.com/order/")


def test_token_and_secret_reach_no_record() -> None:
    wire = Wire(done(**ORDER))
    ask(wire)
    (record,) = wire.records
    assert record.url == f"{ADDRESS}/order/orderDetail"
    assert TOKEN not in str(record)
    assert SECRET not in str(record)
