"""The test of a line says, for every platform, whether it is network, signature, token or right."""

from functools import partial
from typing import Any

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services import calls, probing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.push.parcels import connected_store
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db

_KEYS = ("app_key", "app_secret", "client_id", "client_secret", "consumer_key", "consumer_secret")
KEYS = dict.fromkeys(_KEYS, "invented") | {
    "shop_domain": "kapok.example.com",
    "api_version": "2026-01",
}
Told = tuple[int, Any]


def top(code: int, sub_code: str = "", words: str = "no") -> Told:
    return 200, {"error_response": {"code": code, "msg": words, "sub_code": sub_code}}


def jos(code: str, words: str) -> Told:
    return 200, {"error_response": {"code": code, "zh_desc": words, "en_desc": "no"}}


def pop(code: int, words: str) -> Told:
    return 200, {"error_response": {"error_code": code, "error_msg": words}}


def dop(code: int, sub_code: str) -> Told:
    return 200, {"code": code, "msg": "非法的参数", "sub_code": sub_code, "sub_msg": "不行"}


def youzan(code: int, words: str) -> Told:
    return 200, {"gw_err_resp": {"err_code": code, "err_msg": words}}


def weidian(code: int, words: str) -> Told:
    return 200, {"status": {"status_code": code, "status_reason": words}}


def woo(status: int, code: str) -> Told:
    return status, {"code": code, "message": "no"}


REFUSALS: dict[str, dict[str, Told]] = {
    "taobao": {
        "signature": top(25, words="Invalid signature"),
        "token": top(27, "invalid-sessionkey", "Invalid session"),
        "permission": top(11, "isv.permission-app-out-of-date"),
        "clock": top(31, words="Invalid timestamp"),
        "busy": top(7, "accesscontrol.limited-by-api-access-count"),
    },
    "jd": {
        "signature": jos("12", "无效签名"),
        "token": jos("19", "token已过期或不存在"),
        "permission": jos("10200004", "应用没有此接口的权限"),
        "clock": jos("8", "非法的时间戳参数"),
        "busy": jos("67", "平台连接后端服务超时"),
    },
    "pinduoduo": {
        "signature": pop(20004, "签名校验失败"),
        "token": pop(10019, "access_token已过期"),
        "permission": pop(30000, "没有调用此target接口权限"),
        "clock": pop(10000, "参数错误：timestamp 与服务器时间相差超过 10 分钟"),
        "busy": pop(52101, "当前接口被限流，请稍后重试"),
    },
    "doudian": {
        "signature": dop(40003, "isv.signature-invalid"),
        "token": dop(40003, "isv.access-token-expired"),
        "permission": dop(30001, "isv.app-permissions-insufficient"),
        "clock": dop(40003, "isv.timestamp-invalid"),
        "busy": dop(60000, "isv.traffic-limited"),
    },
    "youzan": {
        "token": youzan(4203, "请求access_token过期"),
        "permission": youzan(4007, "无权限访问该接口"),
        "busy": youzan(4205, "请求频率超过限制"),
    },
    "weidian": {
        "token": weidian(10013, "access_token已过期"),
        "permission": weidian(10020, "应用没有该接口权限"),
        "busy": weidian(98, "系统繁忙"),
    },
    "shopify": {
        "token": (401, {"errors": "Invalid API key or access token"}),
        "permission": (200, {"errors": [{"extensions": {"code": "ACCESS_DENIED"}}]}),
        "busy": (503, {}),
        "network": (404, {"errors": "Not Found"}),
    },
    "woocommerce": {
        "signature": woo(401, "woocommerce_rest_authentication_error"),
        "permission": woo(401, "woocommerce_rest_cannot_view"),
        "busy": (429, {}),
        "network": (200, "<html>It works!</html>"),
    },
    "webhook": {
        "signature": (401, {"code": 401, "message": "bad signature"}),
        "permission": (403, {"code": 403, "message": "permission denied"}),
        "busy": (503, {}),
    },
}
UNSIGNED = frozenset({"youzan", "weidian", "shopify"})
"""Their calls carry a token and nothing else; keys of theirs are proved when a token is had."""
CASES = [
    pytest.param(kind, told, aspect, id=f"{kind}-{aspect}")
    for kind, refusals in REFUSALS.items()
    for aspect, told in refusals.items()
]


def tried(
    kind: str, told: Told | httpx.HTTPError, monkeypatch: pytest.MonkeyPatch
) -> probing.Diagnosis:
    """Test the line of a store whose platform gives this answer to everything."""

    def answer(_request: httpx.Request) -> httpx.Response:
        if isinstance(told, httpx.HTTPError):
            raise told
        status, body = told
        if isinstance(body, str):
            return httpx.Response(status, text=body)
        return httpx.Response(status, json=body)

    monkeypatch.setattr(calls, "Http", partial(Http, transport=httpx.MockTransport(answer)))
    store = connected_store(kind, base_url="http://127.0.0.1:1", credentials=KEYS)
    row = StoreConnection.objects.get(store=store)
    if kind in authorizers:
        ChannelToken.objects.create(connection=row, secrets={"access_token": "t"}, renewed_at=NOW)
    else:
        row.credentials = KEYS | {"hook_secret": "s" * 40}
        row.save()
    return probing.probe(row.pk, actor=member(store, "store_manager"), now=NOW)


def test_every_platform_that_can_be_asked_is_in_the_table() -> None:
    assert {puller.kind for puller in pullers} - {"scripted"} <= REFUSALS.keys()
    for kind, refusals in REFUSALS.items():
        needed = {"signature", "token", "permission"}
        needed -= {"signature"} if kind in UNSIGNED else set()
        needed -= set() if connectors.get(kind).capabilities.needs_token else {"token"}
        assert needed <= refusals.keys(), kind


@pytest.mark.parametrize(("kind", "told", "aspect"), CASES)
def test_trouble_is_named_with_the_platforms_words(
    kind: str, told: Told, aspect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tried(kind, told, monkeypatch)
    assert (found.aspect.value, bool(found.said), bool(found.advice)) == (aspect, True, True)


@pytest.mark.parametrize("kind", REFUSALS)
def test_line_that_nobody_answers_is_the_networks(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tried(kind, httpx.ConnectError("refused"), monkeypatch)
    assert found.aspect is probing.Aspect.NETWORK


def test_business_refusal_is_none_of_these() -> None:
    error = IntegrationError("订单不存在", kind=ErrorKind.FATAL, code="50001")
    assert probing._aspect("pinduoduo", error) is probing.Aspect.OTHER
