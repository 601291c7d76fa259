"""An order that a person keeps apart leaves its merge alone and joins none, until it may again."""

import pytest

from oms.access.checks import NotAllowed
from oms.flows.order import OrderStatus
from oms.models import EvidenceEntry, Order
from oms.services.merging.undoing import (
    ApartAlready,
    MergeFrozen,
    NotApart,
    allow_merging,
    keep_apart,
)
from tests.factories.basics import UserFactory
from tests.factories.incoming import at
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def apart(order: Order, day: Day, floor: Floor) -> None:
    keep_apart(order.pk, actor=floor.actor, reason="a gift", now=day.now)


def test_one_leaves_and_the_others_stay(day: Day, floor: Floor) -> None:
    orders = [day.order(str(n)) for n in range(3)]
    day.until(5)
    group, document = group_of(orders[0]), document_of(orders[0])
    apart(orders[2], day, floor)
    assert are_together(*orders[:2])
    assert document_of(orders[0]) == document
    day.until(20)
    assert status_of(orders[2]) == S.RELEASED
    assert document_of(orders[2]) != document
    entry = EvidenceEntry.objects.get(kind="unmerge")
    assert (entry.subject, entry.facts["orders"]) == (group.group_no, [orders[2].order_no])


def test_waiting_order_goes_alone_at_once(day: Day, floor: Floor) -> None:
    day.scans = False
    orders = [day.order("1"), day.order("2")]
    day.until(1)
    apart(orders[0], day, floor)
    day.until(2)
    assert [status_of(order) for order in orders] == [S.RELEASED, S.WAITING_MERGE]
    day.until(15)
    assert [status_of(order) for order in orders] == [S.RELEASED] * 2
    assert document_of(orders[0]) != document_of(orders[1])


def test_kept_apart_does_not_mean_too_early(day: Day, floor: Floor) -> None:
    order = day.order("1", not_before=at(30))
    day.until(1)
    apart(order, day, floor)
    day.until(29)
    assert status_of(order) == S.WAITING_MERGE
    day.until(30)
    assert status_of(order) == S.RELEASED


def test_claimed_parcel_stays_whole(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(10)
    floor.claim(document_of(orders[0]))
    with pytest.raises(MergeFrozen):
        apart(orders[0], day, floor)
    assert len({document_of(order) for order in orders}) == 1


def test_may_merge_again(day: Day, floor: Floor) -> None:
    day.scans = False
    orders = [day.order("1"), day.order("2")]
    day.until(1)
    apart(orders[0], day, floor)
    allow_merging(orders[0].pk, actor=floor.actor, now=day.now)
    day.scans = True
    day.until(5)
    assert are_together(*orders)


def test_right_is_needed_and_twice_is_refused(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    stranger = UserFactory.create()
    with pytest.raises(NotAllowed):
        keep_apart(order.pk, actor=stranger, reason="", now=day.now)
    with pytest.raises(NotApart):
        allow_merging(order.pk, actor=floor.actor, now=day.now)
    apart(order, day, floor)
    with pytest.raises(ApartAlready):
        apart(order, day, floor)
    with pytest.raises(NotAllowed):
        allow_merging(order.pk, actor=stranger, now=day.now)
    order.refresh_from_db()
    assert order.is_kept_apart
