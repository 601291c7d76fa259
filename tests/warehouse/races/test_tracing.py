"""A carrier pushes what we are just asking about, and a parcel is told of while it leaves."""

from functools import partial

import pytest

from oms.models import Order, Shipment, TimelineEntry
from tests.factories.warehouse import Floor
from tests.races.together import queued_behind, refusals, together
from tests.warehouse.services.books import assert_books_are_right
from tests.warehouse.services.tracing.road import S, at_the_dock, event, on_the_road, told
from warehouse.models import TraceEvent

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
P = TraceEvent.Source


def test_push_and_poll_of_the_same_events_at_once_count_once() -> None:
    [parcel] = on_the_road(Floor())
    way = [event(parcel, S.COLLECTED), event(parcel, S.DELIVERED, hours=20)]
    jobs = [partial(told, *way, source=P.PUSH), partial(told, *way, source=P.POLL)]
    results = queued_behind(parcel, *jobs, *jobs)
    assert refusals(results) == []
    assert sorted(int(str(result)) for result in results) == [0, 0, 0, 2]
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    assert TraceEvent.objects.count() == 2
    assert TimelineEntry.objects.filter(subject="order", action="deliver").count() == 1
    assert_books_are_right()


def test_two_parcels_of_one_order_arrive_at_once() -> None:
    first, second = on_the_road(Floor(), parcels=2)
    line = second.lines.get().fulfillment_line
    line.order_item.order_id = first.lines.get().fulfillment_line.order_item.order_id
    line.order_item.save(update_fields=["order"])
    jobs = [partial(told, event(one, S.DELIVERED, hours=20)) for one in (first, second)]
    assert refusals(together(*jobs)) == []
    order = Order.objects.get(pk=line.order_item.order_id)
    assert order.status == "delivered"


def test_scan_told_while_the_parcel_leaves_is_not_lost() -> None:
    floor = Floor()
    [parcel] = at_the_dock(floor)
    floor.at_dock(parcel.waybill_no or "")
    results = together(
        partial(floor.at_dock, "CMD:HANDOVER"), partial(told, event(parcel, S.COLLECTED))
    )
    assert refusals(results) == []
    parcel = Shipment.objects.get()
    assert parcel.first_scanned_at is not None
    assert parcel.status in ("handed_over", "in_transit")
    assert_books_are_right()
