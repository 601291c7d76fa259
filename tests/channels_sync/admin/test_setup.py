"""Connecting a platform without code: keys kept sealed, the line tested, the merchant's yes."""

from datetime import datetime
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services import probing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import EvidenceEntry
from tests.channels_sync.admin.conftest import browser, member
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db

KEYS = {
    "credential_access_token": "shpat-hush",
    "credential_client_secret": "hush-too",
    "credential_shop_domain": "kapok.myshopify.com",
    "credential_api_version": "2026-04",
    "is_active": "on",
}


@pytest.fixture
def line() -> StoreConnection:
    return StoreConnection.objects.create(
        store=StoreFactory.create(code="kapok"), kind="shopify", is_active=False
    )


@pytest.fixture
def manager(line: StoreConnection) -> Client:
    return browser(member(line.store, "store_manager"))


def change(manager: Client, line: StoreConnection, **entered: str) -> str:
    """Fill the form in; return what the page says where it refuses, nothing where it takes it."""
    reply = manager.post(page(line), {"base_url": "https://1.1.1.1"} | entered)
    return "" if reply.status_code == 302 else reply.content.decode()


def page(line: StoreConnection) -> str:
    return reverse("admin:channels_sync_storeconnection_change", args=[line.pk])


def press(manager: Client, line: StoreConnection, button: str, **fields: str) -> str:
    address = reverse(f"admin:channels_sync_storeconnection_{button}", args=[line.pk])
    reply = manager.post(address, {"confirmed": "yes"} | fields)
    return str(reply.get("Location", "")) or reply.content.decode()


def shown(manager: Client, line: StoreConnection) -> str:
    return manager.get(page(line)).content.decode()


def test_keys_are_kept_and_never_shown(manager: Client, line: StoreConnection) -> None:
    assert change(manager, line, **KEYS) == ""
    line.refresh_from_db()
    assert line.credentials["access_token"] == "shpat-hush"
    assert line.is_active
    assert "hush" not in shown(manager, line)
    assert "kapok.myshopify.com" in shown(manager, line)
    assert EvidenceEntry.objects.filter(kind="channel.set_up").get().facts["is_active"]


def test_empty_key_leaves_the_one_that_is_there(manager: Client, line: StoreConnection) -> None:
    change(manager, line, **KEYS)
    change(manager, line, **KEYS | {"credential_access_token": ""})
    line.refresh_from_db()
    assert line.credentials["access_token"] == "shpat-hush"


def test_line_without_its_keys_is_not_switched_on(manager: Client, line: StoreConnection) -> None:
    assert change(manager, line, is_active="on", credential_access_token="a") != ""
    line.refresh_from_db()
    assert (line.is_active, line.credentials) == (False, {})


@pytest.mark.parametrize(
    "address",
    ["http://1.1.1.1", "https://127.0.0.1", "https://10.1.2.3", "https://[::1]", "ftp://1.1.1.1"],
)
def test_address_inside_the_own_network_is_refused(
    manager: Client, line: StoreConnection, address: str, settings: object
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False  # type: ignore[attr-defined]
    assert change(manager, line, **KEYS | {"base_url": address}) != ""
    line.refresh_from_db()
    assert line.base_url == ""


def test_page_tells_where_the_platform_sends_its_messages(
    manager: Client, line: StoreConnection
) -> None:
    assert "/hooks/shopify/kapok/" in shown(manager, line)


@pytest.mark.parametrize(
    ("kind", "hears", "comes_back"),
    [
        *(("taobao", False, True), ("jd", False, True), ("pinduoduo", False, True)),
        *(("youzan", True, True), ("shopify", True, True), ("doudian", True, False)),
        *(("weidian", True, False), ("woocommerce", True, False), ("webhook", True, False)),
    ],
)
def test_page_shows_the_addresses_that_the_platform_is_to_know(
    kind: str, hears: bool, comes_back: bool
) -> None:
    row = StoreConnection.objects.create(store=StoreFactory.create(code="ginkgo"), kind=kind)
    text = shown(browser(member(row.store, "store_manager")), row)
    assert "cs-offers" in text
    assert ("/hooks/" in text, "/channels/authorized/" in text) == (hears, comes_back)


@pytest.mark.parametrize(
    ("kind", "code", "aspect"),
    [
        (ErrorKind.RETRY, "net:ConnectError", "network"),
        (ErrorKind.FATAL, "ACCESS_DENIED", "permission"),
        (ErrorKind.REAUTHORIZE, "http:401", "token"),
        (ErrorKind.THROTTLE, "THROTTLED", "busy"),
        (ErrorKind.FATAL, "whatever", "other"),
    ],
)
def test_test_says_where_the_trouble_lies(
    line: StoreConnection,
    monkeypatch: pytest.MonkeyPatch,
    kind: ErrorKind,
    code: str,
    aspect: str,
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise IntegrationError("their words", kind=kind, code=code)

    monkeypatch.setattr("channels_sync.connectors.shopify.api.Api.call", refuse)
    actor = member(line.store, "store_manager")
    found = probing.probe(line.pk, actor=actor, now=NOW)
    assert (found.aspect, "their words" in found.said) == (aspect, True)


def test_wrong_signature_is_told_from_other_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "channels_sync.connectors.shopify.connector.ShopifyConnector.signature_codes",
        frozenset({"25"}),
    )
    error = IntegrationError("x", kind=ErrorKind.FATAL, code="25")
    assert probing._aspect("shopify", error) is probing.Aspect.SIGNATURE


def test_line_that_nobody_answers_is_told_on_the_page(
    manager: Client, line: StoreConnection
) -> None:
    StoreConnection.objects.filter(pk=line.pk).update(
        base_url="http://127.0.0.1:1", credentials={"access_token": "t"}
    )
    assert press(manager, line, "test_line").endswith("/change/")
    assert "127.0.0.1" in shown(manager, line)


class ScriptedAuthorizer(Authorizer):
    kind: ClassVar[str] = "shopify"
    label: ClassVar[str] = "Scripted"

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        return f"https://platform.example/yes?state={state}&back={redirect_uri}"

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        if code != "good":
            raise IntegrationError("bad code", kind=ErrorKind.FATAL)
        return TokenReply(access_token="t", shop_name="木棉")

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        raise AssertionError


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(authorizers._members, "shopify", ScriptedAuthorizer)


@pytest.mark.usefixtures("tokens")
def test_merchant_says_yes_and_comes_back(manager: Client, line: StoreConnection) -> None:
    away = press(manager, line, "authorize")
    state = away.partition("state=")[2].partition("&")[0]
    assert away.endswith("/channels/authorized/")
    back = manager.get(reverse("channel_authorized"), {"state": state, "code": "good"})
    assert back["Location"].endswith(f"/{line.pk}/change/")
    row = ChannelToken.objects.get()
    assert (row.connection, row.secrets["access_token"], row.shop_name) == (line, "t", "木棉")


@pytest.mark.usefixtures("tokens")
def test_code_may_be_typed_in(manager: Client, line: StoreConnection) -> None:
    press(manager, line, "authorize", code="good")
    assert ChannelToken.objects.get().connection == line


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize("state", ["", "made up"])
def test_strange_return_brings_no_token(manager: Client, state: str) -> None:
    manager.get(reverse("channel_authorized"), {"state": state, "code": "good"})
    assert not ChannelToken.objects.exists()


@pytest.mark.usefixtures("tokens")
def test_return_of_somebody_else_brings_no_token(manager: Client, line: StoreConnection) -> None:
    state = press(manager, line, "authorize").partition("state=")[2].partition("&")[0]
    other = browser(member(line.store, "store_manager"))
    other.get(reverse("channel_authorized"), {"state": state, "code": "good"})
    assert not ChannelToken.objects.exists()


@pytest.mark.usefixtures("tokens")
def test_refused_code_is_told(manager: Client, line: StoreConnection) -> None:
    press(manager, line, "authorize", code="bad")
    assert "bad code" in shown(manager, line)
    assert not ChannelToken.objects.exists()


def test_stranger_neither_tests_nor_authorizes(line: StoreConnection) -> None:
    stranger = browser(member(StoreFactory.create(), "store_manager"))
    for button in ("test_line", "authorize"):
        address = reverse(f"admin:channels_sync_storeconnection_{button}", args=[line.pk])
        assert stranger.post(address, {"confirmed": "yes"}).status_code in (302, 403, 404)
    assert not ChannelToken.objects.exists()
