"""An order that follows from another: no money, once per case, and then an order like any other."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from oms.access.checks import NotAllowed
from oms.dto import CipherReceiver
from oms.flows.order import OrderStatus
from oms.models import EvidenceEntry, Order, OrderLine, TimelineEntry
from oms.queries.stock import sellable
from oms.services.dispatch import dispatch
from oms.services.orders.cancel import cancel_order
from oms.services.orders.follow_ups import (
    NotEnoughToSend,
    NothingToSend,
    NowhereToSend,
    Wanted,
    make_exchange,
    make_reship,
)
from tests.factories.basics import NOW, UserFactory, plain_receiver
from tests.factories.incoming import Shop, at
from tests.oms.services.day import Day, are_together, status_of
from tests.oms.services.floor import Floor, document_of


def wanted(shop: Shop, units: int = 1, product: str = "P1") -> list[Wanted]:
    return [Wanted(shop.sku(product).pk, units)]


def exchange(day: Day, origin: Order, *, case_no: str = "AS-1", units: int = 1) -> Order:
    items = wanted(day.shop, units)
    return make_exchange(origin.pk, case_no=case_no, items=items, actor=None, now=day.now)


@pytest.fixture
def origin(day: Day, floor: Floor) -> Order:
    """An order that has left."""
    order = day.order("1001")
    day.until(15)
    floor.ship(document_of(order))
    order.refresh_from_db()
    return order


def test_exchange_costs_nothing_and_goes_where_its_origin_went(day: Day, origin: Order) -> None:
    made = exchange(day, origin, units=2)
    assert (made.kind, made.origin_order, made.made_for) == (Order.Kind.EXCHANGE, origin, "AS-1")
    assert (made.receiver, made.buyer, made.store) == (origin.receiver, origin.buyer, origin.store)
    assert (made.paid_amount, made.receivable, made.channel_order_no) == (0, 0, None)
    line = made.lines.get()
    assert (line.quantity, line.paid_share, line.source) == (2, 0, OrderLine.Source.PERSON)
    assert EvidenceEntry.objects.filter(kind="order.follow_up", subject=made.order_no).exists()
    said = TimelineEntry.objects.get(subject="order", subject_id=origin.pk, action="follow_up")
    assert said.note == made.order_no


def test_what_it_owes_is_no_longer_for_sale(day: Day, origin: Order) -> None:
    before = sellable([day.shop.sku().pk])[day.shop.sku().pk].units
    exchange(day, origin, units=3)
    assert sellable([day.shop.sku().pk])[day.shop.sku().pk].units == before - 3


def test_it_is_reviewed_routed_and_shipped_like_any_order(
    day: Day, origin: Order, floor: Floor
) -> None:
    made = exchange(day, origin)
    day.until(40)
    assert status_of(made) == OrderStatus.RELEASED
    floor.ship(document_of(made))
    assert status_of(made) == OrderStatus.SHIPPED


def test_it_leaves_with_what_the_same_buyer_orders_now(day: Day, origin: Order) -> None:
    made = exchange(day, origin)
    other = day.order("1002")
    day.until(40)
    assert are_together(made, other)


def test_for_one_case_it_is_made_once(day: Day, origin: Order) -> None:
    assert exchange(day, origin) == exchange(day, origin)
    assert exchange(day, origin, case_no="AS-2").made_for == "AS-2"
    assert Order.objects.filter(kind=Order.Kind.EXCHANGE).count() == 2


def test_database_itself_allows_no_second_one(day: Day, origin: Order) -> None:
    exchange(day, origin)
    second = exchange(day, origin, case_no="AS-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=second.pk).update(made_for="AS-1")


def test_cancelled_one_may_be_made_anew(day: Day, origin: Order, floor: Floor) -> None:
    first = exchange(day, origin)
    cancel_order(first.pk, actor=floor.actor, reason="", now=day.now)
    second = exchange(day, origin)
    assert second != first
    assert second.status == OrderStatus.PENDING_REVIEW


def test_what_is_not_there_to_be_sold_is_not_promised(day: Day, origin: Order) -> None:
    with pytest.raises(NotEnoughToSend):
        exchange(day, origin, units=51)
    assert not Order.objects.filter(kind=Order.Kind.EXCHANGE).exists()


def test_two_lines_of_one_sku_are_counted_together(day: Day, origin: Order) -> None:
    items = wanted(day.shop, 30) + wanted(day.shop, 30)
    with pytest.raises(NotEnoughToSend):
        make_exchange(origin.pk, case_no="AS-1", items=items, actor=None, now=NOW)


@pytest.mark.parametrize("items", [[], [Wanted(0, 1)], [Wanted(1, 0)], [Wanted(1, 10**6)]])
def test_nothing_or_nonsense_is_refused(origin: Order, items: list[Wanted]) -> None:
    with pytest.raises(NothingToSend):
        make_exchange(origin.pk, case_no="AS-1", items=items, actor=None, now=NOW)


def test_order_without_a_receiver_needs_one(day: Day, origin: Order) -> None:
    Order.objects.filter(pk=origin.pk).update(receiver=None)
    with pytest.raises(NowhereToSend):
        exchange(day, origin)


@pytest.mark.parametrize(
    "somewhere", [plain_receiver(7), CipherReceiver(platform_ref="oaid-7", province="浙江省")]
)
def test_it_may_go_somewhere_else(day: Day, origin: Order, somewhere: CipherReceiver) -> None:
    items = wanted(day.shop)
    made = make_exchange(
        origin.pk, case_no="AS-1", items=items, actor=None, now=NOW, receiver=somewhere
    )
    assert made.receiver != origin.receiver
    assert made.merge_key != origin.merge_key


def test_both_orders_lead_to_each_other(day: Day, origin: Order, client: Client) -> None:
    made = exchange(day, origin)
    client.force_login(UserFactory.create(superuser=True, is_staff=True))
    for shown, other in ((origin, made), (made, origin)):
        address = reverse("admin:oms_order_change", args=[shown.pk])
        assert other.order_no in client.get(address).content.decode()


def test_sent_again_needs_a_right_and_a_person(day: Day, origin: Order, floor: Floor) -> None:
    items = wanted(day.shop)
    with pytest.raises(NotAllowed):
        make_reship(origin.pk, items=items, reason="lost", actor=UserFactory.create(), now=NOW)
    made = make_reship(origin.pk, items=items, reason="lost", actor=floor.actor, now=at(20))
    assert (made.kind, made.origin_order, made.paid_amount) == ("reship", origin, Decimal(0))
    again = make_reship(origin.pk, items=items, reason="lost", actor=floor.actor, now=at(20))
    assert again != made
    dispatch(now=at(21))
    assert status_of(made) == OrderStatus.WAITING_MERGE
