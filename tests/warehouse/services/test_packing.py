from collections.abc import Mapping

import pytest

from oms.access.checks import NotAllowed
from oms.models import FulfillmentOrder, OrderLine, Shipment, ShipmentLine, Sku
from oms.services.fulfillment.parcels import NotPickedYet
from oms.services.fulfillment.stations import DocumentStopped
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_kind, refused
from warehouse.models import Bin, PackCheck, PackDesk, PickSlot
from warehouse.services.barcodes import read
from warehouse.services.outcome import Tone
from warehouse.services.packing import check as checking
from warehouse.services.packing import parcels
from warehouse.services.packing.desk import (
    CheckedByAnother,
    NothingToPack,
    current,
    needs,
    waiting,
)
from warehouse.services.packing.sealing import EmptyBox


def picked(floor: Floor, *units: Mapping[Sku, int]) -> list[FulfillmentOrder]:
    """Bring documents as far as the packing table."""
    documents = [floor.document(row) for row in units]
    for wave in floor.waves():
        for _task in wave.tasks.filter(status="waiting"):
            floor.pick_all()
    for document in documents:
        document.refresh_from_db()
    return documents


def tote_of(document: FulfillmentOrder) -> Bin:
    tote = PickSlot.objects.get(fulfillment=document).tote
    assert tote is not None
    return tote


def test_checked_document_becomes_a_parcel(floor: Floor) -> None:
    milk, tea = floor.goods(9, weight_g=500), floor.goods(9, weight_g=200)
    [document] = picked(floor, {milk: 2, tea: 1})
    assert floor.pack(document.fulfillment_no).code == "check_begun"
    floor.pack(milk.code)
    assert floor.pack(milk.code).facts == {"n": 0}
    outcome = floor.pack(tea.code)
    shipment = Shipment.objects.get()
    document.refresh_from_db()
    assert (outcome.code, outcome.tone, outcome.follow) == (
        "document_packed",
        Tone.DONE,
        {"parcel": shipment.pk},
    )
    assert (document.status, shipment.status, shipment.expected_weight_g) == (
        "packed",
        "packed",
        1200,
    )
    assert sorted(ShipmentLine.objects.values_list("quantity", flat=True)) == [1, 2]


def test_goods_move_from_the_tote_to_the_packing_table(floor: Floor) -> None:
    milk = floor.goods(9)
    floor.packed({milk: 2})
    assert in_kind(floor.warehouse, "tote", milk) == 0
    assert in_kind(floor.warehouse, "packing", milk) == 2
    assert PickSlot.objects.get().close_reason == "packed"


def test_tote_of_one_document_opens_it(floor: Floor) -> None:
    milk, tea = floor.goods(9), floor.goods(9)
    [document] = picked(floor, {milk: 1, tea: 1})
    assert floor.pack(tote_of(document).code).code == "check_begun"
    check = current(floor.worker, warehouse_id=floor.warehouse.pk)
    assert check is not None
    assert check.fulfillment == document


def test_item_of_a_shared_tote_finds_its_document(floor: Floor) -> None:
    milk = floor.goods(9)
    first, second = picked(floor, {milk: 1}, {milk: 1})
    assert floor.pack(tote_of(first).code).code == "tote_opened"
    assert floor.pack(milk.code).code == "document_packed"
    assert floor.pack(milk.code).code == "document_packed"
    for document in (first, second):
        document.refresh_from_db()
        assert document.status == "packed"
    assert Shipment.objects.count() == 2


def test_stopped_document_in_a_shared_tote_is_passed_over(floor: Floor) -> None:
    milk = floor.goods(9)
    held, free = picked(floor, {milk: 1}, {milk: 1})
    floor.hold(held)
    floor.pack(tote_of(held).code)
    floor.pack(milk.code)
    free.refresh_from_db()
    assert free.status == "packed"
    with refused(DocumentStopped):
        floor.pack(milk.code)


def test_wrong_item_never_gets_into_the_box(floor: Floor) -> None:
    milk, stranger = floor.goods(9), floor.goods(9)
    [document] = picked(floor, {milk: 2})
    floor.pack(document.fulfillment_no)
    with refused(checking.NotInThisDocument, match=stranger.name):
        floor.pack(stranger.code)
    with refused(checking.NotInThisDocument):
        floor.pack("no such code")
    floor.pack(milk.code)
    with refused(checking.AllInTheBox):
        floor.pack(milk.code, quantity=2)
    assert not Shipment.objects.exists()


def test_item_without_a_document_on_the_table_is_refused(floor: Floor) -> None:
    milk = floor.goods(9)
    with refused(checking.ScanToteFirst):
        floor.pack(milk.code)
    with refused(NothingToPack):
        floor.pack(floor.tote().code)


def test_serial_goods_are_checked_piece_by_piece(floor: Floor) -> None:
    phone = floor.goods(9, has_serial=True)
    [document] = picked(floor, {phone: 2})
    floor.pack(document.fulfillment_no)
    with refused(checking.OnePieceAtATime):
        floor.pack(phone.code, quantity=2)
    floor.pack(phone.code)
    floor.pack(phone.code)


def test_document_that_is_not_picked_is_refused(floor: Floor) -> None:
    document = floor.document({floor.goods(9): 1})
    with refused(NotPickedYet):
        floor.pack(document.fulfillment_no)


def test_held_document_is_refused_and_its_goods_stay(floor: Floor) -> None:
    milk = floor.goods(9)
    [document] = picked(floor, {milk: 3})
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code)
    floor.hold(document, detail="refund asked")
    with refused(DocumentStopped, match="refund asked"):
        floor.pack(milk.code)
    assert not Shipment.objects.exists()


def test_closed_box_leaves_the_rest_for_the_next(floor: Floor) -> None:
    milk = floor.goods(9)
    [document] = picked(floor, {milk: 3})
    floor.pack(document.fulfillment_no)
    with refused(EmptyBox):
        floor.pack("CMD:SEAL")
    floor.pack(milk.code, quantity=2)
    assert floor.pack("CMD:SEAL").code == "box_sealed"
    document.refresh_from_db()
    assert document.status == "picked"
    assert floor.pack(milk.code).code == "document_packed"
    document.refresh_from_db()
    assert document.status == "packed"
    assert sorted(ShipmentLine.objects.values_list("quantity", flat=True)) == [1, 2]


def test_left_check_packed_nothing_and_can_begin_again(floor: Floor) -> None:
    milk = floor.goods(9)
    [document] = picked(floor, {milk: 2})
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code)
    floor.pack("CMD:UNDO")
    assert current(floor.worker, warehouse_id=floor.warehouse.pk) is None
    floor.pack(document.fulfillment_no)
    check = current(floor.worker, warehouse_id=floor.warehouse.pk)
    assert check is not None
    assert [need.checked for need in needs(check)] == [0]


def test_two_packers_do_not_check_one_document(floor: Floor) -> None:
    milk = floor.goods(9)
    [document] = picked(floor, {milk: 2})
    floor.pack(document.fulfillment_no)
    other = floor.person("warehouse_staff")
    with refused(CheckedByAnother, match=str(floor.worker)):
        floor.pack(document.fulfillment_no, user=other)
    assert PackCheck.objects.count() == 1


def test_packer_goes_on_where_they_were(floor: Floor) -> None:
    milk = floor.goods(9)
    [document] = picked(floor, {milk: 2})
    floor.pack(document.fulfillment_no)
    floor.pack(milk.code)
    check = current(floor.worker, warehouse_id=floor.warehouse.pk)
    assert check is not None
    assert [(need.checked, need.units) for need in needs(check)] == [(1, 2)]


def test_gifts_are_known_as_such(floor: Floor) -> None:
    milk, cup = floor.goods(9), floor.goods(9)
    [document] = picked(floor, {milk: 1, cup: 1})
    OrderLine.objects.filter(items__sku=cup).update(kind="gift")
    floor.pack(document.fulfillment_no)
    check = current(floor.worker, warehouse_id=floor.warehouse.pk)
    assert check is not None
    kinds = {need.line.sku_id: need.line.order_item.line.kind for need in needs(check)}
    assert kinds == {milk.pk: "goods", cup.pk: "gift"}


def test_waiting_counts_what_is_picked(floor: Floor) -> None:
    assert waiting(floor.warehouse.pk) == 0
    milk = floor.goods(9)
    picked(floor, {milk: 1}, {milk: 2})
    assert waiting(floor.warehouse.pk) == 2


def test_parcel_is_found_to_be_labelled(floor: Floor) -> None:
    milk = floor.goods(9)
    document = floor.packed({milk: 1})
    shipment = Shipment.objects.get()
    for code in (shipment.package_no, document.fulfillment_no):
        found = read(code, user=floor.worker, warehouse_id=floor.warehouse.pk)
        outcome = parcels.choose_parcel(floor.warehouse.pk, scan=found, actor=floor.worker, now=NOW)
        assert outcome.follow == {"parcel": shipment.pk}
    assert PackDesk.objects.get().shipment == shipment
    with refused(parcels.NoSuchParcel):
        found = read(milk.code, user=floor.worker, warehouse_id=floor.warehouse.pk)
        parcels.choose_parcel(floor.warehouse.pk, scan=found, actor=floor.worker, now=NOW)


@pytest.mark.parametrize("role", ["", "customer_service"])
def test_others_do_not_pack(floor: Floor, role: str) -> None:
    [document] = picked(floor, {floor.goods(9): 1})
    with refused(NotAllowed):
        floor.pack(document.fulfillment_no, user=floor.person(role))
    assert not PackCheck.objects.exists()
