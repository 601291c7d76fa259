"""From the merchant's yes to a token and on to the next one."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.authorizer import JdAuthorizer
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import CLOCK, Script, recorded

from .wire import KEYS, Wire

TOKEN = recorded("jd", "token")


def test_authorizer_is_registered_and_renews_in_the_last_day_only() -> None:
    assert authorizers.get("jd") is JdAuthorizer
    assert JdAuthorizer.renew_before <= timedelta(hours=24)


def test_page_carries_where_to_come_back_to() -> None:
    url = JdAuthorizer.page_url(KEYS, redirect_uri="https://oms.example.com/b", state="s 1")
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("open-oauth.jd.com", "/oauth2/to_login")
    assert parse_qs(parts.query)["state"] == ["s 1"]
    assert parse_qs(parts.query)["scope"] == ["snsapi_base"]


def test_code_becomes_a_token() -> None:
    wire = Wire(TOKEN)
    reply = wire.authorizer.exchange("demo", redirect_uri="", now=CLOCK)
    url = wire.requests[0].url
    assert (wire.requests[0].method, url.path) == ("GET", "/oauth2/access_token")
    assert url.params["grant_type"] == "authorization_code"
    assert (reply.access_token, reply.refresh_token) == ("jd-token-demo", "jd-refresh-demo")
    assert reply.access_expires_at == CLOCK + timedelta(seconds=31104000)


def test_token_is_refreshed() -> None:
    wire = Wire(TOKEN)
    assert wire.authorizer.refresh("old", now=CLOCK).access_token == "jd-token-demo"
    assert wire.requests[0].url.path == "/oauth2/refresh_token"
    assert wire.requests[0].url.params["refresh_token"] == "old"


@pytest.mark.parametrize("base_url", ["", codes.GATEWAY])
def test_in_production_tokens_come_from_a_host_of_their_own(base_url: str) -> None:
    script = Script(TOKEN, base_url=base_url)
    JdAuthorizer(credentials=KEYS, http=script.http).refresh("old", now=CLOCK)
    assert script.requests[0].url.host == "open-oauth.jd.com"


@pytest.mark.parametrize(
    "step",
    [
        {"code": 401, "msg": "refresh_token已失效"},
        httpx.Response(400, json={"code": 400, "msg": "refresh_token已失效"}),
    ],
)
def test_refused_refresh_needs_the_merchant(step: httpx.Response) -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(step).authorizer.refresh("old", now=CLOCK)
    assert caught.value.kind is ErrorKind.REAUTHORIZE
    assert "refresh_token已失效" in caught.value.message


def test_secrets_never_reach_the_log() -> None:
    wire = Wire(TOKEN)
    wire.authorizer.exchange("demo", redirect_uri="", now=CLOCK)
    (record,) = wire.records
    assert KEYS["app_secret"] not in f"{record.url}{record.request_body}"
    assert "jd-token-demo" not in record.response_body


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        (codes.GATEWAY, "open-oauth.jd.com"),
        ("", "open-oauth.jd.com"),
        ("http://127.0.0.1:9/jd", "127.0.0.1"),
    ],
)
def test_page_follows_the_connections_address(base_url: str, host: str) -> None:
    keys = KEYS | {"base_url": base_url}
    url = JdAuthorizer.page_url(keys, redirect_uri="https://oms.example.com/b", state="s")
    assert urlsplit(url).hostname == host
