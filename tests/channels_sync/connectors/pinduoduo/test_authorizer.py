"""From the merchant's yes to a token and on to the next one."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.authorizer import PinduoduoAuthorizer
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import CLOCK, recorded

from .wire import KEYS, Wire, refusal

TOKEN = recorded("pinduoduo", "token")


def test_authorizer_is_registered() -> None:
    assert authorizers.get("pinduoduo") is PinduoduoAuthorizer


def test_page_carries_where_to_come_back_to() -> None:
    url = PinduoduoAuthorizer.page_url(KEYS, redirect_uri="https://oms.example.com/b", state="s 1")
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("fuwu.pinduoduo.com", "/service-market/auth")
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["app-invented"],
        "redirect_uri": ["https://oms.example.com/b"],
        "state": ["s 1"],
    }


def test_code_becomes_a_token() -> None:
    wire = Wire(TOKEN)
    reply = wire.authorizer.exchange("demo", redirect_uri="", now=CLOCK)
    assert (wire.form()["type"], wire.form()["code"]) == ("pdd.pop.auth.token.create", "demo")
    assert "access_token" not in wire.form()
    assert (reply.access_token, reply.refresh_token) == ("pdd-token-demo", "pdd-refresh-demo")
    assert reply.access_expires_at == CLOCK + timedelta(days=365)
    assert reply.refresh_expires_at == CLOCK + timedelta(days=365)
    assert (reply.shop_id, reply.shop_name) == ("100000", "demo_mall")
    assert reply.scope == "pdd.order.list.get"


def test_token_is_refreshed() -> None:
    answer = {"pop_auth_token_refresh_response": TOKEN["pop_auth_token_create_response"]}
    wire = Wire(answer)
    assert wire.authorizer.refresh("old", now=CLOCK).access_token == "pdd-token-demo"
    assert wire.form()["type"] == "pdd.pop.auth.token.refresh"
    assert wire.form()["refresh_token"] == "old"


def test_refused_refresh_is_told() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(refusal(10032, "refresh_token已过期")).authorizer.refresh("old", now=CLOCK)
    assert caught.value.kind is ErrorKind.FATAL


def test_tokens_never_reach_the_log() -> None:
    wire = Wire(TOKEN)
    wire.authorizer.exchange("demo", redirect_uri="", now=CLOCK)
    (record,) = wire.records
    assert "pdd-token-demo" not in f"{record.request_body}{record.response_body}"
    assert KEYS["client_secret"] not in record.request_body


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        (codes.GATEWAY, "fuwu.pinduoduo.com"),
        ("", "fuwu.pinduoduo.com"),
        ("http://127.0.0.1:9/pinduoduo", "127.0.0.1"),
    ],
)
def test_page_follows_the_connections_address(base_url: str, host: str) -> None:
    keys = KEYS | {"base_url": base_url}
    url = PinduoduoAuthorizer.page_url(keys, redirect_uri="https://oms.example.com/b", state="s")
    assert urlsplit(url).hostname == host
