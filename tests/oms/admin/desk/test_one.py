"""The buttons of the order page: who sees which, what they ask, what they do, and only once."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, TimelineEntry
from oms.services.desk.acts import ACTS
from oms.services.desk.judging import HeldAlready
from oms.services.holds import HeldByChannel, HoldNotFound, place_hold
from oms.services.orders.cancel import TooLateToCancel
from tests.factories.oms import NOW, FulfillmentOrderFactory, OrderFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes", "reason": "the buyer wrote"}
S = OrderStatus


def act(order: Order, key: str) -> str:
    return reverse("admin:oms_order_act", args=[order.pk, key])


def buttons(client: Client, order: Order) -> set[str]:
    html = client.get(reverse("admin:oms_order_change", args=[order.pk])).content.decode()
    return {key for key in ACTS if act(order, key) in html}


def told(client: Client, url: str, **form: str) -> str:
    response = client.post(url, YES | form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (S.UNPAID, {"hold", "cancel"}),
        (S.PENDING_REVIEW, {"approve", "hold", "cancel"}),
        (S.APPROVED, {"release_now", "unapprove", "hold", "keep_apart", "cancel"}),
        (S.WAITING_MERGE, {"release_now", "unapprove", "hold", "keep_apart", "cancel"}),
        (S.SHIPPED, set()),
        (S.COMPLETED, set()),
        (S.CANCELLED, set()),
    ],
)
def test_page_shows_what_the_state_allows(
    world: World, desk: Client, status: str, expected: set[str]
) -> None:
    order = OrderFactory.create(store=world.store, status=status)
    assert buttons(desk, order) == expected


def test_held_order_offers_to_end_the_hold_and_not_to_go_on(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    place_hold(order, code="person", owner=OrderHold.Owner.PERSON, detail="x", now=NOW)
    assert buttons(desk, order) == {"release", "cancel"}


def test_who_only_looks_sees_no_button_and_is_refused(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    for role in ("finance", "auditor"):
        client = signed_in(world.person(role))
        assert buttons(client, order) == set()
        for key in ACTS:
            assert client.post(act(order, key), YES).status_code == 403
            assert client.get(act(order, key)).status_code == 403
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW
    assert not TimelineEntry.objects.exists()


def test_order_of_another_store_is_not_there(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    stranger = signed_in(world.stranger())
    for key in ACTS:
        assert stranger.get(act(order, key)).status_code == 404
        assert stranger.post(act(order, key), YES).status_code == 404
    assert Client().post(act(order, "cancel"), YES).status_code == 302
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW


@pytest.mark.parametrize("key", ["approve", "hold", "cancel"])
def test_nothing_happens_before_yes(world: World, desk: Client, key: str) -> None:
    order = OrderFactory.create(store=world.store)
    for response in (
        desk.get(act(order, key)),
        desk.get(act(order, key), YES),
        desk.post(act(order, key)),
    ):
        assert response.status_code == 200
        assert order.order_no in response.content.decode()
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW
    assert not OrderHold.objects.exists()


def test_hold_needs_its_reason_and_keeps_it(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    assert desk.post(act(order, "hold"), YES | {"reason": "  "}).status_code == 200
    assert not OrderHold.objects.exists()
    assert desk.post(act(order, "hold"), YES).status_code == 302
    assert order.holds.get().detail == "the buyer wrote"


def test_second_click_is_told_and_does_nothing(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    told(desk, act(order, "hold"))
    assert str(HeldAlready()) in told(desk, act(order, "hold"))
    assert order.holds.count() == 1
    assert TimelineEntry.objects.filter(action="hold").count() == 1


def test_too_late_is_a_sentence_and_no_fault(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, shipped=True)
    assert str(TooLateToCancel()) in told(desk, act(order, "cancel"))
    page = desk.get(act(order, "cancel"), follow=True)
    assert str(TooLateToCancel()) in page.content.decode()
    order.refresh_from_db()
    assert order.status == S.SHIPPED


def test_preview_says_what_the_picker_will_be_told(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, released=True, lines__quantity=3)
    document = FulfillmentOrderFactory.create(
        order=order, warehouse=world.warehouse, picking=True, frozen_at=NOW, frozen_reason="pick"
    )
    document.lines.update(picked_quantity=2)
    html = desk.get(act(order, "cancel")).content.decode()
    assert document.fulfillment_no in html
    assert document.get_status_display() in html
    assert " 2 " in html
    assert desk.post(act(order, "cancel"), YES).status_code == 302
    order.refresh_from_db()
    assert order.status == S.CANCELLED


def test_one_of_several_holds_is_ended(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    for code in ("amount_mismatch", "no_receiver"):
        place_hold(order, code=code, owner=OrderHold.Owner.SYSTEM, now=NOW)
    first, second = order.holds.order_by("pk")
    url = act(order, "release")
    assert f'value="{second.pk}"' in desk.get(url).content.decode()
    assert desk.post(url, YES).status_code == 200
    told(desk, url, holds=str(first.pk))
    assert list(order.holds.filter(released_at=None)) == [second]
    first.refresh_from_db()
    assert first.release_note == "the buyer wrote"
    assert str(HoldNotFound()) in told(desk, url, holds=str(first.pk))
    assert list(order.holds.filter(released_at=None)) == [second]
    assert desk.post(url, YES | {"holds": "not a number"}).status_code == 200


def test_platform_hold_cannot_be_ended_here(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    place_hold(order, code="platform", owner=OrderHold.Owner.CHANNEL, now=NOW)
    assert "release" not in buttons(desk, order)
    assert str(HeldByChannel()) in told(
        desk, act(order, "release"), holds=str(order.holds.get().pk)
    )
    assert order.holds.get().released_at is None


@pytest.mark.parametrize("where", ["nonsense", "HOLD"])
def test_unknown_act_and_unknown_order_are_not_found(
    world: World, desk: Client, where: str
) -> None:
    order = OrderFactory.create(store=world.store)
    assert desk.get(f"/admin/oms/order/{order.pk}/act/{where}/").status_code == 404
    for pk in ("0", "abc", "999999999999999999999"):
        assert desk.get(f"/admin/oms/order/{pk}/act/hold/").status_code == 404
