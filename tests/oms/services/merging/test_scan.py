from datetime import timedelta

from oms.flows.order import OrderStatus
from oms.models import (
    BuyerMessage,
    EvidenceEntry,
    FulfillmentOrder,
    MergeGroup,
    Order,
    RouteDecision,
    TimelineEntry,
)
from oms.scheduling import mark_success, single_flight
from oms.services.dispatch import dispatch
from oms.services.holds import hold_order, release_hold
from oms.services.merging.scan import LEASE, scan
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at, incoming_line, incoming_order
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def test_two_orders_two_minutes_apart_become_one_document(day: Day) -> None:
    first = day.order("1", ship_by=at(3000))
    day.until(2)
    assert status_of(first) == S.WAITING_MERGE
    second = day.order("2", lines=(incoming_line(quantity=2),), ship_by=at(2000))
    day.until(5)
    assert status_of(first) == status_of(second) == S.MERGED
    document = FulfillmentOrder.objects.get()
    assert document_of(first) == document_of(second) == document
    assert (document.ship_by, document.release_at) == (at(2000), at(10))
    assert [line.quantity for line in document.lines.order_by("pk")] == [1, 2]
    assert (document.status, document.order, document.merge_group) == (
        "allocated",
        None,
        group_of(first),
    )
    day.until(10)
    document.refresh_from_db()
    assert (document.status, document.released_at) == ("released", at(10))
    assert status_of(first) == S.MERGED


def test_merge_says_why_and_with_which_settings(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    group = group_of(orders[0])
    assert group.reasons == ["same buyer, same address, paid"]
    assert group.settings == {"look_back": "0:30:00", "wait": "0:10:00", "max_orders": "0"}
    assert group.merge_key == Order.objects.filter(pk=orders[0].pk).get().merge_key
    entries = TimelineEntry.objects.filter(subject="order", action="merge")
    assert {entry.note for entry in entries} == {"same buyer, same address, paid"}
    assert entries.count() == 2
    evidence = EvidenceEntry.objects.get(kind="merge")
    assert evidence.subject == group.group_no
    assert evidence.facts == {"orders": [order.order_no for order in orders]}
    assert RouteDecision.objects.get().merge_group == group
    assert not BuyerMessage.objects.exists()


def test_third_order_four_minutes_later_joins(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    day.minute = 6
    orders.append(day.order("3", ship_by=at(1000)))
    day.until(10)
    assert are_together(*orders)
    document = FulfillmentOrder.objects.get()
    assert (document.ship_by, document.status) == (at(1000), "released")
    assert MergeGroup.objects.count() == 1


def test_order_waits_no_longer_than_its_time_even_without_a_scan(day: Day) -> None:
    day.scans = False
    orders = [day.order("1"), day.order("2")]
    day.until(10)
    assert are_together(*orders)
    assert FulfillmentOrder.objects.get().status == "released"


def test_scan_counts_who_found_siblings(shop: Shop) -> None:
    shop.stock(9)
    for number in ("1", "2"):
        shop.take_in(incoming_order(number))
    shop.take_in(incoming_order("3", buyer=None))
    dispatch(now=NOW)
    assert scan(now=at(5)) == 2
    assert scan(now=at(6)) == 0


def test_order_of_any_age_is_still_a_sibling(day: Day) -> None:
    shop = day.shop
    shop.store.merge_wait_minutes = 240
    shop.store.save()
    first = day.order("1")
    day.until(0)
    day.minute = 120
    second = day.order("2")
    day.until(125)
    assert are_together(first, second)


def test_urgent_order_does_not_wait_but_takes_its_siblings_along(day: Day) -> None:
    first = day.order("1")
    day.until(1)
    second = day.order("2")
    Order.objects.filter(pk=second.pk).update(is_urgent=True)
    day.until(2)
    assert are_together(first, second)
    document = FulfillmentOrder.objects.get()
    assert (document.status, document.is_urgent) == ("released", True)


def test_urgent_order_that_joins_hurries_the_document(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    day.minute = 6
    orders.append(day.order("3"))
    Order.objects.filter(pk=orders[2].pk).update(is_urgent=True)
    day.until(6)
    assert are_together(*orders)
    document = FulfillmentOrder.objects.get()
    assert (document.status, document.is_urgent) == ("released", True)


def test_order_whose_hold_ended_after_an_hour_finds_its_sibling(day: Day, floor: Floor) -> None:
    first = day.order("1")
    hold_order(first.pk, actor=floor.actor, detail="check", now=day.now)
    day.until(0)
    day.minute = 61
    second = day.order("2")
    release_hold(first.holds.get().pk, actor=floor.actor, note="fine", now=at(62))
    day.minute = 62
    day.until(65)
    assert are_together(first, second)


def test_after_downtime_everything_since_the_last_scan_is_seen(shop: Shop) -> None:
    shop.store.merge_wait_minutes = 600
    shop.store.save()
    shop.stock(9)
    with single_flight(LEASE):
        mark_success(LEASE, at=at(-1))
    orders = [shop.take_in(incoming_order(number)) for number in ("1", "2")]
    dispatch(now=NOW)
    assert scan(now=at(120)) == 2
    assert are_together(*orders)


def test_without_downtime_the_window_is_the_look_back(shop: Shop) -> None:
    shop.store.merge_wait_minutes = 600
    shop.store.save()
    shop.stock(9)
    for number in ("1", "2"):
        shop.take_in(incoming_order(number))
    dispatch(now=NOW)
    with single_flight(LEASE):
        mark_success(LEASE, at=at(40))
    assert scan(now=at(41)) == 0
    shop.store.merge_look_back_minutes = 45
    shop.store.save()
    assert scan(now=at(41)) == 2


def test_deadline_cuts_the_waiting_short(day: Day) -> None:
    order = day.order("1", ship_by=NOW + timedelta(minutes=124))
    day.until(3)
    assert status_of(order) == S.WAITING_MERGE
    day.until(4)
    assert status_of(order) == S.RELEASED


def test_order_without_goods_is_never_merged(day: Day) -> None:
    goods = day.order("1")
    nothing_left = day.order("2", lines=(incoming_line(cancelled_quantity=1),))
    day.until(10)
    assert status_of(goods) == S.RELEASED
    assert nothing_left.holds.get().code == "nothing_to_ship"
    assert not MergeGroup.objects.exists()


def test_order_that_may_not_leave_yet_is_not_taken_along(day: Day) -> None:
    later = day.order("1", not_before=at(600))
    now = day.order("2")
    day.until(15)
    assert (status_of(later), status_of(now)) == (S.WAITING_MERGE, S.RELEASED)
    day.minute = 599
    sibling = day.order("3")
    day.until(600)
    assert are_together(later, sibling)


def test_scan_without_stores_finds_nothing(db: None) -> None:
    assert scan(now=NOW) == 0
