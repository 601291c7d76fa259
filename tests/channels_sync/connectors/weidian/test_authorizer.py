"""Tokens of a Weidian shop: the keys bring them, again and again."""

from datetime import timedelta

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.weidian.authorizer import WeidianAuthorizer
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import CREDENTIALS, NOW, Wire, recorded, refused

TOKEN = recorded("token")


def test_authorizer_is_registered() -> None:
    assert authorizers.get("weidian") is WeidianAuthorizer


def test_no_page_is_needed() -> None:
    assert WeidianAuthorizer.page_url(CREDENTIALS, redirect_uri="https://a", state="s") == ""


def test_keys_bring_the_token() -> None:
    wire = Wire(TOKEN)
    reply = wire.authorizer.exchange("", redirect_uri="https://a", now=NOW)
    (request,) = wire.requests
    assert (request.method, request.url.path) == ("GET", "/weidian/token")
    assert dict(request.url.params) == {
        "grant_type": "client_credential",
        "appkey": "demo",
        "secret": "wd-invented-secret",
    }
    assert reply.access_token == "wd-token-demo"  # noqa: S105 - invented
    assert reply.access_expires_at == NOW + timedelta(seconds=7200)


def test_neither_secret_nor_token_is_written_down() -> None:
    wire = Wire(TOKEN)
    wire.authorizer.refresh("", now=NOW)
    assert "invented" not in repr(wire.records)
    assert "wd-token-demo" not in repr(wire.records)


def test_keys_that_are_no_longer_good_need_a_person() -> None:
    no = refused(10010, "secret错误")
    assert caught(lambda: Wire(no).authorizer.refresh("", now=NOW)).kind is ErrorKind.REAUTHORIZE
    busy = refused(10001, "系统繁忙")
    assert caught(lambda: Wire(busy).authorizer.refresh("", now=NOW)).kind is ErrorKind.RETRY
