"""Connecting a shop: on, off, and a secret that is shown once."""

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import StoreConnection
from tests.channels_sync.admin.conftest import Desk, browser, member
from tests.factories.channels_sync import SECRET
from tests.factories.oms import StoreFactory

pytestmark = pytest.mark.django_db


def test_new_secret_is_asked_for_shown_once_and_works(desk: Desk, manager: Client) -> None:
    pk = desk.shop.connection.pk
    address = reverse("admin:channels_sync_storeconnection_new_secret", args=[pk])
    assert SECRET not in manager.get(address).content.decode()
    shown = manager.post(address, {"confirmed": "yes"})
    secret = StoreConnection.objects.get(pk=pk).credentials["hook_secret"]
    assert secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    page = manager.get(reverse("admin:channels_sync_storeconnection_change", args=[pk]))
    assert secret not in page.content.decode()


def test_connection_is_switched_off(desk: Desk, manager: Client) -> None:
    pk = desk.shop.connection.pk
    manager.post(reverse("admin:channels_sync_storeconnection_change", args=[pk]), {})
    assert StoreConnection.objects.get(pk=pk).is_active is False


def test_store_is_connected_once() -> None:
    store = StoreFactory.create()
    manager = browser(member(store, "store_manager"))
    address = reverse("admin:channels_sync_storeconnection_add")
    said = manager.post(address, {"store": store.pk, "kind": "shopify"})
    connection = StoreConnection.objects.get()
    assert (connection.store, connection.kind) == (store, "shopify")
    assert said["Location"].endswith(f"/{connection.pk}/change/")
    assert not connection.is_active
    again = manager.post(address, {"store": store.pk, "kind": "webhook"})
    assert again.status_code == 200
    assert StoreConnection.objects.count() == 1


def test_another_store_cannot_be_connected(desk: Desk, foreigner: Client) -> None:
    other = StoreFactory.create()
    told = {"store": other.pk, "kind": "webhook"}
    foreigner.post(reverse("admin:channels_sync_storeconnection_add"), told)
    assert not StoreConnection.objects.filter(store=other).exists()


def shown_secret(kind: str) -> tuple[StoreConnection, str]:
    """Press the button, and return the page that shows the secret."""
    store = StoreFactory.create(code=f"my-{kind}")
    row = StoreConnection.objects.create(store=store, kind=kind)
    address = reverse("admin:channels_sync_storeconnection_new_secret", args=[row.pk])
    reply = browser(member(store, "store_manager")).post(address, {"confirmed": "yes"})
    row.refresh_from_db()
    assert "no-store" in reply["Cache-Control"]
    return row, reply.content.decode()


def test_woocommerce_shop_is_told_its_address_and_a_secret() -> None:
    row, page = shown_secret("woocommerce")
    assert row.credentials["webhook_secret"] in page
    assert "http://127.0.0.1:8000/hooks/woocommerce/my-woocommerce/" in page


def test_address_of_a_weidian_shop_is_shown_once_with_its_key() -> None:
    row, page = shown_secret("weidian")
    key = row.credentials["hook_key"]
    assert f"http://127.0.0.1:8000/hooks/weidian/my-weidian/?hook_key={key}" in page
    change = reverse("admin:channels_sync_storeconnection_change", args=[row.pk])
    later = browser(member(row.store, "store_manager")).get(change).content.decode()
    assert "/hooks/weidian/my-weidian/?hook_key=…" in later
    assert key not in later


def test_platform_with_a_secret_of_its_own_has_no_such_button() -> None:
    store = StoreFactory.create()
    row = StoreConnection.objects.create(store=store, kind="doudian")
    address = reverse("admin:channels_sync_storeconnection_new_secret", args=[row.pk])
    reply = browser(member(store, "store_manager")).post(address, {"confirmed": "yes"})
    assert reply.status_code == 403
    row.refresh_from_db()
    assert row.credentials == {}
