"""Actions of the list: a preview with numbers and reasons, then the same numbers as the result."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.admin.orders.desk import bulk
from oms.flows.order import OrderStatus
from oms.models import Order, TimelineEntry
from oms.services.desk.acts import BULK_ACTS
from oms.services.desk.judging import OrderIsOver
from oms.services.desk.many import MOST, NoneChosen, TooMany
from tests.factories.oms import OrderFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes", "reason": "sold out"}
S = OrderStatus
LIST = "/admin/oms/order/"


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


def choose(client: Client, key: str, *orders: Order, query: str = "") -> str:
    form = {"action": f"bulk_{key}", "_selected_action": [order.pk for order in orders]}
    response = client.post(f"{LIST}{query}", form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def answer(client: Client, key: str, *orders: Order, **form: str) -> str:
    ids = ",".join(str(order.pk) for order in orders)
    url = reverse("admin:oms_order_bulk", args=[key])
    response = client.post(url, YES | {"orders": ids} | form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def statuses(*orders: Order) -> list[str]:
    return [Order.objects.get(pk=order.pk).status for order in orders]


def test_preview_tells_how_many_and_which_not_and_changes_nothing(
    world: World, desk: Client
) -> None:
    fine = OrderFactory.create_batch(2, store=world.store)
    over = OrderFactory.create(store=world.store, cancelled=True)
    html = choose(desk, "cancel", *fine, over)
    assert str(OrderIsOver(status=over.get_status_display())) in html
    for order in (*fine, over):
        assert reverse("admin:oms_order_change", args=[order.pk]) in html
    assert "<dd>2</dd>" in html
    assert "<dd>1</dd>" in html
    assert statuses(*fine) == [S.PENDING_REVIEW] * 2
    assert not TimelineEntry.objects.exists()


def test_result_has_the_numbers_of_the_preview(world: World, desk: Client) -> None:
    fine = OrderFactory.create_batch(2, store=world.store)
    over = OrderFactory.create(store=world.store, cancelled=True)
    html = answer(desk, "cancel", *fine, over)
    assert "<dd>2</dd>" in html
    assert "<dd>1</dd>" in html
    assert str(OrderIsOver(status=over.get_status_display())) in html
    assert statuses(*fine) == [S.CANCELLED] * 2
    cancelled = TimelineEntry.objects.filter(action="cancel")
    assert set(cancelled.values_list("note", flat=True)) == {"sold out"}


def test_when_all_went_well_the_list_comes_back_with_its_filters(
    world: World, desk: Client
) -> None:
    orders = OrderFactory.create_batch(2, store=world.store)
    assert 'value="queue=review"' in choose(desk, "approve", *orders, query="?queue=review")
    url = reverse("admin:oms_order_bulk", args=["approve"])
    form = YES | {"orders": ",".join(str(order.pk) for order in orders), "query": "queue=review"}
    response = desk.post(url, form)
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?queue=review")
    # Only the list itself is ever led back to, whatever the field says.
    away = desk.post(url, {"orders": form["orders"], "query": "//evil.example/?a=b"})
    assert away["Location"].startswith(LIST)


def test_second_click_does_nothing_twice(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    answer(desk, "hold", order)
    html = answer(desk, "hold", order)
    assert "<dd>0</dd>" in html
    assert order.holds.count() == 1


def test_reason_is_asked_again_before_anything_happens(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    html = answer(desk, "cancel", order, reason=" ")
    assert f'name="orders" value="{order.pk}"' in html
    assert statuses(order) == [S.PENDING_REVIEW]


def test_without_yes_nothing_happens(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    answer(desk, "cancel", order, confirmed="")
    desk.get(reverse("admin:oms_order_bulk", args=["cancel"]), YES | {"orders": str(order.pk)})
    assert statuses(order) == [S.PENDING_REVIEW]


def test_who_only_looks_has_no_actions_and_is_refused(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    looker = signed_in(world.person("finance"))
    html = looker.get(LIST).content.decode()
    for key in BULK_ACTS:
        assert f"bulk_{key}" not in html
        url = reverse("admin:oms_order_bulk", args=[key])
        assert looker.post(url, YES | {"orders": str(order.pk)}).status_code == 403
        choose(looker, key, order)
    assert statuses(order) == [S.PENDING_REVIEW]


def test_list_offers_every_act_to_who_may(world: World, desk: Client) -> None:
    OrderFactory.create(store=world.store)
    html = desk.get(LIST).content.decode()
    assert all(f"bulk_{key}" in html for key in BULK_ACTS)


def test_orders_of_other_stores_stay_unknown(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    stranger = signed_in(world.stranger())
    for key in BULK_ACTS:
        html = answer(stranger, key, order)
        assert order.order_no not in html
        assert str(NoneChosen()) in html
    assert statuses(order) == [S.PENDING_REVIEW]
    url = reverse("admin:oms_order_bulk", args=["cancel"])
    assert Client().post(url, YES | {"orders": str(order.pk)}).status_code == 302
    assert statuses(order) == [S.PENDING_REVIEW]


@pytest.mark.parametrize("ids", ["", "x", "1;2", "-1", "9" * 30, "1.5"])
def test_nonsense_instead_of_orders_is_told_plainly(desk: Client, ids: str) -> None:
    url = reverse("admin:oms_order_bulk", args=["hold"])
    response = desk.post(url, YES | {"orders": ids}, follow=True)
    assert response.status_code == 200
    assert str(NoneChosen()) in response.content.decode()


def test_rest_is_one_click_away(
    world: World, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_PATIENCE", 0.0)
    orders = OrderFactory.create_batch(3, store=world.store)
    html = answer(desk, "cancel", *orders)
    assert statuses(*orders).count(S.CANCELLED) == 1
    left = Order.objects.exclude(status=S.CANCELLED).order_by("-pk")
    ids = ",".join(str(order.pk) for order in left)
    assert f'name="orders" value="{ids}"' in html
    assert 'name="reason" value="sold out"' in html
    monkeypatch.undo()
    answer(desk, "cancel", *left)
    assert statuses(*orders) == [S.CANCELLED] * 3


def test_unknown_act_is_not_found(desk: Client) -> None:
    assert desk.post(f"{LIST}bulk/unapprove/", YES).status_code == 404


def test_more_than_a_thousand_are_refused(world: World, desk: Client) -> None:
    url = reverse("admin:oms_order_bulk", args=["hold"])
    ids = ",".join(map(str, range(1, MOST + 2)))
    html = desk.post(url, YES | {"orders": ids}, follow=True).content.decode()
    assert str(TooMany(n=MOST + 1, most=MOST)) in html


def test_preview_of_a_thousand_asks_as_often_as_that_of_three(world: World, desk: Client) -> None:
    def questions() -> int:
        form = {"action": "bulk_cancel", "_selected_action": "0", "select_across": "1"}
        with CaptureQueriesContext(connection) as asked:
            response = desk.post(LIST, form)
        assert response.status_code == 200
        return len(asked)

    OrderFactory.create_batch(3, store=world.store, lines=0)
    questions()
    few = questions()
    template = OrderFactory.create(store=world.store, lines=0)
    Order.objects.bulk_create(
        Order(
            order_no=f"SO-{n}",
            store=world.store,
            channel_order_no=f"C-{n}",
            channel_status="paid",
            channel_modified_at=template.channel_modified_at,
            ordered_at=template.ordered_at,
            status=S.PENDING_REVIEW,
            status_at=template.status_at,
        )
        for n in range(MOST - 4)
    )
    assert questions() == few
