"""Tokens of a Youzan shop: how they are asked for and how long they are good."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.youzan.authorizer import YouzanAuthorizer
from tests.channels_sync.connectors.scripted import caught

from .wire import CREDENTIALS, NOW, Wire, recorded, refused

TOKEN = recorded("token")


def test_authorizer_is_registered() -> None:
    assert authorizers.get("youzan") is YouzanAuthorizer


def test_merchant_says_yes_on_a_page() -> None:
    url = YouzanAuthorizer.page_url({"client_id": "c"}, redirect_uri="https://a/b", state="s&1")
    query = parse_qs(urlsplit(url).query)
    assert (query["client_id"], query["state"]) == (["c"], ["s&1"])
    assert query["redirect_uri"] == ["https://a/b"]


def test_app_of_ones_own_needs_no_page() -> None:
    assert YouzanAuthorizer.page_url(CREDENTIALS, redirect_uri="https://a", state="s") == ""


def test_app_of_ones_own_gets_its_token_silently() -> None:
    wire = Wire(TOKEN["response"])
    reply = wire.authorizer.exchange("", redirect_uri="https://a", now=NOW)
    told = TOKEN["request"] | {"client_secret": CREDENTIALS["client_secret"]}
    assert wire.params() == told
    assert (reply.access_token, reply.refresh_token) == ("yz-token-demo", "yz-refresh-demo")
    assert reply.access_expires_at == datetime(2026, 3, 8, 0, 5, tzinfo=UTC)
    assert reply.shop_id == "160"


def test_code_is_traded_below_the_same_address() -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.exchange("c-1", redirect_uri="https://a", now=NOW)
    assert wire.requests[0].url.path == "/youzan/auth/token"
    told = wire.params()
    assert (told["authorize_type"], told["code"]) == ("authorization_code", "c-1")


@pytest.mark.parametrize(
    ("refresh_token", "way"), [("yz-refresh-demo", "refresh_token"), ("", "silent")]
)
def test_token_is_renewed(refresh_token: str, way: str) -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.refresh(refresh_token, now=NOW)
    assert wire.params()["authorize_type"] == way


def test_refused_renewal_is_told_in_youzans_words() -> None:
    no = refused(400, "refresh_token 已失效")
    error = caught(lambda: Wire(no).authorizer.refresh("old", now=NOW))
    assert (error.message, error.retryable) == ("refresh_token 已失效", False)


def test_tokens_and_secret_reach_no_record() -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.refresh("yz-refresh-demo", now=NOW)
    for word in ("yz-refresh-demo", "yz-token-demo", CREDENTIALS["client_secret"]):
        assert word not in str(wire.records)
