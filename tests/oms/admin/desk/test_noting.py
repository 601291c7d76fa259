"""The note is written on a page of its own; what is masked there is added to, never lost."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import Order, SellerNote
from oms.services.orders.seller_notes import Note, NoteChangedMeanwhile
from tests.factories.oms import OrderFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


def url(order: Order) -> str:
    return reverse("admin:oms_order_note", args=[order.pk])


def page(client: Client, order: Order) -> str:
    return client.get(reverse("admin:oms_order_change", args=[order.pk])).content.decode()


def form(order: Order, memo: str, flag: str = "") -> dict[str, str]:
    return {"confirmed": "yes", "memo": memo, "flag": flag, "seen": Note.of(order).mark}


def memo_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).seller_memo


def test_note_is_written_and_shown(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, seller_memo="原备注")
    assert url(order) in page(desk, order)
    assert "原备注" in desk.get(url(order)).content.decode()
    assert desk.post(url(order), form(order, "改发顺丰")).status_code == 302
    assert memo_of(order) == "改发顺丰"
    assert "改发顺丰" in page(desk, order)


def test_flag_stays_here_where_the_channel_takes_no_notes(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    assert desk.post(url(order), form(order, "轻放", flag="red")).status_code == 302
    assert Order.objects.get(pk=order.pk).seller_flag == "red"


def test_masked_note_is_added_to_and_never_shown(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, seller_memo=f"改寄 {PHONE}")
    assert PHONE not in desk.get(url(order)).content.decode()
    desk.post(url(order), form(order, "周末送"))
    assert memo_of(order) == f"改寄 {PHONE}\n周末送"
    assert PHONE not in page(desk, order)


def test_note_changed_meanwhile_is_told_beside_what_was_typed(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, seller_memo="原备注")
    stale = form(order, "改发顺丰")
    Order.objects.filter(pk=order.pk).update(seller_flag="red")
    html = desk.post(url(order), stale).content.decode()
    assert str(NoteChangedMeanwhile()) in html
    assert "改发顺丰" in html
    assert memo_of(order) == "原备注"


def test_garbage_is_refused_in_the_form(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    for wrong in (form(order, "x", flag="pink"), form(order, "x" * 2001)):
        assert desk.post(url(order), wrong).status_code == 200
    assert not SellerNote.objects.exists()


def test_without_the_right_there_is_no_button_and_no_way(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    looker = signed_in(world.person("finance"))
    told = form(order, "x")
    assert url(order) not in page(looker, order)
    assert looker.post(url(order), told).status_code == 403
    assert signed_in(world.stranger()).post(url(order), told).status_code == 404
    assert Client().post(url(order), told).status_code == 302
    assert not SellerNote.objects.exists()
