"""Nothing that names a buyer stands in clear in a page: masks only, and notes without numbers."""

import pytest
from django.db.models import Model
from django.urls import reverse

from oms.admin.pages import PAGES
from oms.dto import PlainReceiver
from oms.models import Order
from tests.factories.oms import OrderFactory, ReceiverFactory
from tests.oms.admin.rows import PHONE, ROWS
from tests.oms.admin.world import World, signed_in

NAME, STREET = "欧阳雪莹", "样例路12号3幢405室"
CLEAR = (NAME, PHONE, STREET, "405室")


def personal_order(world: World) -> Order:
    receiver = PlainReceiver(
        name=NAME, phone=PHONE, province="浙江省", city="杭州市", district="西湖区", street=STREET
    )
    made: Order = OrderFactory.create(
        store=world.store,
        receiver=ReceiverFactory.create(receiver=receiver),
        buyer_memo=f"ring {PHONE}",
        seller_memo=f"call {PHONE} first",
    )
    return made


def in_clear(html: str) -> list[str]:
    return [text for text in CLEAR if text in html]


@pytest.mark.parametrize("model", list(PAGES), ids=lambda model: model.__name__)
def test_no_list_and_no_page_shows_personal_data(world: World, model: type[Model]) -> None:
    personal_order(world)
    row = ROWS[model](world)
    client = signed_in(world.root)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for path in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])):
        assert in_clear(client.get(path).content.decode()) == []


def test_order_page_shows_masks(world: World) -> None:
    order = personal_order(world)
    client = signed_in(world.person("customer_service"))
    html = client.get(reverse("admin:oms_order_change", args=[order.pk])).content.decode()
    assert in_clear(html) == []
    assert "欧*" in html
    assert "138****9876" in html


def test_buyer_is_found_by_the_last_digits_and_by_the_whole_number(world: World) -> None:
    order = personal_order(world)
    OrderFactory.create(store=world.store)
    client = signed_in(world.person("customer_service"))
    for term in (PHONE[-4:], PHONE):
        response = client.get(reverse("admin:oms_order_changelist"), {"q": term})
        assert [row.pk for row in response.context["cl"].result_list] == [order.pk]


def test_list_of_orders_does_not_read_the_clear_text(world: World) -> None:
    personal_order(world)
    client = signed_in(world.root)
    [row] = client.get(reverse("admin:oms_order_changelist")).context["cl"].result_list
    sealed = {"name", "phone", "street", "postcode", "platform_cipher"}
    assert sealed <= row.receiver.get_deferred_fields()
