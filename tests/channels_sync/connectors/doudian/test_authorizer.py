"""Tokens of a Douyin shop: how they are asked for and how long they are good."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.doudian import signing
from channels_sync.connectors.doudian.authorizer import DoudianAuthorizer
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import KEY, NOW, SECRET, Wire, recorded, refused

TOKEN = recorded("token")


def test_authorizer_is_registered() -> None:
    assert authorizers.get("doudian") is DoudianAuthorizer


def test_merchant_of_a_service_says_yes_on_a_page() -> None:
    url = DoudianAuthorizer.page_url({"service_id": "42"}, redirect_uri="https://a", state="s&1")
    assert url.startswith("https://fuwu.jinritemai.com/authorize?")
    assert parse_qs(urlsplit(url).query) == {"service_id": ["42"], "state": ["s&1"]}


def test_app_of_ones_own_needs_no_page() -> None:
    assert DoudianAuthorizer.page_url({}, redirect_uri="https://a", state="s") == ""


def test_app_of_ones_own_gets_its_token_by_its_keys() -> None:
    wire = Wire(TOKEN["response"])
    reply = wire.authorizer.exchange("", redirect_uri="https://a", now=NOW)
    assert wire.params() == TOKEN["request"]["param_json"]
    assert (reply.access_token, reply.refresh_token) == ("dd-token-demo", "dd-refresh-demo")
    assert reply.access_expires_at == NOW + timedelta(days=7)
    assert reply.refresh_expires_at == NOW + timedelta(days=14)
    assert (reply.shop_id, reply.shop_name) == ("1234567", "演示小店")


def test_question_for_a_token_is_signed_without_one() -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.exchange("c-1", redirect_uri="https://a", now=NOW)
    query = wire.query()
    assert "access_token" not in query
    assert wire.params() == {"grant_type": "authorization_code", "code": "c-1"}
    assert query["sign"] == signing.sign(
        SECRET,
        app_key=KEY,
        method="token.create",
        text=wire.requests[0].content.decode(),
        timestamp=str(int(NOW.timestamp())),
    )


def test_token_is_renewed_below_the_same_address() -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.refresh("dd-refresh-demo", now=NOW)
    assert wire.path() == "/doudian/token/refresh"
    assert wire.params() == {"grant_type": "refresh_token", "refresh_token": "dd-refresh-demo"}


def test_renewal_begins_in_the_last_hour() -> None:
    assert timedelta(0) < DoudianAuthorizer.renew_before < timedelta(hours=1)


def test_refused_renewal_asks_for_the_merchant() -> None:
    no = refused(50001, "dop.token-generate-failed:token-expired", "token已过期")
    error = caught(lambda: Wire(no).authorizer.refresh("old", now=NOW))
    assert error.kind is ErrorKind.REAUTHORIZE


def test_tokens_reach_no_record() -> None:
    wire = Wire(TOKEN["response"])
    wire.authorizer.refresh("dd-refresh-demo", now=NOW)
    assert "dd-refresh-demo" not in str(wire.records)
    assert "dd-token-demo" not in str(wire.records)
