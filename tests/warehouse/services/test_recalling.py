"""A cancel or a hold meets the goods wherever they are: shelf, tote, box, parcel."""

import pytest

from oms.models import (
    FulfillmentLine,
    FulfillmentOrder,
    Order,
    OrderHold,
    OutboxEvent,
    Shipment,
    Sku,
    StopToken,
)
from oms.models.locking import lock_row
from oms.services.fulfillment.parcels import attach_waybill
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.holds import end_holds, place_hold
from oms.services.orders.cancel import cancel_locked, cancel_units
from tests.factories.oms import NOW
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.books import assert_books_are_right, in_kind, on_hand, refused
from warehouse.models import PackCheck, PickLine, PickSlot, PutBackTask, Waybill
from warehouse.services.outcome import Tone
from warehouse.services.packing import check as checking
from warehouse.services.packing import desk
from warehouse.services.picking.steps import StepKind, next_step
from warehouse.services.recalling import take_back
from warehouse.services.waves import starting
from warehouse.services.waybills.requesting import request_waybill


def cancel(document: FulfillmentOrder, *, sku: Sku) -> Order:
    """Cancel the order that brought this SKU onto the document, and tell the warehouse."""
    item = document.lines.get(sku=sku, cancelled_at=None).order_item
    order = lock_row(Order, item.order_id)
    cancel_locked(order, reason="buyer changed mind", now=NOW)
    take_back([document.pk], now=NOW)
    document.refresh_from_db()
    return order


def test_goods_still_on_the_shelf_stay_there(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 2})
    floor.waves()
    task = floor.claim()
    cancel(document, sku=tea)
    assert PickLine.objects.get(sku=tea).status == "cancelled"
    floor.pick_all(task)
    document.refresh_from_db()
    assert document.status == "picked"
    assert not PutBackTask.objects.exists()
    assert in_kind(floor.warehouse, "shelf", tea) == 9


def test_cancelled_siblings_goods_in_the_tote_are_put_back(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 2})
    floor.waves()
    floor.pick_all()
    cancel(document, sku=tea)
    task = PutBackTask.objects.get()
    assert (task.sku, task.quantity, task.from_bin.kind, task.reason) == (
        tea,
        2,
        "tote",
        "buyer changed mind",
    )
    floor.pack(document.fulfillment_no)
    with refused(checking.NotWantedAnyMore, match=tea.name):
        floor.pack(tea.code)
    floor.pack(milk.code)
    document.refresh_from_db()
    assert document.status == "packed"
    assert in_kind(floor.warehouse, "tote", tea) == 2


def test_picker_is_done_when_only_the_cancelled_part_was_left(floor: Floor) -> None:
    milk, tea = (
        floor.goods(9, shelf=floor.shelf(aisle=1)),
        floor.goods(9, shelf=floor.shelf(aisle=5)),
    )
    document = floor.merged({milk: 1}, {tea: 2})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, next_step(task).bin.code)
    floor.pick(task, milk.code)
    cancel(document, sku=tea)
    task.refresh_from_db()
    assert (task.status, document.status) == ("done", "picked")


def test_cancelled_document_in_the_tote_is_put_back_whole(floor: Floor) -> None:
    milk = floor.goods(9)
    document, other = floor.document({milk: 2}), floor.document({milk: 1})
    floor.waves()
    floor.pick_all()
    cancel(document, sku=milk)
    assert document.status == "cancelled"
    assert PickSlot.objects.get(fulfillment=document).closed_at == NOW
    assert PickSlot.objects.get(fulfillment=other).closed_at is None
    assert PutBackTask.objects.get().quantity == 2


def test_being_told_twice_changes_nothing(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 2})
    floor.waves()
    floor.pick_all()
    cancel(document, sku=tea)
    take_back([document.pk, document.pk], now=NOW)
    assert PutBackTask.objects.count() == 1


def test_part_of_a_line_is_taken_back(floor: Floor) -> None:
    milk = floor.goods(9)
    document = floor.document({milk: 3})
    floor.waves()
    floor.pick_all()
    item = document.lines.get().order_item
    order = lock_row(Order, item.order_id)
    cancel_units(order, units={item.pk: 1}, reason="one too many", now=NOW)
    take_back([document.pk], now=NOW)
    assert PutBackTask.objects.get().quantity == 1
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code, quantity=2)
    document.refresh_from_db()
    assert document.status == "packed"


def test_item_in_the_open_box_has_to_come_out(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 1})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    floor.pack(tea.code)
    cancel(document, sku=tea)
    outcome = floor.pack(milk.code)
    assert (outcome.code, outcome.tone) == ("cancelled_in_box", Tone.STOP)
    assert floor.pack(milk.code).code == "document_packed"


def test_sealed_parcel_is_opened_and_the_rest_is_packed_again(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 2})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code)
    floor.pack(tea.code, quantity=2)
    first = Shipment.objects.get()
    cancel(document, sku=tea)
    first.refresh_from_db()
    task = PutBackTask.objects.get()
    assert (first.status, document.status) == ("cancelled", "packed")
    told = OutboxEvent.objects.get(name="oms.package.opened")
    assert told.payload == {"shipment_ids": [first.pk]}
    assert (task.sku, task.quantity, task.shipment) == (tea, 2, first)
    with refused(DocumentStopped):
        floor.pack(document.fulfillment_no)
    floor.put_back(tea.code, floor.shelf().code)
    assert not StopToken.objects.filter(lifted_at=None).exists()
    floor.pack(first.package_no)
    floor.pack(milk.code)
    second = Shipment.objects.get(status="packed")
    assert [line.quantity for line in second.lines.all()] == [1]
    assert in_kind(floor.warehouse, "packing", milk) == 1
    assert in_kind(floor.warehouse, "packing", tea) == 0


def test_part_of_a_line_in_a_sealed_parcel_is_taken_back(floor: Floor) -> None:
    milk = floor.goods(9)
    document = floor.packed({milk: 3})
    item = document.lines.get().order_item
    order = lock_row(Order, item.order_id)
    cancel_units(order, units={item.pk: 1}, reason="one too many", now=NOW)
    take_back([document.pk], now=NOW)
    assert PutBackTask.objects.get().quantity == 1
    line = FulfillmentLine.objects.get()
    assert (line.quantity, line.picked_quantity, line.packed_quantity) == (2, 2, 0)
    floor.put_back(milk.code, floor.shelf().code)
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code, quantity=2)
    assert Shipment.objects.get(status="packed").lines.get().quantity == 2


def test_waybill_of_an_opened_parcel_is_voided(floor: Floor) -> None:
    milk = floor.goods(9)
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    document = floor.packed({milk: 1})
    request_waybill(Shipment.objects.get().pk, actor=floor.worker, now=NOW)
    Waybill.objects.update(tries=1)
    cancel(document, sku=milk)
    waybill = Waybill.objects.get()
    assert (waybill.status, waybill.not_before) == ("voiding", NOW)


def test_waybill_the_carrier_never_saw_is_simply_void(floor: Floor) -> None:
    milk = floor.goods(9)
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    document = floor.packed({milk: 1})
    request_waybill(Shipment.objects.get().pk, actor=floor.worker, now=NOW)
    cancel(document, sku=milk)
    assert Waybill.objects.get().status == "voided"


def test_check_of_a_cancelled_document_ends(floor: Floor) -> None:
    milk = floor.goods(9)
    document = floor.document({milk: 2})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    cancel(document, sku=milk)
    assert PackCheck.objects.get().finished_at == NOW


def test_hold_parks_the_document_and_its_end_lets_it_go_on(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    held, free = floor.document({milk: 1, tea: 1}), floor.document({milk: 1, tea: 2})
    floor.waves()
    task = floor.claim()
    order = lock_row(Order, held.order_id or 0)
    place_hold(order, code="person", owner=OrderHold.Owner.PERSON, now=NOW)
    take_back([held.pk], now=NOW)
    floor.park(task)
    floor.pick_all(task)
    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.status, free.status) == ("picking", "picked")
    end_holds(lock_row(Order, order.pk), code="person", now=NOW)
    starting.run(now=NOW)
    again = floor.claim()
    assert next_step(again).kind is not StepKind.DONE
    floor.pick_all(again)
    held.refresh_from_db()
    assert held.status == "picked"


def test_stock_is_free_again_and_still_there(floor: Floor) -> None:
    milk = floor.goods(9)
    document = floor.document({milk: 2})
    floor.waves()
    floor.pick_all()
    cancel(document, sku=milk)
    assert on_hand(floor.warehouse, milk) == 9
    floor.put_back(milk.code, floor.shelf().code)
    again = floor.document({milk: 9})
    floor.waves()
    floor.pick_all()
    again.refresh_from_db()
    assert again.status == "picked"


def sealed_and_labelled(floor: Floor, code: str) -> Shipment:
    """Scan one piece into a box of its own, and give the box a waybill."""
    if floor.pack(code).code != "document_packed":  # the last piece closes its box by itself
        floor.pack("CMD:SEAL")
    parcel = Shipment.objects.latest("pk")
    return attach_waybill(
        parcel.pk,
        carrier="sf",
        waybill_no=f"SF{parcel.pk:012d}",
        issuer="sf",
        account="SF",
        actor=floor.worker,
        now=NOW,
    )


def half_left(floor: Floor, milk: Sku, *, sealed: bool) -> FulfillmentOrder:
    """Two pieces: one box has left, the other piece lies in the tote or in a sealed box."""
    document = floor.document({milk: 2})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    first = sealed_and_labelled(floor, milk.code)
    if sealed:
        sealed_and_labelled(floor, milk.code)
    floor.at_dock(first.waybill_no or "")
    floor.at_dock("CMD:HANDOVER")
    return document


def cancel_one(document: FulfillmentOrder) -> Order:
    item = document.lines.get().order_item
    order = lock_row(Order, item.order_id)
    cancel_units(order, units={item.pk: 1}, reason="one is enough", now=NOW)
    document.refresh_from_db()
    return order


@pytest.mark.parametrize("parcel_status", ["handed_over", "in_transit", "coming_back", "delivered"])
@pytest.mark.parametrize("sealed", [False, True])
def test_document_is_over_when_its_rest_is_cancelled_after_a_parcel_left(
    floor: Floor, sealed: bool, parcel_status: str
) -> None:
    milk = floor.goods(9)
    document = half_left(floor, milk, sealed=sealed)
    stand_at(Shipment.objects.filter(status="handed_over"), parcel_status)
    order = cancel_one(document)
    take_back([document.pk], now=NOW)
    assert (order.status, document.status) == ("shipped", "handed_over")
    assert desk.waiting(floor.warehouse.pk) == 0
    assert not PickSlot.objects.filter(closed_at=None).exists()
    assert not PackCheck.objects.filter(finished_at=None).exists()
    assert not Shipment.objects.filter(status="labelled").exists()
    floor.put_back(milk.code, floor.shelf().code)
    assert not StopToken.objects.filter(lifted_at=None).exists()
    assert (on_hand(floor.warehouse, milk), in_kind(floor.warehouse, "shelf", milk)) == (8, 8)
    assert_books_are_right()


def test_document_is_over_when_its_one_box_leaves_after_the_rest_was_cancelled(
    floor: Floor,
) -> None:
    milk = floor.goods(9)
    document = floor.document({milk: 2})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    box = sealed_and_labelled(floor, milk.code)
    cancel_one(document)
    take_back([document.pk], now=NOW)
    document.refresh_from_db()
    assert document.status == "picked"
    floor.at_dock(box.waybill_no or "")
    floor.at_dock("CMD:HANDOVER")
    document.refresh_from_db()
    assert document.status == "handed_over"
    assert not PickSlot.objects.filter(closed_at=None).exists()
    floor.put_back(milk.code, floor.shelf().code)
    assert_books_are_right()
