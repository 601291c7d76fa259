"""A new address is typed without the old one being shown; refusals stand beside the form."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.dto import CipherReceiver
from oms.models import Order
from oms.services.orders.readdressing import (
    AddressIncomplete,
    OnlyThePlatformChanges,
    TooLateToReaddress,
)
from tests.factories.oms import OrderFactory, ReceiverFactory
from tests.oms.admin.test_privacy import NAME, STREET, in_clear, personal_order
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
FORM = {
    "confirmed": "yes",
    "province": "浙江省",
    "city": "杭州市",
    "district": "滨江区",
    "street": "新样路1号",
    "reason": "buyer moved",
}


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


def url(order: Order) -> str:
    return reverse("admin:oms_order_readdress", args=[order.pk])


def page(client: Client, order: Order) -> str:
    return client.get(reverse("admin:oms_order_change", args=[order.pk])).content.decode()


def street(order: Order) -> str:
    receiver = Order.objects.get(pk=order.pk).receiver
    assert receiver is not None
    return receiver.street


def test_address_is_changed_and_the_old_one_never_shown(world: World, desk: Client) -> None:
    order = personal_order(world)
    assert url(order) in page(desk, order)
    assert in_clear(desk.get(url(order)).content.decode()) == []
    assert street(order) == STREET
    assert desk.post(url(order), FORM).status_code == 302
    fresh = Order.objects.get(pk=order.pk)
    assert fresh.receiver is not None
    assert (fresh.receiver.street, fresh.receiver.name) == ("新样路1号", NAME)


def test_what_is_wrong_is_said_beside_what_was_typed(world: World, desk: Client) -> None:
    order = personal_order(world)
    html = desk.post(url(order), FORM | {"phone": "138****0000"}).content.decode()
    assert str(AddressIncomplete()) in html
    assert "新样路1号" in html
    assert desk.post(url(order), FORM | {"street": ""}).status_code == 200
    assert street(order) == STREET


def test_ciphertext_and_shipped_orders_are_refused_in_words(world: World, desk: Client) -> None:
    cipher = ReceiverFactory.create(receiver=CipherReceiver(platform_ref="r", name_cipher="a"))
    sealed = OrderFactory.create(store=world.store, receiver=cipher)
    gone = OrderFactory.create(store=world.store, shipped=True)
    for order, refusal in ((sealed, OnlyThePlatformChanges), (gone, TooLateToReaddress)):
        assert url(order) not in page(desk, order)
        for response in (
            desk.get(url(order), follow=True),
            desk.post(url(order), FORM, follow=True),
        ):
            assert str(refusal()) in response.content.decode()


def test_without_the_right_there_is_no_button_and_no_way(world: World) -> None:
    order = personal_order(world)
    looker = signed_in(world.person("finance"))
    assert url(order) not in page(looker, order)
    assert looker.post(url(order), FORM).status_code == 403
    assert signed_in(world.stranger()).post(url(order), FORM).status_code == 404
    assert Client().post(url(order), FORM).status_code == 302
    assert street(order) == STREET
