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
