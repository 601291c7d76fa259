"""The seller's yes on Taobao's page, and the session that it brings."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.taobao.authorizer import PERMIT, TaobaoAuthorizer
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import CREDENTIALS, KEY, NOW, SECRET, Wire, answer, recorded, refused

TOKEN = recorded("token")
BACK = "https://oms.example.com/back"


def test_authorizer_is_registered() -> None:
    assert authorizers.get("taobao") is TaobaoAuthorizer


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("", "https://oauth.taobao.com/authorize"),
        ("https://eco.taobao.com", "https://oauth.taobao.com/authorize"),
        ("http://127.0.0.1:9101/taobao", "http://127.0.0.1:9101/taobao/authorize"),
    ],
)
def test_page_lives_at_production_or_below_the_connections_own_address(
    base_url: str, host: str
) -> None:
    told = CREDENTIALS | {"base_url": base_url}
    url = TaobaoAuthorizer.page_url(told, redirect_uri=BACK, state="s&1")
    assert url.partition("?")[0] == host
    query = parse_qs(urlsplit(url).query)
    assert (query["client_id"], query["state"], query["redirect_uri"]) == ([KEY], ["s&1"], [BACK])
    assert SECRET not in url


def test_code_becomes_a_session_and_messages_are_permitted() -> None:
    wire = Wire(TOKEN, answer(PERMIT, is_success=True))
    reply = wire.authorizer.exchange("c", redirect_uri=BACK, now=NOW)
    assert (reply.access_token, reply.refresh_token) == ("demo-session", "demo-refresh")
    assert reply.access_expires_at == NOW + timedelta(days=365)
    assert (reply.shop_id, reply.shop_name) == ("100000001", "demo旗舰")
    assert wire.requests[0].url.path == "/taobao/token"
    form = wire.form(0)
    assert (form["grant_type"], form["code"]) == ("authorization_code", "c")
    assert (wire.form()["method"], wire.form()["session"]) == (PERMIT, "demo-session")


def test_app_without_topics_still_gets_its_session() -> None:
    wire = Wire(TOKEN, refused(15, "isv.no-permit"))
    assert wire.authorizer.exchange("c", redirect_uri=BACK, now=NOW).access_token


def test_session_is_renewed() -> None:
    wire = Wire(TOKEN | {"re_expires_in": 0}, base_url="")
    reply = wire.authorizer.refresh("r", now=NOW)
    assert reply.refresh_expires_at is None
    assert str(wire.requests[0].url) == "https://oauth.taobao.com/token"
    assert (wire.form()["grant_type"], wire.form()["refresh_token"]) == ("refresh_token", "r")


@pytest.mark.parametrize(
    "step",
    [
        httpx.Response(400, json={"error": "invalid_grant", "error_description": "code 过期"}),
        {"error": "invalid_client"},
        {"expires_in": 1},
    ],
)
def test_refusal_means_to_ask_the_merchant_again(step: Any) -> None:
    error = caught(lambda: Wire(step).authorizer.refresh("r", now=NOW))
    assert error.kind is ErrorKind.REAUTHORIZE


def test_secret_and_tokens_reach_no_record() -> None:
    wire = Wire(TOKEN)
    wire.authorizer.refresh("a-renewal", now=NOW)
    for secret in (SECRET, "demo-session", "demo-refresh", "a-renewal"):
        assert secret not in str(wire.records)
