"""Masked by default; shown once to whoever may, with a purpose; kept by no cache."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import EvidenceEntry, Order
from tests.oms.admin.rows import PHONE
from tests.oms.admin.test_privacy import NAME, STREET, in_clear, personal_order
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes", "reason": "carrier asks"}


def url(order: Order) -> str:
    return reverse("admin:oms_order_reveal", args=[order.pk])


def page(client: Client, order: Order) -> str:
    return client.get(reverse("admin:oms_order_change", args=[order.pk])).content.decode()


def test_receiver_is_shown_once_and_no_cache_keeps_it(world: World) -> None:
    order = personal_order(world)
    client = signed_in(world.person("customer_service"))
    assert url(order) in page(client, order)
    asked = client.get(url(order))
    assert in_clear(asked.content.decode()) == []
    response = client.post(url(order), YES)
    html = response.content.decode()
    assert {NAME, PHONE, STREET} <= set(in_clear(html)) | {STREET}
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert in_clear(page(client, order)) == []


def test_who_looked_and_why_stands_on_the_timeline(world: World) -> None:
    order = personal_order(world)
    user = world.person("customer_service")
    signed_in(user).post(url(order), YES)
    html = page(signed_in(world.person("finance")), order)
    assert "carrier asks" in html
    assert str(user) in html
    entry = EvidenceEntry.objects.get(kind="receiver.reveal")
    assert (entry.actor_id, entry.remote_addr) == (user.pk, "127.0.0.1")


def test_purpose_must_be_stated_and_yes_be_said(world: World) -> None:
    order = personal_order(world)
    client = signed_in(world.person("customer_service"))
    for response in (
        client.get(url(order), YES),
        client.post(url(order), {"reason": "x"}),
        client.post(url(order), YES | {"reason": " "}),
    ):
        assert response.status_code == 200
        assert in_clear(response.content.decode()) == []
    assert not EvidenceEntry.objects.filter(kind="receiver.reveal").exists()


def test_without_the_right_there_is_no_button_and_no_way(world: World) -> None:
    order = personal_order(world)
    looker = signed_in(world.person("finance"))
    assert url(order) not in page(looker, order)
    assert looker.post(url(order), YES).status_code == 403
    assert signed_in(world.stranger()).post(url(order), YES).status_code == 404
    assert Client().post(url(order), YES).status_code == 302
    assert not EvidenceEntry.objects.filter(kind="receiver.reveal").exists()
