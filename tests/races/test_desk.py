"""Two people, or a person and the program, at the same orders in the same instant."""

from collections.abc import Callable
from functools import partial

import pytest

from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, OrderHold, User
from oms.queries.proofs import violations
from oms.services.desk.acts import ACTS, Asked, perform
from oms.services.desk.judging import HeldAlready, OrderIsOver
from oms.services.merging.by_hand import CannotMerge, TogetherAlready, merge_by_hand
from oms.services.merging.scan import scan
from oms.services.merging.undoing import keep_apart
from tests.factories.basics import UserFactory
from tests.factories.incoming import Shop, at
from tests.races.test_merging import books, waiting
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
rounds = pytest.mark.parametrize("round_", range(2))


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.stock(99)
    return shop


@pytest.fixture
def actor() -> User:
    return UserFactory.create(superuser=True)


def ids(orders: list[Order]) -> list[int]:
    return [order.pk for order in orders]


@rounds
def test_two_people_merge_the_same_orders_once(shop: Shop, actor: User, round_: int) -> None:
    orders = waiting(shop, "1", "2", "3")
    job = partial(merge_by_hand, ids(orders), actor=actor, now=at(2))
    results = queued_behind(orders[0], job, job)
    [refused] = refusals(results)
    assert isinstance(refused, TogetherAlready)
    assert MergeGroup.objects.count() == FulfillmentOrder.objects.count() == 1
    books()


@rounds
def test_person_and_scan_make_one_parcel(shop: Shop, actor: User, round_: int) -> None:
    orders = waiting(shop, "1", "2", "3", "4")
    by_hand = partial(merge_by_hand, ids(orders[:2]), actor=actor, now=at(5))
    jobs: list[Callable[[], object]] = [by_hand, partial(scan, now=at(5))]
    queued_behind(orders[0], *(jobs if round_ % 2 else jobs[::-1]))
    scan(now=at(6))
    assert MergeMembership.objects.filter(left_at=None).count() == 4
    assert FulfillmentOrder.objects.exclude(status="cancelled").count() == 1
    books()


@rounds
def test_held_or_apart_is_never_merged_by_hand(shop: Shop, actor: User, round_: int) -> None:
    orders = waiting(shop, "1", "2")
    asked = Asked(actor=actor, now=at(2), reason="?")
    hold = partial(perform, ACTS["hold"], order_id=orders[0].pk, asked=asked)
    merge = partial(merge_by_hand, ids(orders), actor=actor, now=at(2))
    jobs: list[Callable[[], object]] = [hold, merge]
    results = queued_behind(orders[0], *(jobs if round_ % 2 else jobs[::-1]))
    assert all(isinstance(one, CannotMerge) for one in refusals(results))
    inside = MergeMembership.objects.filter(left_at=None)
    assert not inside.filter(order__holds__released_at=None, order__holds__code="person").exists()
    books()


@rounds
def test_order_that_leaves_while_others_join_is_nowhere_twice(
    shop: Shop, actor: User, round_: int
) -> None:
    orders = waiting(shop, "1", "2", "3")
    merge_by_hand(ids(orders[:2]), actor=actor, now=at(1))
    leave = partial(keep_apart, orders[0].pk, actor=actor, reason="?", now=at(2))
    join = partial(merge_by_hand, ids(orders[1:]), actor=actor, now=at(2))
    results = together(join, leave) if round_ % 2 else together(leave, join)
    assert refusals(results) == []
    inside = MergeMembership.objects.filter(left_at=None)
    assert set(inside.values_list("order", flat=True)) == {orders[1].pk, orders[2].pk}
    books()


@rounds
@pytest.mark.parametrize(("key", "again"), [("hold", HeldAlready), ("cancel", OrderIsOver)])
def test_double_click_acts_once(
    shop: Shop, actor: User, key: str, again: type[Exception], round_: int
) -> None:
    [order] = waiting(shop, "1")
    asked = Asked(actor=actor, now=at(2), reason="?")
    job = partial(perform, ACTS[key], order_id=order.pk, asked=asked)
    [refused] = refusals(queued_behind(order, job, job))
    assert isinstance(refused, again)
    assert OrderHold.objects.filter(order=order).count() == (1 if key == "hold" else 0)
    assert violations() == []
