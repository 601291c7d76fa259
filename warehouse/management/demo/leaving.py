"""Some of the picked documents leave, so that buyers have something to send back.

Done through the services, by the demo's own packer. No carrier runs yet when the demo is made: the
waybill numbers are invented.
"""

from datetime import datetime

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, Shipment, Sku, User, Warehouse
from oms.services.fulfillment.parcels import attach_waybill
from warehouse.management.demo.work import PICKER
from warehouse.models import UnclaimedParcel
from warehouse.services.barcodes import read
from warehouse.services.handing_over import at_dock
from warehouse.services.packing.check import pack
from warehouse.services.packing.desk import unpacked
from warehouse.services.receiving.dock import take_scan

_MOST = 6
_NOBODYS = "JT5201314008888"


def seed_leaving(now: datetime) -> None:
    """Pack and hand over up to six documents of each warehouse; one strange parcel comes in."""
    packer = User.objects.filter(username=PICKER).first()
    if packer is None:
        return
    for warehouse in Warehouse.objects.order_by("code"):
        documents = FulfillmentOrder.objects.filter(
            warehouse=warehouse, status=FulfillmentStatus.PICKED
        )
        for document in documents.order_by("pk")[:_MOST]:
            _pack(document, packer, now=now)
        _hand_over(warehouse, packer, now=now)
    _find_nobodys_parcel(packer, now=now)


def _pack(document: FulfillmentOrder, packer: User, *, now: datetime) -> None:
    place = document.warehouse_id
    codes = [document.fulfillment_no]
    for line in unpacked(document.pk):
        codes += [line.sku.code] * (line.picked_quantity - line.packed_quantity)
    for code in codes:
        found = read(code, user=packer, warehouse_id=place)
        pack(place, scan=found, actor=packer, now=now)


def _hand_over(warehouse: Warehouse, packer: User, *, now: datetime) -> None:
    parcels = Shipment.objects.filter(fulfillment__warehouse=warehouse, status="packed")
    codes = []
    for parcel in parcels.order_by("pk"):
        number = f"SF76{parcel.pk:011d}"
        attach_waybill(
            parcel.pk,
            carrier="sf",
            waybill_no=number,
            issuer="sf",
            account="demo",
            actor=packer,
            now=now,
        )
        codes.append(number)
    for code in [*codes, "CMD:HANDOVER"] if codes else ():
        found = read(code, user=packer, warehouse_id=warehouse.pk)
        at_dock(warehouse.pk, scan=found, actor=packer, now=now)


def _find_nobodys_parcel(packer: User, *, now: datetime) -> None:
    place = Warehouse.objects.order_by("code").first()
    goods = Sku.objects.order_by("-code").first()
    if place is None or goods is None or UnclaimedParcel.objects.exists():
        return
    for code in (_NOBODYS, goods.code, "CMD:SEAL"):
        found = read(code, user=packer, warehouse_id=place.pk)
        take_scan(place.pk, scan=found, actor=packer, now=now)
