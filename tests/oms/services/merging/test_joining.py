"""Late siblings: which documents they join, and which not."""

from collections.abc import Callable
from typing import Any

import pytest

from oms.dto import IncomingBuyer
from oms.flows.order import OrderStatus
from oms.models import EventDelivery, FulfillmentOrder, MergeGroup, Order, OutboxEvent
from tests.factories.basics import WarehouseFactory, plain_receiver
from tests.factories.incoming import at, incoming_line
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def released(day: Day, floor: Floor) -> Order:
    order = day.order("1")
    day.until(10)
    return order


def waved(day: Day, floor: Floor) -> Order:
    order = released(day, floor)
    floor.wave(document_of(order))
    return order


def waved_merge(day: Day, floor: Floor) -> Order:
    day.order("0")
    return waved(day, floor)


@pytest.mark.parametrize("stage", [released, waved, waved_merge])
def test_late_sibling_joins_what_nobody_has_claimed(
    day: Day, floor: Floor, stage: Callable[[Day, Floor], Order]
) -> None:
    first = stage(day, floor)
    document = document_of(first)
    OutboxEvent.objects.all().delete()
    day.minute = 11
    late = day.order("2", ship_by=at(500))
    day.until(15)
    assert are_together(first, late)
    assert document_of(late) == document
    after = FulfillmentOrder.objects.get()
    assert (after.status, after.ship_by, after.order) == (document.status, at(500), None)
    assert OutboxEvent.objects.filter(
        name="oms.fulfillment.released", payload={"fulfillment_ids": [document.pk]}
    ).exists()
    assert not EventDelivery.objects.filter(attempts__gt=0).exists()


def test_document_that_a_picker_claimed_takes_nobody_any_more(day: Day, floor: Floor) -> None:
    first = released(day, floor)
    floor.claim(document_of(first))
    day.minute = 11
    late = day.order("2")
    day.until(21)
    assert status_of(late) == S.RELEASED
    assert document_of(late) != document_of(first)
    assert not MergeGroup.objects.exists()


def test_late_siblings_of_a_claimed_document_share_a_new_one(day: Day, floor: Floor) -> None:
    first = released(day, floor)
    floor.claim(document_of(first))
    day.minute = 11
    late = [day.order("2"), day.order("3")]
    day.until(15)
    assert are_together(*late)


def test_printed_document_takes_nobody_any_more(day: Day) -> None:
    first = day.order("1")
    day.until(10)
    FulfillmentOrder.objects.update(frozen_at=day.now, frozen_reason="pick list")
    day.minute = 11
    late = day.order("2")
    day.until(21)
    assert document_of(late) != document_of(first)


def test_sibling_goes_alone_if_the_documents_warehouse_lacks_its_goods(day: Day) -> None:
    first = day.order("1")
    day.until(10)
    elsewhere = WarehouseFactory.create(province="四川省", city="成都市")
    day.shop.stock(5, "P2", warehouse=elsewhere)
    day.minute = 11
    late = day.order("2", lines=(incoming_line("P2"),))
    day.until(25)
    assert status_of(late) == S.RELEASED
    assert document_of(late).warehouse == elsewhere
    assert status_of(first) == S.RELEASED


def test_who_fits_joins_though_another_does_not(day: Day) -> None:
    first = day.order("1")
    day.until(10)
    day.minute = 11
    fits = day.order("2")
    lacks = day.order("3", lines=(incoming_line("P2"),))
    day.until(21)
    assert are_together(first, fits)
    assert lacks.holds.get().code == "shortage"


def test_cold_goods_do_not_join_a_warm_document(day: Day) -> None:
    first = day.order("1")
    day.until(10)
    day.shop.stock(5, "ICE")
    ice = day.shop.sku("ICE")
    ice.needs_cold_chain = True
    ice.save()
    day.minute = 11
    late = day.order("2", lines=(incoming_line("ICE"),))
    day.until(15)
    assert not are_together(first, late)


def test_full_document_takes_nobody_and_the_rest_share_another(day: Day) -> None:
    day.shop.store.merge_max_orders = 2
    day.shop.store.save()
    full = [day.order("1"), day.order("2")]
    day.until(5)
    day.minute = 6
    rest = [day.order("3"), day.order("4")]
    day.until(10)
    assert are_together(*full)
    assert are_together(*rest)
    assert group_of(full[0]) != group_of(rest[0])


def test_document_fuller_than_a_lowered_cap_takes_nobody(day: Day) -> None:
    orders = [day.order(str(number)) for number in range(3)]
    day.until(5)
    day.shop.store.merge_max_orders = 2
    day.shop.store.save()
    day.minute = 6
    late = day.order("9")
    day.until(16)
    assert are_together(*orders)
    assert status_of(late) == S.RELEASED
    assert group_of(orders[0]).memberships.count() == 3


def test_held_sibling_is_left_out(day: Day, floor: Floor) -> None:
    day.order("1")
    held = day.order("2", platform_hold="risk")
    third = day.order("3")
    day.until(10)
    assert status_of(held) == S.PENDING_REVIEW
    assert not held.memberships.exists()
    assert status_of(third) == S.MERGED


def test_no_warehouse_has_everything_so_each_goes_alone(day: Day) -> None:
    elsewhere = WarehouseFactory.create()
    day.shop.stock(5, "P2", warehouse=elsewhere)
    one = day.order("1")
    other = day.order("2", lines=(incoming_line("P2"),))
    day.until(12)
    assert not MergeGroup.objects.exists()
    assert document_of(one).warehouse == day.shop.warehouse
    assert document_of(other).warehouse == elsewhere
    assert [status_of(order) for order in (one, other)] == [S.RELEASED, S.RELEASED]


def test_one_who_is_short_does_not_keep_the_others_apart(day: Day) -> None:
    orders = [day.order("1"), day.order("2", lines=(incoming_line("P9"),)), day.order("3")]
    day.until(12)
    assert are_together(orders[0], orders[2])
    assert orders[1].holds.get().code == "shortage"


def test_scarce_goods_are_promised_once(day: Day) -> None:
    """Two families want the same last pieces in one scan: one gets them, the other goes alone."""
    day.shop.stock(3, "P2")
    wish = (incoming_line("P2", quantity=2),)
    buyer = IncomingBuyer(channel_buyer_id="b2")
    neighbors: dict[str, Any] = {"buyer": buyer, "receiver": plain_receiver(7)}
    ours = [day.order("1"), day.order("2", lines=wish)]
    theirs = [day.order("3", **neighbors), day.order("4", lines=wish, **neighbors)]
    day.until(5)
    assert [are_together(*ours), are_together(*theirs)].count(True) == 1
    assert day.shop.sku("P2").stock.get().reserved == 2
