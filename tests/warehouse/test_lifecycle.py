"""Whatever people do on the floor, in whatever order: the books are right, and what was cancelled
does not leave (I2, I6)."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from oms.models import FulfillmentOrder, Shipment, ShipmentLine, Sku, StockLevel
from oms.refusals import Refusal
from oms.services.fulfillment.parcels import attach_waybill
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.books import assert_books_are_right, in_kind, on_hand
from warehouse.models import PickLine, PutBackTask, Waybill
from warehouse.services.picking.claiming import NoWork
from warehouse.services.picking.steps import StepKind, next_step
from warehouse.services.recalling import take_back
from warehouse.services.waves import starting
from warehouse.services.waybills.requesting import request_waybill

STOCK = 12
few = st.integers(0, 5)


class Day(RuleBasedStateMachine):
    """A day in the warehouse, with cancelled orders at every station."""

    floor: Floor
    goods: list[Sku]
    documents: list[FulfillmentOrder]

    @initialize()
    def open(self) -> None:
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.floor = Floor()
        CarrierAccountFactory.create(warehouse=self.floor.warehouse)
        shelves = [self.floor.shelf(aisle=number) for number in range(3)]
        self.goods = [self.floor.goods(STOCK, shelf=shelf) for shelf in shelves]
        self.documents = []

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(first=few, second=few, units=st.integers(1, 3), merged=st.booleans())
    def release(self, first: int, second: int, units: int, merged: bool) -> None:
        one, two = self.goods[first % 3], self.goods[second % 3]
        if self.free(one) < units + 1 or self.free(two) < units + 1:
            return
        if merged:
            made = self.floor.merged({one: units}, {two: 1})
        else:
            made = self.floor.document({one: units} | {two: 1})
        self.documents.append(made)

    @rule()
    def start_waves(self) -> None:
        starting.run(now=self.floor.now)

    @rule(steps=st.integers(1, 12))
    def pick(self, steps: int) -> None:
        try:
            task = self.floor.claim()
        except NoWork:
            return
        for _step in range(steps):
            task.refresh_from_db()
            if task.status != "claimed" or next_step(task).kind is StepKind.DONE:
                return
            self.floor.one_step(task)

    @rule()
    def hand_back(self) -> None:
        self.attempt(lambda: self.floor.pick(self.floor.claim(), "CMD:HANDBACK"))

    @precondition(lambda self: self.documents)
    @rule(which=few)
    def cancel(self, which: int) -> None:
        document = self.document(which)
        line = document.lines.filter(cancelled_at=None).first()
        if line is not None:
            self.attempt(partial(self.floor.cancel_order, line.order_item.order_id))
            take_back([document.pk], now=self.floor.now)

    @precondition(lambda self: self.documents)
    @rule(which=few)
    def pack(self, which: int) -> None:
        document = self.document(which)
        self.attempt(partial(self.floor.pack, "CMD:UNDO"))
        self.attempt(partial(self.floor.pack, document.fulfillment_no))
        for line in document.lines.filter(cancelled_at=None):
            if left := line.quantity - line.packed_quantity:
                self.attempt(partial(self.floor.pack, line.sku.code, quantity=left))

    @rule()
    def put_back(self) -> None:
        task = PutBackTask.objects.filter(status="open").first()
        if task is not None:
            shelf = self.floor.shelf()
            self.attempt(partial(self.floor.put_back, task.sku.code, shelf.code))

    @rule()
    def label(self) -> None:
        for parcel in Shipment.objects.filter(status="packed"):
            self.attempt(partial(self.get_number, parcel))

    @rule()
    def hand_over(self) -> None:
        for parcel in Shipment.objects.filter(status="labelled"):
            self.attempt(partial(self.floor.at_dock, parcel.waybill_no or ""))
        self.attempt(partial(self.floor.at_dock, "CMD:HANDOVER"))

    @invariant()
    def books_are_right(self) -> None:
        assert_books_are_right()

    @precondition(lambda self: hasattr(self, "goods"))
    @invariant()
    def goods_are_on_a_shelf_or_on_their_way(self) -> None:
        for sku in self.goods:
            left = _sum(ShipmentLine, shipment__status="handed_over", fulfillment_line__sku=sku)
            assert on_hand(self.floor.warehouse, sku) == STOCK - left
            picked = PickLine.objects.filter(sku=sku).aggregate(units=Sum("picked"))["units"] or 0
            back = _sum(PutBackTask, status="done", sku=sku)
            moving = [in_kind(self.floor.warehouse, kind, sku) for kind in ("tote", "packing")]
            assert sum(moving) == picked - back - left

    @precondition(lambda self: hasattr(self, "goods"))
    @invariant()
    def what_was_cancelled_did_not_leave(self) -> None:
        gone = ShipmentLine.objects.filter(shipment__status="handed_over")
        assert not gone.filter(fulfillment_line__cancelled_at__isnull=False).exists()
        assert not gone.filter(fulfillment_line__order_item__order__status="cancelled").exists()

    def get_number(self, parcel: Shipment) -> None:
        """The carrier answers at once."""
        floor = self.floor
        waybill = request_waybill(parcel.pk, actor=floor.worker, now=floor.now)
        number = f"SF{waybill.pk:013d}"
        rows = Waybill.objects.filter(pk=waybill.pk)
        rows.update(waybill_no=number, tries=1)
        stand_at(rows, "issued")
        attach_waybill(
            parcel.pk,
            carrier="sf",
            waybill_no=number,
            issuer="sf",
            account="SF",
            actor=None,
            now=floor.now,
        )

    def document(self, which: int) -> FulfillmentOrder:
        return FulfillmentOrder.objects.get(pk=self.documents[which % len(self.documents)].pk)

    def free(self, sku: Sku) -> int:
        level = StockLevel.objects.get(sku=sku)
        return level.on_hand - level.reserved

    def attempt(self, act: Callable[[], object]) -> None:
        """A refusal is an answer; what was done until then is undone."""
        try:
            with transaction.atomic():
                act()
        except Refusal:
            return


def _sum(model: type[ShipmentLine] | type[PutBackTask], **where: object) -> int:
    rows = model._default_manager.filter(**where)
    return int(rows.aggregate(units=Sum("quantity"))["units"] or 0)


@pytest.mark.property
@pytest.mark.django_db
def test_any_day_ends_with_right_books() -> None:
    run_state_machine_as_test(Day, settings=settings(max_examples=20, stateful_step_count=30))
