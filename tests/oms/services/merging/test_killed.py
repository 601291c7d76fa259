"""A worker that ends at any step of merging and sending on: nobody lost, nobody in two parcels."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from oms import tasks
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, Order, OutboxEvent
from oms.queries.proofs import violations
from tests.factories.incoming import at, incoming_line
from tests.killer import ended_everywhere
from tests.oms.services.day import Day, are_together, status_of

_LEASES_ARE_OVER = timedelta(minutes=20)


@pytest.fixture
def siblings(day: Day) -> list[Order]:
    """Two orders of one buyer, two minutes apart, that wait for each other."""
    first = day.order("1")
    day.minute = 2
    second = day.order("2", lines=(incoming_line(quantity=2),))
    day.work()
    return [first, second]


def check(siblings: list[Order]) -> None:
    assert are_together(*siblings)
    assert {status_of(order) for order in siblings} == {OrderStatus.MERGED}
    document = FulfillmentOrder.objects.get(merge_group=MergeGroup.objects.get())
    assert [line.quantity for line in document.lines.order_by("pk")] == [1, 2]
    assert document.status == "released"
    [told] = OutboxEvent.objects.filter(name="oms.fulfillment.released")
    assert told.payload == {"fulfillment_ids": [document.pk]}
    assert violations() == []


@pytest.mark.parametrize("task", [tasks.merge_scan, tasks.dispatch], ids=["merge", "send on"])
def test_death_at_any_step_leaves_one_parcel(
    siblings: list[Order], task: Callable[[], None], clock: time_machine.Traveller
) -> None:
    def work() -> None:
        clock.move_to(at(10))
        task()

    def take_up() -> None:
        clock.move_to(at(10) + _LEASES_ARE_OVER)
        tasks.merge_scan()
        tasks.dispatch()
        check(siblings)

    assert ended_everywhere(work, then=take_up) >= 10
