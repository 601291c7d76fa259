"""Many who want the same few things."""

from functools import partial

import pytest
from django.db.models import Q

from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, Order, OrderHold, Reservation
from oms.models.locking import atomic_service
from oms.queries.proofs import violations
from oms.services.allocation import allocate, lock_free
from oms.services.dispatch import dispatch, retry_shortages, route_due
from oms.services.inventory.stock import Change, Kind, NotEnoughStock, apply
from oms.services.orders.cancel import cancel_order
from oms.services.review import review_pending
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order
from tests.races.together import refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
S = OrderStatus


@atomic_service
def route_one(order_id: int) -> None:
    """Send one order on, as a page of its own."""
    allocate(lock_free(Q(pk=order_id), limit=1), now=NOW)


def guests(shop: Shop, count: int, *products: str) -> list[Order]:
    """Take in and approve orders that nobody can join."""
    lines = tuple(incoming_line(product) for product in products or ("P1",))
    orders = [
        shop.take_in(incoming_order(str(number), buyer=None, lines=lines))
        for number in range(count)
    ]
    review_pending(now=NOW)
    return orders


def test_fifty_orders_for_five_units_reserve_exactly_five() -> None:
    shop = Shop()
    shop.stock(5)
    orders = guests(shop, 50)
    results = together(*[partial(route_one, order.pk) for order in orders])
    assert refusals(results) == []
    level = shop.warehouse.stock.get()
    assert (level.on_hand, level.reserved) == (5, 5)
    assert Order.objects.filter(status=S.ALLOCATED).count() == 5
    assert Reservation.objects.count() == FulfillmentOrder.objects.count() == 5
    assert OrderHold.objects.filter(code="shortage", released_at=None).count() == 45
    assert violations() == []


def test_several_dispatchers_share_a_queue() -> None:
    shop = Shop()
    shop.stock(25)
    guests(shop, 40)
    results = together(*[partial(route_due, now=NOW, limit=15)] * 4, *[partial(dispatch, now=NOW)])
    assert refusals(results) == []
    while route_due(now=NOW):
        pass
    assert shop.warehouse.stock.get().reserved == 25
    assert OrderHold.objects.filter(code="shortage").count() == 15
    assert violations() == []


def test_orders_over_the_same_goods_in_opposite_order_do_not_wait_in_a_circle() -> None:
    shop = Shop()
    for product in ("P1", "P2", "P3"):
        shop.stock(30, product)
    forth = guests(shop, 12, "P1", "P2", "P3")
    other = Shop(warehouse=shop.warehouse)
    for product, same in (("P1", "P3"), ("P2", "P2"), ("P3", "P1")):
        listing = other.listing(product)
        listing.sku = shop.sku(same)
        listing.save()
    back = guests(other, 12, "P1", "P2", "P3")
    pairs = [order for pair in zip(forth, back, strict=True) for order in pair]
    results = together(*[partial(route_one, order.pk) for order in pairs])
    assert refusals(results) == []
    assert {level.reserved for level in shop.warehouse.stock.all()} == {24}
    assert violations() == []


def test_goods_given_back_and_taken_at_once_are_never_lost() -> None:
    shop = Shop()
    shop.stock(6, "P1")
    shop.stock(6, "P2")
    actor = UserFactory.create(superuser=True)
    orders = guests(shop, 12, "P1", "P2")
    for order in orders[:6]:
        route_one(order.pk)
    jobs = [partial(route_one, order.pk) for order in orders[6:]]
    jobs += [
        partial(cancel_order, order.pk, actor=actor, reason="", now=at(1)) for order in orders[:6]
    ]
    assert refusals(together(*jobs)) == []
    retry_shortages(now=at(2))
    assert Order.objects.filter(status=S.CANCELLED).count() == 6
    assert {level.reserved for level in shop.warehouse.stock.all()} == {6}
    assert violations() == []


def test_levels_are_moved_by_one_after_the_other() -> None:
    shop = Shop()
    sku = shop.sku()
    come = Change(shop.warehouse.pk, sku.pk, Kind.RECEIVE, on_hand=1)
    results = together(*[partial(apply, [come], now=NOW)] * 20)
    assert refusals(results) == []
    go = Change(shop.warehouse.pk, sku.pk, Kind.ADJUST, on_hand=-1)
    results = together(*[partial(apply, [go], now=NOW)] * 25)
    assert [type(error) for error in refusals(results)] == [NotEnoughStock] * 5
    assert shop.warehouse.stock.get().on_hand == 0
    assert violations() == []


def test_two_who_heal_shortages_give_each_piece_once() -> None:
    shop = Shop()
    for order in guests(shop, 6):
        route_one(order.pk)
    shop.stock(3)
    results = together(*[partial(retry_shortages, now=at(5))] * 3)
    assert refusals(results) == []
    assert Order.objects.filter(status=S.ALLOCATED).count() == 3
    assert OrderHold.objects.filter(code="shortage", released_at=None).count() == 3
    assert shop.warehouse.stock.get().reserved == 3
    assert violations() == []
