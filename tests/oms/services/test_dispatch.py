from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from oms.access.checks import NotAllowed
from oms.dto import LineKind
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, OutboxEvent, TimelineEntry
from oms.services.desk.hurrying import release_now
from oms.services.dispatch import dispatch
from oms.services.rounds import PartsFailed
from tests.factories.basics import NOW, UserFactory, WarehouseFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def test_order_reaches_the_warehouse_with_no_human(day: Day) -> None:
    order = day.order("1", ship_by=at(3000))
    day.until(9)
    assert status_of(order) == S.WAITING_MERGE
    day.until(10)
    order.refresh_from_db()
    assert order.status == S.RELEASED
    document = document_of(order)
    assert (document.status, document.order, document.warehouse) == (
        "released",
        order,
        day.shop.warehouse,
    )
    assert (document.receiver, document.ship_by) == (order.receiver, at(3000))
    moves = TimelineEntry.objects.filter(subject="order").order_by("pk")
    assert [(entry.action, entry.to_status, entry.at) for entry in moves] == [
        ("create", S.PENDING_REVIEW, NOW),
        ("approve", S.APPROVED, NOW),
        ("await_siblings", S.WAITING_MERGE, NOW),
        ("allocate", S.ALLOCATED, at(10)),
        ("release", S.RELEASED, at(10)),
    ]
    [event] = OutboxEvent.objects.filter(name="oms.fulfillment.released")
    assert event.payload == {"fulfillment_ids": [document.pk]}
    level = day.shop.warehouse.stock.get()
    assert (level.on_hand, level.reserved) == (50, 1)


def test_round_without_work_does_nothing(shop: Shop) -> None:
    zeros = dict.fromkeys(("reviewed", "lined_up", "merged", "routed", "released"), 0)
    assert dispatch(now=NOW) == zeros


def test_failing_step_stops_no_other_and_the_round_is_no_success(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_given: object) -> int:
        raise ValueError("13800000000")

    shop.stock(9)
    order = shop.take_in(incoming_order("1", buyer=None))
    monkeypatch.setattr("oms.services.dispatch.sweep_refunds", fail)
    monkeypatch.setattr("oms.services.dispatch.merge_siblings", fail)
    with pytest.raises(PartsFailed, match="dispatch: refunds, merged") as failed:
        dispatch(now=NOW)
    assert status_of(order) == S.RELEASED
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "ValueError" in caplog.text
    assert "13800000000" not in caplog.text + str(failed.value)
    assert failed.value.__context__ is None


def test_round_counts_what_it_did(shop: Shop) -> None:
    shop.stock(9)
    shop.take_in(incoming_order("1"))
    shop.take_in(incoming_order("2", buyer=None))
    done = dispatch(now=NOW)
    assert (done["reviewed"], done["routed"], done["released"]) == (2, 1, 1)


def test_order_that_nobody_can_join_does_not_wait(day: Day) -> None:
    order = day.order("1", buyer=None)
    day.until(0)
    assert status_of(order) == S.RELEASED


def test_store_says_how_long_to_wait(day: Day) -> None:
    day.shop.store.merge_wait_minutes = 3
    day.shop.store.save()
    order = day.order("1")
    day.until(2)
    assert status_of(order) == S.WAITING_MERGE
    day.until(3)
    assert status_of(order) == S.RELEASED


def test_cut_off_ends_the_waiting(day: Day) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    cut_off = (NOW + timedelta(minutes=4)).astimezone(zone).time()
    WarehouseFactory.create(cut_off=cut_off)
    order = day.order("1")
    day.until(3)
    assert status_of(order) == S.WAITING_MERGE
    day.until(4)
    assert status_of(order) == S.RELEASED


def test_cut_off_of_a_closed_warehouse_does_not_count(day: Day) -> None:
    WarehouseFactory.create(cut_off=time(10, 4), is_active=False)
    order = day.order("1")
    day.until(5)
    assert status_of(order) == S.WAITING_MERGE


def test_nothing_leaves_before_it_may(day: Day) -> None:
    order = day.order("1", not_before=at(30))
    day.until(29)
    assert status_of(order) == S.WAITING_MERGE
    day.until(30)
    assert status_of(order) == S.RELEASED


def test_person_ends_the_waiting(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    with pytest.raises(NotAllowed):
        release_now(order.pk, actor=UserFactory.create(), now=day.now)
    release_now(order.pk, actor=floor.actor, now=day.now)
    day.until(1)
    assert status_of(order) == S.RELEASED
    entry = TimelineEntry.objects.get(action="release_now")
    assert entry.actor == floor.actor


def test_person_ends_the_waiting_of_a_whole_merge(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    release_now(orders[1].pk, actor=floor.actor, now=day.now)
    day.until(5)
    assert FulfillmentOrder.objects.get().status == "released"


def test_download_is_not_sent_by_parcel(day: Day) -> None:
    line = incoming_line("V1", kind=LineKind.VIRTUAL)
    order = day.order("1", lines=(line,), receiver=None)
    day.until(1)
    assert status_of(order) == S.APPROVED
    [hold] = order.holds.all()
    assert (hold.code, hold.owner) == ("nothing_to_ship", "system")


def test_nearest_deadline_chooses_first(shop: Shop) -> None:
    shop.stock(2)
    deadlines: dict[str, datetime | None] = {"1": None, "2": at(900), "3": at(800), "4": at(700)}
    orders = {
        number: shop.take_in(incoming_order(number, buyer=None, ship_by=ship_by))
        for number, ship_by in deadlines.items()
    }
    dispatch(now=NOW)
    released = [number for number, order in orders.items() if status_of(order) == S.RELEASED]
    assert released == ["3", "4"]


def test_hundreds_are_sent_on_in_one_round(shop: Shop) -> None:
    shop.stock(500)
    for number in range(230):
        shop.take_in(incoming_order(str(number), buyer=None))
    done = dispatch(now=NOW)
    assert (done["reviewed"], done["routed"], done["released"]) == (230, 230, 230)
