"""Merges against everything that may happen to their orders meanwhile."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import Count, Q

from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, User
from oms.queries.proofs import violations
from oms.services.dispatch import dispatch
from oms.services.fulfillment.stations import advance
from oms.services.holds import hold_order
from oms.services.merging.scan import merge_keys, scan
from oms.services.merging.undoing import unmerge
from oms.services.orders.cancel import cancel_order
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_order
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
S = OrderStatus
rounds = pytest.mark.parametrize("round_", range(3))


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.stock(99)
    return shop


@pytest.fixture
def actor() -> User:
    return UserFactory.create(superuser=True)


def waiting(shop: Shop, *numbers: str) -> list[Order]:
    orders = [shop.take_in(incoming_order(number)) for number in numbers]
    dispatch(now=NOW)
    return orders


def books() -> None:
    """Nobody is in two merges, and everything adds up."""
    twice = Order.objects.annotate(
        groups=Count("memberships", filter=Q(memberships__left_at=None))
    ).filter(groups__gt=1)
    assert not twice.exists()
    assert violations() == []


@rounds
def test_two_scans_at_once_merge_everybody_once(shop: Shop, round_: int) -> None:
    orders = waiting(shop, *map(str, range(6)))
    results = queued_behind(orders[0], *[partial(scan, now=at(5))] * 3)
    assert refusals(results) == []
    assert sorted(results) == [0, 0, 6]  # type: ignore[type-var]
    assert MergeGroup.objects.count() == FulfillmentOrder.objects.count() == 1
    assert MergeMembership.objects.filter(left_at=None).count() == 6
    books()


@rounds
def test_scans_and_dispatch_of_many_families_end_without_a_circle(shop: Shop, round_: int) -> None:
    for family in range(8):
        other = Shop(warehouse=shop.warehouse)
        other.listing("P1")
        other.store.listings.update(sku=shop.sku())
        waiting(other, f"{family}-1", f"{family}-2")
    results = together(
        partial(scan, now=at(5)),
        partial(dispatch, now=at(10)),
        partial(scan, now=at(5)),
        partial(dispatch, now=at(10)),
    )
    assert refusals(results) == []
    assert MergeMembership.objects.filter(left_at=None).count() == 16
    books()


@rounds
def test_held_order_is_never_merged(shop: Shop, actor: User, round_: int) -> None:
    orders = waiting(shop, "1", "2", "3")
    hold = partial(hold_order, orders[0].pk, actor=actor, detail="", now=at(5))
    jobs: list[Callable[[], object]] = [hold, partial(scan, now=at(5))]
    results = queued_behind(orders[0], *(jobs if round_ % 2 else jobs[::-1]))
    assert refusals(results) == []
    orders[0].refresh_from_db()
    assert orders[0].status == S.APPROVED
    assert not orders[0].memberships.filter(left_at=None).exists()
    assert MergeMembership.objects.filter(left_at=None).count() == 2
    books()


@rounds
def test_cancelled_order_is_never_merged(shop: Shop, actor: User, round_: int) -> None:
    orders = waiting(shop, "1", "2", "3")
    cancel = partial(cancel_order, orders[1].pk, actor=actor, reason="", now=at(5))
    results = queued_behind(orders[0], partial(scan, now=at(5)), partial(scan, now=at(5)))
    assert refusals([*results, *together(cancel, partial(scan, now=at(6)))]) == []
    orders[1].refresh_from_db()
    assert orders[1].status == S.CANCELLED
    assert not orders[1].memberships.filter(left_at=None).exists()
    books()


@rounds
def test_merge_taken_apart_while_a_third_joins_leaves_nobody_half_in(
    shop: Shop, actor: User, round_: int
) -> None:
    orders = waiting(shop, "1", "2")
    scan(now=at(5))
    orders += waiting(shop, "3")
    group = MergeGroup.objects.get()
    undo = partial(unmerge, group.pk, actor=actor, reason="", now=at(6))
    jobs: list[Callable[[], object]] = [undo, partial(scan, now=at(6))]
    results = queued_behind(orders[0], *(jobs if round_ % 2 else jobs[::-1]))
    assert refusals(results) == []
    assert not MergeMembership.objects.filter(group=group, left_at=None).exists()
    books()


@rounds
def test_sibling_joins_before_the_picker_or_not_at_all(
    shop: Shop, actor: User, round_: int
) -> None:
    [first] = waiting(shop, "1")
    dispatch(now=at(10))
    document = FulfillmentOrder.objects.get()
    advance(document.pk, action="wave", permission="manage_waves", actor=actor, now=at(11))
    [late] = waiting(shop, "2")
    claim = partial(
        advance,
        document.pk,
        action="start_picking",
        permission="pick",
        actor=actor,
        now=at(12),
        freeze="picking",
    )
    results = queued_behind(document, claim, partial(merge_keys, [key_of(late)], now=at(12)))
    assert refusals(results) == []
    late.refresh_from_db()
    document.refresh_from_db()
    assert document.frozen_at == at(12)
    on_it = document.lines.filter(order_item__order=late, cancelled_at=None).exists()
    assert (late.status == S.MERGED) == on_it
    assert first.pk < late.pk
    books()


def key_of(order: Order) -> str:
    return Order.objects.values_list("merge_key", flat=True).get(pk=order.pk)
