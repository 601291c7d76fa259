"""A cancellation binds every station at once, long before the warehouse is told of it."""

from oms.models import FulfillmentOrder, Order, Shipment, Sku, StopToken
from oms.models.locking import lock_row
from oms.services.fulfillment.parcels import attach_waybill, hand_over, open_shipment
from oms.services.fulfillment.stations import DocumentStopped, UnwantedInside
from oms.services.orders.cancel import cancel_locked, cancel_units
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_kind, on_hand, refused
from warehouse.models import PutBackTask
from warehouse.services.outcome import Tone
from warehouse.services.recalling import take_back


def picked(floor: Floor, *goods: Sku, units: int = 1) -> FulfillmentOrder:
    """One document of one order for each SKU, picked completely and about to be packed."""
    document = floor.merged(*({sku: units} for sku in goods))
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    return document


def cancel(document: FulfillmentOrder, sku: Sku, *, units: int = 0) -> None:
    """Cancel the order that brought this SKU, or some units of it; nobody is told."""
    item = document.lines.get(sku=sku).order_item
    order = lock_row(Order, item.order_id)
    if units:
        cancel_units(order, units={item.pk: units}, reason="one is enough", now=NOW)
    else:
        cancel_locked(order, reason="changed mind", now=NOW)


def labelled(floor: Floor) -> Shipment:
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


def test_box_with_a_cancelled_item_is_not_closed(floor: Floor) -> None:
    milk, tea, jam = floor.goods(9), floor.goods(9), floor.goods(9)
    document = picked(floor, milk, tea, jam)
    floor.pack(tea.code)
    floor.pack(milk.code)
    cancel(document, tea)
    outcome = floor.pack("CMD:SEAL")
    assert (outcome.code, outcome.tone) == ("cancelled_in_box", Tone.STOP)
    assert outcome.facts == {"items": f"1 × {tea.name}"}
    assert not Shipment.objects.exists()
    assert floor.pack("CMD:SEAL").code == "box_sealed"
    assert Shipment.objects.get().lines.get().fulfillment_line.sku == milk


def test_box_with_too_many_units_is_not_closed(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = picked(floor, milk, tea, units=3)
    floor.pack(tea.code, quantity=3)
    cancel(document, tea, units=2)
    assert floor.pack("CMD:SEAL").facts == {"items": f"2 × {tea.name}"}
    assert not Shipment.objects.exists()


def test_sealing_of_cancelled_units_is_refused_in_words(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    document = picked(floor, milk, tea, units=2)
    lines = {line.pk: 2 for line in document.lines.all()}
    cancel(document, tea, units=1)
    with refused(UnwantedInside, match=tea.name):
        open_shipment(
            document.pk, quantities=lines, expected_weight_g=1, actor=floor.worker, now=NOW
        )
    assert not Shipment.objects.exists()


def half_packed(floor: Floor) -> tuple[FulfillmentOrder, Sku, Shipment]:
    """One box is sealed and has its waybill, the rest of the document is still in the tote."""
    milk, tea = floor.goods(9), floor.goods(9)
    document = picked(floor, milk, tea)
    floor.pack(tea.code)
    floor.pack("CMD:SEAL")
    return document, tea, labelled(floor)


def test_sealed_box_of_a_half_packed_document_is_stopped_at_once(floor: Floor) -> None:
    document, tea, box = half_packed(floor)
    cancel(document, tea)
    document.refresh_from_db()
    assert document.status == "picked"
    with refused(DocumentStopped, match="changed mind"):
        floor.at_dock(box.waybill_no or "")
    take_back([document.pk], now=NOW)
    box.refresh_from_db()
    assert (box.status, PutBackTask.objects.get().shipment) == ("cancelled", box)
    floor.put_back(tea.code, floor.shelf().code)
    assert not StopToken.objects.filter(lifted_at=None).exists()


def test_box_on_board_is_taken_off_when_some_of_it_is_cancelled(floor: Floor) -> None:
    document, tea, box = half_packed(floor)
    floor.at_dock(box.waybill_no or "")
    cancel(document, tea)
    outcome = floor.at_dock("CMD:HANDOVER")
    assert (outcome.code, outcome.facts) == ("parcels_stopped", {"waybills": box.waybill_no})
    assert floor.collected() == []
    assert on_hand(floor.warehouse, tea) == in_kind(floor.warehouse, "packing", tea) + 8


def test_box_with_cancelled_units_does_not_leave_even_if_its_stop_was_lifted(floor: Floor) -> None:
    document, tea, box = half_packed(floor)
    cancel(document, tea)
    StopToken.objects.update(lifted_at=NOW)
    with refused(UnwantedInside, match=tea.name):
        hand_over([box.pk], actor=floor.worker, now=NOW)
    box.refresh_from_db()
    assert box.status == "labelled"


def test_box_without_cancelled_units_may_leave(floor: Floor) -> None:
    milk = floor.goods(9)
    document = picked(floor, milk, units=2)
    floor.pack(milk.code)
    floor.pack("CMD:SEAL")
    box = labelled(floor)
    cancel(document, milk, units=1)
    assert not StopToken.objects.exists()
    floor.at_dock(box.waybill_no or "")
    assert floor.at_dock("CMD:HANDOVER").code == "handed_over"
