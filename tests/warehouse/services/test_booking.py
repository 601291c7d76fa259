"""A piece is booked by one statement or row by row: the books are the same."""

from datetime import timedelta

import pytest
from django.db import connection

from oms.models import FulfillmentLine, FulfillmentOrder, Order, Sku
from oms.models.locking import lock_row
from oms.services.orders.cancel import cancel_units
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_kind, refused
from warehouse.models import Bin, BinStock, PickLine, PickTask
from warehouse.services.picking import booking
from warehouse.services.picking.steps import next_step
from warehouse.services.scanning.scan import scan
from warehouse.services.scanning.values import Answer
from warehouse.services.stock.bins import NotInBin


@pytest.fixture(params=["statement", "rows"], autouse=True)
def _path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "rows":
        monkeypatch.setattr(booking, "is_possible", lambda: False)
    elif connection.vendor != "postgresql":
        pytest.skip("the statement is PostgreSQL's")


def at_the_shelf(floor: Floor, *, units: int = 3) -> tuple[PickTask, Sku]:
    """A picker who stands before a bin whose goods came in yesterday and before."""
    sku = floor.goods(9)
    BinStock.objects.update(since=NOW - timedelta(days=2))
    floor.document({sku: units})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, next_step(task).bin.code)
    return task, sku


def test_goods_lie_in_the_tote_and_keep_their_age(floor: Floor) -> None:
    task, sku = at_the_shelf(floor)
    floor.pick(task, sku.code)
    BinStock.objects.filter(bin__kind=Bin.Kind.TOTE).update(since=NOW)
    floor.pick(task, sku.code)
    shelf, tote = (BinStock.objects.get(bin__kind=kind) for kind in ("shelf", "tote"))
    assert (shelf.quantity, shelf.promised, tote.quantity, tote.promised) == (7, 1, 2, 0)
    assert tote.since == shelf.since == NOW - timedelta(days=2)
    assert (FulfillmentLine.objects.get().picked_quantity, PickLine.objects.get().picked) == (2, 2)


def test_bin_that_does_not_hold_them_moves_nothing(floor: Floor) -> None:
    task, sku = at_the_shelf(floor)
    floor.pick(task, sku.code)
    BinStock.objects.filter(bin__kind=Bin.Kind.SHELF).update(promised=0)
    with refused(NotInBin):
        floor.pick(task, sku.code)
    BinStock.objects.filter(bin__kind=Bin.Kind.SHELF).update(promised=2)
    assert PickLine.objects.get().picked == 1
    assert in_kind(floor.warehouse, "tote", sku) == 1


def cancel_some(document: FulfillmentOrder, units: int) -> None:
    """Units are cancelled; the warehouse is not told of it."""
    item = document.lines.get().order_item
    order = lock_row(Order, item.order_id)
    cancel_units(order, units={item.pk: units}, reason="fewer", now=NOW)


def send(floor: Floor, task: PickTask, code: str) -> Answer:
    return scan(floor.scan("pick", code, task_id=task.pk), actor=floor.worker, now=NOW)


def test_cancelled_units_are_not_picked_and_the_cart_learns_of_it_at_once(floor: Floor) -> None:
    task, sku = at_the_shelf(floor)
    assert send(floor, task, sku.code).code == "item_picked"
    cancel_some(FulfillmentOrder.objects.get(), 2)
    answer = send(floor, task, sku.code)
    assert (answer.code, sku.name in answer.message) == ("TakenBack", True)
    assert in_kind(floor.warehouse, "tote", sku) == 1
    task.refresh_from_db()
    assert (task.status, FulfillmentOrder.objects.get().status) == ("done", "picked")


def test_what_is_still_wanted_goes_on_after_a_part_was_cancelled(floor: Floor) -> None:
    task, sku = at_the_shelf(floor)
    cancel_some(FulfillmentOrder.objects.get(), 1)
    assert send(floor, task, sku.code).code == "item_picked"
    assert send(floor, task, sku.code).code == "item_picked"
    assert send(floor, task, sku.code).code == "TakenBack"
    assert FulfillmentOrder.objects.get().status == "picked"
