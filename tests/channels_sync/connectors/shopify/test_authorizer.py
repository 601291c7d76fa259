"""Shopify's code grant: the page, the signed way back, a token of an hour and the next one."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.shopify import signing
from channels_sync.connectors.shopify.authorizer import ShopifyAuthorizer
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import CLOCK as NOW
from tests.channels_sync.connectors.scripted import Step, caught

from .wire import TOKEN, Wire, data

SHOP = "kapok.myshopify.com"
KEYS = {"client_id": "app-1", "client_secret": "hush-hush", "shop_domain": SHOP}
REPLY = {
    "access_token": "shpat_next",
    "scope": "read_orders",
    "expires_in": 3600,
    "refresh_token": "shprt_next",
    "refresh_token_expires_in": 7776000,
}


def line(step: Step) -> tuple[Wire, ShopifyAuthorizer]:
    wire = Wire(step)
    return wire, ShopifyAuthorizer(credentials=KEYS, http=wire.http)


def back(key: str = "hush-hush", **changes: str) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    query = {"code": "c", "shop": SHOP, "state": "s", "timestamp": stamp} | changes
    return query | {"hmac": signing.callback_signature(key, query)}


def test_authorizer_is_registered() -> None:
    assert authorizers.get("shopify") is ShopifyAuthorizer


@pytest.mark.parametrize(
    ("base", "start"),
    [("", f"https://{SHOP}/admin/"), ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x/admin/")],
)
def test_page_asks_for_what_we_need(base: str, start: str) -> None:
    keys = KEYS | {"base_url": base}
    url = ShopifyAuthorizer.page_url(keys, redirect_uri="https://oms.example/back", state="s-1")
    assert url.startswith(f"{start}oauth/authorize?")
    query = parse_qs(urlsplit(url).query)
    assert (query["client_id"], query["state"]) == (["app-1"], ["s-1"])
    assert query["redirect_uri"] == ["https://oms.example/back"]
    assert {"read_orders", "read_returns", "write_inventory"} <= set(query["scope"][0].split(","))


def test_page_without_an_app_is_none() -> None:
    error = caught(lambda: ShopifyAuthorizer.page_url({}, redirect_uri="x", state="s"))
    assert error.code == "local:no_client"


def test_signed_way_back_is_shopifys() -> None:
    assert ShopifyAuthorizer.is_from_platform(KEYS, back(), now=NOW)
    older = KEYS | {"client_secret": "newer", "client_secret_before": "hush-hush"}
    assert ShopifyAuthorizer.is_from_platform(older, back(), now=NOW)


@pytest.mark.parametrize(
    "query",
    [
        {},
        back("stranger"),
        back() | {"code": "another"},
        back(shop="another.myshopify.com"),
        back(timestamp=str(int((NOW - timedelta(days=2)).timestamp()))),
        back(timestamp="soon"),
        {key: value for key, value in back().items() if key != "hmac"},
        back() | {"hmac": "ü"},
    ],
)
def test_other_way_back_is_not(query: dict[str, str]) -> None:
    assert not ShopifyAuthorizer.is_from_platform(KEYS, query, now=NOW)


def test_app_without_a_secret_trusts_nobody() -> None:
    keys = KEYS | {"client_secret": ""}
    assert not ShopifyAuthorizer.is_from_platform(keys, back(""), now=NOW)


def test_code_brings_a_token_of_an_hour() -> None:
    wire, authorizer = line(REPLY)
    reply = authorizer.exchange("c-1", redirect_uri="", now=NOW)
    assert wire.requests[0].url.path == "/admin/oauth/access_token"
    assert wire.form() == {
        "client_id": "app-1",
        "client_secret": "hush-hush",
        "code": "c-1",
        "expiring": "1",
    }
    assert (reply.access_token, reply.refresh_token) == ("shpat_next", "shprt_next")
    assert reply.access_expires_at == NOW + timedelta(hours=1)
    assert reply.refresh_expires_at == NOW + timedelta(days=90)
    for secret in ("hush-hush", "shpat_next", "shprt_next"):
        assert secret not in repr(wire.records)


def test_token_without_an_end_is_kept_for_good() -> None:
    _wire, authorizer = line({"access_token": "shpat_old", "scope": ""})
    reply = authorizer.exchange("c-1", redirect_uri="", now=NOW)
    assert (reply.access_expires_at, reply.refresh_token) == (None, "")


def test_next_token_is_asked_for_with_the_last_renewal() -> None:
    wire, authorizer = line(REPLY)
    authorizer.refresh("shprt_last", now=NOW)
    told = wire.form()
    assert (told["grant_type"], told["refresh_token"]) == ("refresh_token", "shprt_last")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            httpx.Response(400, json={"error": "invalid_request", "error_description": "used"}),
            "used",
        ),
        (httpx.Response(400, text="<html>Oauth error</html>"), "HTTP 400"),
        (httpx.Response(401, json=["odd"]), "HTTP 401"),
    ],
)
def test_refusal_needs_the_merchant(step: Step, words: str) -> None:
    def told(act: Any) -> IntegrationError:
        error = caught(act)
        assert words in error.message
        return error

    _wire, authorizer = line(step)
    first = told(lambda: authorizer.exchange("c", redirect_uri="", now=NOW))
    assert first.kind is ErrorKind.FATAL
    _wire, authorizer = line(step)
    assert told(lambda: authorizer.refresh("r", now=NOW)).kind is ErrorKind.REAUTHORIZE


@pytest.mark.parametrize("step", [httpx.Response(502), {"scope": "x"}, httpx.Response(200)])
def test_trouble_passes(step: Step) -> None:
    _wire, authorizer = line(step)
    assert caught(lambda: authorizer.refresh("r", now=NOW)).kind is ErrorKind.RETRY


def test_refused_token_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(httpx.Response(401, json={"errors": "gone"}), data(order=None))
    wire.credentials = {}
    assert wire.puller_with_tokens.fetch_order("1") is None
    assert [each.headers["X-Shopify-Access-Token"] for each in wire.requests] == [
        "token-1",
        "token-2",
    ]


def test_typed_token_that_is_refused_needs_a_person() -> None:
    wire = Wire(httpx.Response(401, json={"errors": "gone"}))
    assert caught(lambda: wire.puller.fetch_order("1")).kind is ErrorKind.REAUTHORIZE
    assert wire.requests[0].headers["X-Shopify-Access-Token"] == TOKEN
