"""What carriers tell is kept once, and parcels and orders follow it whatever its order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.models import Order, Shipment, TimelineEntry
from oms.services.fulfillment.parcels import attach_waybill, detach_waybill
from oms.transitions import fire
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.tracing.road import (
    HOUR,
    S,
    at_the_dock,
    event,
    hand_over,
    on_the_road,
    told,
)
from warehouse.dto import TrackEvent
from warehouse.models import Trace, TraceEvent, Waybill


def order_of(parcel: Shipment) -> Order:
    return Order.objects.get(items__fulfillment_lines__shipment_lines__shipment=parcel)


def test_first_scan_moves_the_parcel_and_is_noted(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    assert told(event(parcel, S.COLLECTED, hours=2), event(parcel, S.IN_TRANSIT, hours=5)) == 2
    parcel.refresh_from_db()
    assert (parcel.status, parcel.first_scanned_at) == ("in_transit", NOW + 2 * HOUR)
    entry = TimelineEntry.objects.get(subject="shipment", action="collect")
    assert (entry.from_status, entry.to_status) == ("handed_over", "in_transit")


def test_delivery_ends_the_parcel_its_order_and_the_questions(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, S.COLLECTED), event(parcel, S.DELIVERED, hours=30))
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at) == ("delivered", NOW + 30 * HOUR)
    assert order_of(parcel).status == "delivered"
    trace = Trace.objects.get(shipment=parcel)
    assert (trace.due_at, trace.ended_at) == (None, NOW + 48 * HOUR)


def test_event_told_again_changes_nothing(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    scan = event(parcel, S.COLLECTED)
    assert told(scan) == 1
    assert told(scan, scan, source=TraceEvent.Source.PUSH) == 0
    assert TraceEvent.objects.get().source == "poll"
    assert TimelineEntry.objects.filter(subject="shipment", action="collect").count() == 1


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (1, 3, 0, 2), (3, 0, 3, 0, 2, 1, 2)])
def test_order_of_arrival_does_not_matter(floor: Floor, order: tuple[int, ...]) -> None:
    [parcel] = on_the_road(floor)
    way = [
        event(parcel, S.COLLECTED, hours=1),
        event(parcel, S.IN_TRANSIT, hours=9),
        event(parcel, S.EXCEPTION, hours=20),
        event(parcel, S.DELIVERED, hours=30),
    ]
    for number in order:
        told(way[number])
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    assert parcel.first_scanned_at == NOW + HOUR
    assert parcel.delivered_at == NOW + 30 * HOUR
    assert TraceEvent.objects.count() == 4


def test_order_waits_for_its_last_parcel(floor: Floor) -> None:
    first, second = on_the_road(floor, parcels=2)
    lines = second.lines.get().fulfillment_line
    lines.order_item.order_id = order_of(first).pk
    lines.order_item.save(update_fields=["order"])
    told(event(first, S.DELIVERED, hours=30))
    assert order_of(first).status == "shipped"
    told(event(second, S.DELIVERED, hours=31))
    assert order_of(first).status == "delivered"


def test_order_with_a_parcel_that_came_back_did_not_arrive(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, S.RETURNING, hours=20))
    parcel.refresh_from_db()
    assert (parcel.status, order_of(parcel).status) == ("coming_back", "shipped")
    told(event(parcel, S.DELIVERED, hours=40))
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at) == ("coming_back", None)
    assert Trace.objects.get(shipment=parcel).ended_at is not None


@pytest.mark.parametrize("status", [S.CREATED, S.UNKNOWN, S.CANCELLED, S.EXCEPTION])
def test_what_needs_no_parcel_in_hand_is_no_scan(floor: Floor, status: S) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, status))
    parcel.refresh_from_db()
    assert (parcel.status, parcel.first_scanned_at) == ("handed_over", None)
    assert TraceEvent.objects.count() == 1


def test_scan_before_our_hand_over_counts_when_it_left(floor: Floor) -> None:
    [parcel] = at_the_dock(floor)
    told(event(parcel, S.COLLECTED))
    parcel.refresh_from_db()
    assert (parcel.status, parcel.first_scanned_at) == ("labelled", NOW + HOUR)
    hand_over(floor, parcel)
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"


def test_number_that_is_nobodys_is_passed_over(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    stranger = TrackEvent(
        waybill_no="SF9999999999999", event_id="", at=NOW, status=S.DELIVERED, code="80"
    )
    assert told(stranger) == 0
    assert not TraceEvent.objects.exists()
    parcel.refresh_from_db()
    assert parcel.status == "handed_over"


def test_events_of_the_numbers_former_parcel_are_left_out(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    assert told(event(parcel, S.DELIVERED, hours=-24 * 300)) == 0
    assert told(event(parcel, S.DELIVERED, hours=24 * 300)) == 0
    parcel.refresh_from_db()
    assert parcel.status == "handed_over"


def test_voided_number_tells_nothing_of_the_new_one(floor: Floor) -> None:
    [parcel] = at_the_dock(floor)
    old = event(parcel, S.COLLECTED)
    told(old)
    detach_waybill(parcel.pk, actor=floor.worker, now=NOW, reason="x")
    parcel.refresh_from_db()
    assert parcel.first_scanned_at is None
    attach_waybill(
        parcel.pk, carrier="sf", waybill_no="SF0000000000077", issuer="sf", account="SF",
        actor=floor.worker, now=NOW,
    )  # fmt: skip
    told(old)
    parcel.refresh_from_db()
    assert parcel.first_scanned_at is None
    told(event(parcel, S.COLLECTED, hours=3))
    parcel.refresh_from_db()
    assert parcel.first_scanned_at == NOW + 3 * HOUR


def test_state_push_finds_the_parcel_by_our_number(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    mine = Waybill.objects.get(shipment=parcel).client_order_id
    state = TrackEvent(
        waybill_no="", event_id="", at=NOW + HOUR, status=S.COLLECTED, code="05-40003",
        client_order_id=mine,
    )  # fmt: skip
    assert told(state) == 1
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"


def test_lost_parcel_stays_lost(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    fire(parcel, "lose", now=NOW)
    told(event(parcel, S.DELIVERED, hours=30))
    parcel.refresh_from_db()
    assert parcel.status == "lost"


def test_text_is_not_readable_in_the_database(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, S.COLLECTED))
    assert "张三" in TraceEvent.objects.get().text
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM warehouse_traceevent")
        assert "张三".encode() not in bytes(cursor.fetchone()[0])


def test_what_is_known_costs_no_lock_and_few_questions(floor: Floor) -> None:
    parcels = on_the_road(floor, parcels=3)
    way = [event(parcel, S.COLLECTED) for parcel in parcels]
    told(*way)
    with CaptureQueriesContext(connection) as asked:
        told(*way)
    assert len(asked) == 2
