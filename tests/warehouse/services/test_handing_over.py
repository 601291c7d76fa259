from oms.access.checks import NotAllowed
from oms.models import (
    FulfillmentOrder,
    OutboxEvent,
    Shipment,
    Sku,
    StockMovement,
)
from oms.services.fulfillment.parcels import attach_waybill
from oms.services.fulfillment.stations import DocumentStopped
from tests.factories.oms import NOW
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.books import in_kind, on_hand, refused
from warehouse.models import Handover, Parcel, Waybill
from warehouse.services import handing_over
from warehouse.services.outcome import Tone
from warehouse.services.recalling import take_back
from warehouse.services.waybills.requesting import request_waybill


def labelled(floor: Floor, *goods: Sku) -> list[Shipment]:
    """Parcels with a waybill, one for each SKU, without calling anybody."""
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    made = []
    for number, sku in enumerate(goods):
        document = floor.packed({sku: 1})
        shipment = Shipment.objects.get(fulfillment=document)
        waybill = request_waybill(shipment.pk, actor=floor.worker, now=NOW)
        number_text = f"SF{number:013d}"
        Waybill.objects.filter(pk=waybill.pk).update(waybill_no=number_text)
        stand_at(Waybill.objects.filter(pk=waybill.pk), "issued")
        made.append(
            attach_waybill(
                shipment.pk,
                carrier="sf",
                waybill_no=number_text,
                issuer="sf",
                account="SF",
                actor=floor.worker,
                now=NOW,
            )
        )
    return made


def test_everything_moves_once_and_together(floor: Floor) -> None:
    milk = floor.goods(9)
    [parcel] = labelled(floor, milk)
    floor.at_dock(parcel.waybill_no or "")
    outcome = floor.at_dock("CMD:HANDOVER")
    parcel.refresh_from_db()
    document = FulfillmentOrder.objects.get()
    order = document.order
    assert order is not None
    assert (outcome.code, outcome.facts, outcome.tone) == ("handed_over", {"n": 1}, Tone.DONE)
    assert (parcel.status, document.status, order.status) == (
        "handed_over",
        "handed_over",
        "shipped",
    )
    assert (on_hand(floor.warehouse, milk), in_kind(floor.warehouse, "packing", milk)) == (8, 0)
    assert StockMovement.objects.filter(kind="ship").count() == 1
    assert Waybill.objects.get().status == "used"
    event = OutboxEvent.objects.get(name="warehouse.package.shipped")
    assert event.payload == {"shipment_ids": [parcel.pk]}


def test_parcels_are_collected_until_the_carrier_has_them_all(floor: Floor) -> None:
    first, second = labelled(floor, floor.goods(9), floor.goods(9))
    floor.at_dock(first.waybill_no or "")
    floor.at_dock(second.package_no)
    assert [row.shipment for row in floor.collected()] == [second, first]
    assert floor.at_dock(first.waybill_no or "").code == "parcel_scanned_before"
    floor.at_dock("CMD:HANDOVER")
    assert floor.collected() == []
    assert Handover.objects.get().closed_at == NOW


def test_last_scan_can_be_taken_back(floor: Floor) -> None:
    first, second = labelled(floor, floor.goods(9), floor.goods(9))
    for parcel in (first, second):
        floor.at_dock(parcel.waybill_no or "")
    floor.now = NOW
    floor.at_dock("CMD:UNDO")
    assert len(floor.collected()) == 1
    floor.at_dock("CMD:UNDO")
    with refused(handing_over.NothingScanned):
        floor.at_dock("CMD:UNDO")


def test_stopped_parcel_is_refused_with_the_reason(floor: Floor) -> None:
    milk = floor.goods(9)
    [parcel] = labelled(floor, milk)
    floor.hold(parcel.fulfillment, detail="wrong address")
    with refused(DocumentStopped, match="wrong address"):
        floor.at_dock(parcel.waybill_no or "")
    assert floor.collected() == []


def test_parcel_stopped_after_its_scan_is_taken_off_and_nothing_leaves(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    stopped, fine = labelled(floor, milk, tea)
    for parcel in (stopped, fine):
        floor.at_dock(parcel.waybill_no or "")
    floor.hold(stopped.fulfillment)
    outcome = floor.at_dock("CMD:HANDOVER")
    assert (outcome.tone, outcome.facts) == (Tone.STOP, {"waybills": stopped.waybill_no})
    assert (on_hand(floor.warehouse, milk), on_hand(floor.warehouse, tea)) == (9, 9)
    floor.at_dock("CMD:HANDOVER")
    assert (on_hand(floor.warehouse, milk), on_hand(floor.warehouse, tea)) == (9, 8)


def test_parcel_of_a_cancelled_order_stays(floor: Floor) -> None:
    milk = floor.goods(9)
    [parcel] = labelled(floor, milk)
    floor.at_dock(parcel.waybill_no or "")
    floor.cancel(parcel.fulfillment)
    assert floor.at_dock("CMD:HANDOVER").tone is Tone.STOP
    take_back([parcel.fulfillment_id], now=NOW)
    with refused(handing_over.OpenedAgain):
        floor.at_dock(parcel.package_no)
    assert on_hand(floor.warehouse, milk) == 9


def test_unlabelled_and_gone_parcels_are_refused(floor: Floor) -> None:
    milk = floor.goods(9)
    [gone] = labelled(floor, milk)
    floor.at_dock(gone.waybill_no or "")
    floor.at_dock("CMD:HANDOVER")
    with refused(handing_over.GoneAlready):
        floor.at_dock(gone.waybill_no or "")
    bare = floor.packed({milk: 1})
    with refused(handing_over.NotLabelled):
        floor.at_dock(Shipment.objects.get(fulfillment=bare).package_no)
    with refused(handing_over.NotAParcel):
        floor.at_dock(milk.code)


def test_parcel_is_in_one_persons_cage(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    floor.at_dock(parcel.waybill_no or "")
    with refused(handing_over.AtAnotherDock, match=str(floor.worker)):
        floor.at_dock(parcel.waybill_no or "", user=floor.person("warehouse_staff"))


def test_closed_hand_over_does_not_keep_a_parcel_that_has_not_left(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    for person in (floor.worker, floor.manager):
        closed = Handover.objects.create(
            warehouse=floor.warehouse, opened_by=person, opened_at=NOW, closed_at=NOW
        )
        Parcel.objects.filter(shipment=parcel).update(handover=closed, scanned_at=NOW)
        assert floor.at_dock(parcel.waybill_no or "").code == "parcel_collected"
    floor.at_dock("CMD:HANDOVER")
    parcel.refresh_from_db()
    assert parcel.status == "handed_over"


def test_cage_is_full_at_some_point(floor: Floor) -> None:
    first, second = labelled(floor, floor.goods(9), floor.goods(9))
    floor.at_dock(first.waybill_no or "")
    with_one = handing_over.MOST_PARCELS
    try:
        handing_over.MOST_PARCELS = 1
        with refused(handing_over.EnoughForOnce):
            floor.at_dock(second.waybill_no or "")
    finally:
        handing_over.MOST_PARCELS = with_one


def test_waiting_parcels_are_counted_by_carrier(floor: Floor) -> None:
    labelled(floor, floor.goods(9), floor.goods(9))
    assert handing_over.waiting(floor.warehouse.pk) == {"sf": 2}


def test_strangers_hand_nothing_over(floor: Floor) -> None:
    milk = floor.goods(9)
    [parcel] = labelled(floor, milk)
    for stranger in (floor.person("customer_service"), Floor().worker):
        with refused(NotAllowed):
            floor.at_dock(parcel.waybill_no or "", user=stranger)
        with refused(NotAllowed):
            handing_over.hand_over(floor.warehouse.pk, actor=stranger, now=NOW)
    assert Parcel.objects.get().handover is None
    assert on_hand(floor.warehouse, milk) == 9
