"""The service refuses by itself what no page offers."""

import pytest

from oms.models import FulfillmentOrder, Order
from oms.refusals import Refusal
from oms.services.desk.hurrying import release_now
from oms.services.desk.judging import GoesOnAlready, NothingWaits
from oms.services.holds import hold_order
from oms.services.orders.cancel import cancel_order
from oms.services.review import StillHeld
from tests.oms.services.day import Day
from tests.oms.services.floor import Floor, document_of


def refused(day: Day, floor: Floor, order: Order) -> type[Refusal]:
    before = Order.objects.get(pk=order.pk).release_at
    documents = list(FulfillmentOrder.objects.values_list("pk", "release_at"))
    with pytest.raises(Refusal) as refusal:
        release_now(order.pk, actor=floor.actor, now=day.now)
    assert Order.objects.get(pk=order.pk).release_at == before
    assert list(FulfillmentOrder.objects.values_list("pk", "release_at")) == documents
    return refusal.type


def test_cancelled_order_is_not_hurried(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    cancel_order(order.pk, actor=floor.actor, reason="", now=day.now)
    assert refused(day, floor, order) is NothingWaits


def test_shipped_order_is_not_hurried(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(15)
    floor.ship(document_of(order))
    assert refused(day, floor, order) is NothingWaits


def test_held_order_is_not_hurried(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    hold_order(order.pk, actor=floor.actor, detail="", now=day.now)
    assert refused(day, floor, order) is StillHeld


def test_merge_is_hurried_once(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    release_now(orders[0].pk, actor=floor.actor, now=day.now)
    assert FulfillmentOrder.objects.get().release_at == day.now
    assert refused(day, floor, orders[1]) is GoesOnAlready
