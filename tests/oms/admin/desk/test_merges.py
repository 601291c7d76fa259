"""Merging by hand and taking apart from the pages: asked, by right, once, with reasons."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, OrderHold
from oms.services.holds import place_hold
from oms.services.merging.by_hand import CannotMerge, TogetherAlready
from oms.services.merging.undoing import MergeUndone
from oms.transitions import fire_many
from tests.factories.oms import (
    NOW,
    FulfillmentLineFactory,
    FulfillmentOrderFactory,
    OrderFactory,
    ReceiverFactory,
    StockLevelFactory,
    plain_receiver,
)
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes", "reason": "two gifts"}
S = OrderStatus
BENCH = "/admin/merges/"
BY_HAND = "/admin/merges/by-hand/"


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


def pair(world: World, **told: object) -> list[Order]:
    """Two waiting orders of one buyer to one address, whose goods lie on one shelf."""
    first = OrderFactory.create(
        store=world.store,
        approved=True,
        receiver=ReceiverFactory.create(receiver=plain_receiver(0)),
        release_at=NOW,
        **told,
    )
    second = OrderFactory.create(
        store=world.store,
        approved=True,
        buyer=first.buyer,
        receiver=ReceiverFactory.create(receiver=plain_receiver(0)),
        release_at=NOW,
        **told,
    )
    for order in (first, second):
        StockLevelFactory.create(warehouse=world.warehouse, sku=order.items.get().sku)
    return [first, second]


def group_of(world: World, *orders: Order, at: str = "released") -> MergeGroup:
    group = MergeGroup.objects.create(
        group_no="MG261111-1", store=world.store, merge_key="k", made_at=NOW
    )
    document: FulfillmentOrder = FulfillmentOrderFactory.create(
        order=None, merge_group=group, store=world.store, warehouse=world.warehouse,
        receiver=orders[0].receiver, ship_by=None, lines=False, status=at,
        frozen_at=NOW if at == "picking" else None, frozen_reason=at,
    )  # fmt: skip
    for order in orders:
        MergeMembership.objects.create(group=group, order=order, joined_at=NOW)
        FulfillmentLineFactory.create(fulfillment=document, order_item=order.items.get())
    fire_many(Order, [order.pk for order in orders], "merge", now=NOW)
    return group


def asked(*orders: Order) -> dict[str, str]:
    return {"orders": ",".join(str(order.pk) for order in orders)}


def statuses(*orders: Order) -> list[str]:
    return [Order.objects.get(pk=order.pk).status for order in orders]


def test_bench_shows_the_pair_and_leads_to_the_question(world: World, desk: Client) -> None:
    orders = pair(world, is_kept_apart=True)
    html = desk.get(BENCH).content.decode()
    assert all(order.order_no in html for order in orders)
    url = f"{BY_HAND}?orders={orders[0].pk},{orders[1].pk}"
    assert url in html
    question = desk.get(url).content.decode()
    assert all(order.order_no in question for order in orders)
    assert not MergeGroup.objects.exists()


def test_yes_merges_once(world: World, desk: Client) -> None:
    orders = pair(world)
    response = desk.post(BY_HAND, YES | asked(*orders))
    group = MergeGroup.objects.get()
    assert response["Location"] == reverse("admin:oms_mergegroup_change", args=[group.pk])
    assert statuses(*orders) == [S.MERGED] * 2
    again = desk.post(BY_HAND, YES | asked(*orders), follow=True)
    assert str(TogetherAlready()) in again.content.decode()
    assert MergeGroup.objects.count() == 1


def test_refusal_names_the_reason(world: World, desk: Client) -> None:
    orders = pair(world)
    place_hold(orders[1], code="person", owner=OrderHold.Owner.PERSON, now=NOW)
    html = desk.post(BY_HAND, YES | asked(*orders), follow=True).content.decode()
    start = str(CannotMerge(reasons=""))[:6]
    assert start in html
    assert not MergeGroup.objects.exists()
    assert statuses(*orders) == [S.APPROVED] * 2


def test_without_yes_nothing_is_merged(world: World, desk: Client) -> None:
    orders = pair(world)
    assert desk.get(BY_HAND, YES | asked(*orders)).status_code == 200
    assert desk.post(BY_HAND, asked(*orders)).status_code == 200
    assert statuses(*orders) == [S.APPROVED] * 2


def test_who_only_looks_has_no_button_and_is_refused(world: World) -> None:
    orders = pair(world, is_kept_apart=True)
    looker = signed_in(world.person("finance"))
    html = looker.get(BENCH).content.decode()
    assert orders[0].order_no in html
    assert BY_HAND not in html
    assert looker.post(BY_HAND, YES | asked(*orders)).status_code == 403
    assert statuses(*orders) == [S.APPROVED] * 2


def test_stranger_sees_none_of_it(world: World) -> None:
    orders = pair(world, is_kept_apart=True)
    stranger = signed_in(world.stranger())
    assert orders[0].order_no not in stranger.get(BENCH).content.decode()
    assert stranger.post(BY_HAND, YES | asked(*orders)).status_code == 404
    assert stranger.get(BY_HAND, asked(*orders)).status_code == 404
    assert Client().get(BENCH).status_code == 302
    assert signed_in(world.person("warehouse_staff")).get(BENCH).status_code == 403
    assert statuses(*orders) == [S.APPROVED] * 2


@pytest.mark.parametrize("ids", ["", "x", "0", "1,2,zz", "9" * 40])
def test_nonsense_is_not_found(desk: Client, ids: str) -> None:
    assert desk.get(BY_HAND, {"orders": ids}).status_code == 404
    assert desk.post(BY_HAND, YES | {"orders": ids}).status_code == 404


def test_empty_bench_says_what_would_stand_there(desk: Client) -> None:
    html = desk.get(BENCH).content.decode()
    assert html.count("oms-nothing") == 2
    assert reverse("admin:oms_mergegroup_changelist") in html


def test_order_page_tells_why_not(world: World, desk: Client) -> None:
    orders = pair(world, is_kept_apart=True)
    url = reverse("admin:oms_order_change", args=[orders[0].pk])
    html = desk.get(url).content.decode()
    assert orders[1].order_no in html
    assert "oms-reasons" in html
    assert BY_HAND in html
    assert BY_HAND not in signed_in(world.person("finance")).get(url).content.decode()


def test_merge_is_taken_apart_once(world: World, desk: Client) -> None:
    orders = pair(world)
    group = group_of(world, *orders)
    page = reverse("admin:oms_mergegroup_change", args=[group.pk])
    url = reverse("admin:oms_mergegroup_unmerge", args=[group.pk])
    assert url in desk.get(page).content.decode()
    question = desk.get(url).content.decode()
    assert all(order.order_no in question for order in orders)
    assert desk.post(url, YES | {"reason": ""}).status_code == 200
    assert statuses(*orders) == [S.MERGED] * 2
    assert desk.post(url, YES).status_code == 302
    assert statuses(*orders) == [S.APPROVED] * 2
    assert str(MergeUndone()) in desk.post(url, YES, follow=True).content.decode()
    assert url not in desk.get(page).content.decode()


def test_merge_that_is_picked_has_no_button(world: World, desk: Client) -> None:
    orders = pair(world)
    group = group_of(world, *orders, at="picking")
    html = desk.get(reverse("admin:oms_mergegroup_change", args=[group.pk])).content.decode()
    url = reverse("admin:oms_mergegroup_unmerge", args=[group.pk])
    assert url not in html
    assert reverse("admin:oms_order_act", args=[orders[0].pk, "take_out"]) not in html
    assert desk.post(url, YES).status_code == 302
    assert statuses(*orders) == [S.MERGED] * 2


def test_who_may_not_merge_cannot_take_apart(world: World) -> None:
    orders = pair(world)
    group = group_of(world, *orders)
    url = reverse("admin:oms_mergegroup_unmerge", args=[group.pk])
    looker = signed_in(world.person("finance"))
    page = looker.get(reverse("admin:oms_mergegroup_change", args=[group.pk]))
    assert url not in page.content.decode()
    for client in (looker, signed_in(world.stranger())):
        assert client.post(url, YES).status_code == 403
    assert statuses(*orders) == [S.MERGED] * 2


def test_one_order_leaves_from_the_page_of_the_merge(world: World, desk: Client) -> None:
    orders = pair(world)
    group = group_of(world, *orders)
    url = reverse("admin:oms_order_act", args=[orders[1].pk, "take_out"])
    html = desk.get(reverse("admin:oms_mergegroup_change", args=[group.pk])).content.decode()
    assert url in html
    assert desk.post(url, YES).status_code == 302
    assert statuses(*orders) == [S.MERGED, S.APPROVED]


def test_merge_with_an_order_of_a_foreign_store_has_no_button(world: World, desk: Client) -> None:
    orders = pair(world)
    group = group_of(world, *orders)
    Order.objects.filter(pk=orders[1].pk).update(store=world.other_store)
    url = reverse("admin:oms_mergegroup_unmerge", args=[group.pk])
    page = desk.get(reverse("admin:oms_mergegroup_change", args=[group.pk]))
    assert page.status_code == 200
    assert url not in page.content.decode()
    assert desk.post(url, YES).status_code == 403
    assert statuses(*orders) == [S.MERGED] * 2
