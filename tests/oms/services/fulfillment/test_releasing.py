import pytest

from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, OutboxEvent
from oms.services.fulfillment.releasing import release_documents, release_due
from tests.factories.incoming import at
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import document_of

S = OrderStatus


@pytest.fixture
def merge(day: Day) -> FulfillmentOrder:
    """A document over two orders that waits for minute 10."""
    order = day.order("1")
    day.order("2")
    day.until(5)
    return document_of(order)


def test_document_is_released_when_its_time_has_come(day: Day, merge: FulfillmentOrder) -> None:
    assert release_due(now=at(9)) == 0
    assert release_due(now=at(10)) == 1
    merge.refresh_from_db()
    assert (merge.status, merge.released_at) == ("released", at(10))
    assert release_due(now=at(11)) == 0


def test_released_twice_is_announced_once(day: Day, merge: FulfillmentOrder) -> None:
    assert release_documents([merge.pk], now=at(6)) == 1
    assert release_documents([merge.pk], now=at(7)) == 0
    assert OutboxEvent.objects.filter(name="oms.fulfillment.released").count() == 1


def test_single_order_moves_with_its_document_and_merged_ones_stay_merged(
    day: Day, merge: FulfillmentOrder
) -> None:
    alone = day.order("3", buyer=None)
    day.until(10)
    assert status_of(alone) == S.RELEASED
    members = merge.lines.values_list("order_item__order__status", flat=True)
    assert set(members) == {S.MERGED}


def test_page_takes_the_nearest_deadline_first(day: Day) -> None:
    for number, minutes in (("1", None), ("2", 900), ("3", 800)):
        day.order(number, buyer=None, ship_by=minutes and at(minutes))
    day.until(0)
    moved = FulfillmentOrder.objects.order_by("pk").values_list("ship_by", flat=True)
    assert list(moved) == [at(800), at(900), None]
