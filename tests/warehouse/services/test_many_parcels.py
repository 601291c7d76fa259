"""A cage of parcels leaves at the price of one."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.access.checks import forget
from oms.models import FulfillmentOrder, Order, Shipment, ShipmentLine, Sku, StockMovement
from oms.queries.proofs import violations
from tests.factories.oms import NOW
from tests.factories.warehouse import CarrierAccountFactory, Floor
from tests.warehouse.services.books import on_hand
from warehouse.models import Bin, Handover, Parcel, Waybill
from warehouse.services.handing_over import hand_over

AT_MOST = 55


def on_board(floor: Floor, count: int, *, goods: list[Sku], place: Bin) -> None:
    """Scan labelled parcels at the dock, each of all the SKUs, without the way there."""
    handover = Handover.objects.create(
        warehouse=floor.warehouse, opened_by=floor.worker, opened_at=NOW
    )
    account = CarrierAccountFactory.create(warehouse=floor.warehouse)
    begun = {"status": "labelled", "status_at": NOW, "created_at": NOW}
    asked = {"account": account, "status": "issued", "status_at": NOW, "requested_at": NOW}
    stands = {"bin": place, "packed_by": floor.worker, "packed_at": NOW, "scanned_at": NOW}
    for _number in range(count):
        document = floor.document(dict.fromkeys(goods, 1), released=False, packed=True)
        number = f"PK{document.pk}"
        parcel = Shipment.objects.create(fulfillment=document, package_no=number, **begun)
        ShipmentLine.objects.bulk_create(
            ShipmentLine(shipment=parcel, fulfillment_line=line, quantity=1)
            for line in document.lines.all()
        )
        Parcel.objects.create(shipment=parcel, handover=handover, **stands)
        Waybill.objects.create(shipment=parcel, client_order_id=number, waybill_no=number, **asked)


def queries_of(floor: Floor, count: int, *, goods: list[Sku], place: Bin) -> list[str]:
    on_board(floor, count, goods=goods, place=place)
    forget(floor.worker)
    with CaptureQueriesContext(connection) as asked:
        outcome = hand_over(floor.warehouse.pk, actor=floor.worker, now=NOW)
    assert outcome.facts == {"n": count}
    return [row["sql"] for row in asked]


def test_twenty_parcels_ask_no_more_than_one(floor: Floor) -> None:
    place = floor.shelf()
    goods = [floor.goods(50, shelf=place) for _ in range(2)]
    one = queries_of(floor, 1, goods=goods, place=place)
    many = queries_of(floor, 20, goods=goods, place=place)
    assert len(many) == len(one) <= AT_MOST, "\n".join(many)


def test_all_of_them_are_booked(floor: Floor) -> None:
    place = floor.shelf()
    goods = [floor.goods(50, shelf=place) for _ in range(2)]
    queries_of(floor, 5, goods=goods, place=place)
    for rows in (Shipment.objects, FulfillmentOrder.objects):
        assert set(rows.values_list("status", flat=True)) == {"handed_over"}
    assert set(Order.objects.values_list("status", flat=True)) == {"shipped"}
    assert set(Waybill.objects.values_list("status", flat=True)) == {"used"}
    assert StockMovement.objects.filter(kind="ship", on_hand_delta=-1).count() == 10
    assert [on_hand(floor.warehouse, sku) for sku in goods] == [45, 45]
    assert violations() == []
