"""Find the parcel that is to be labelled."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment, User, Warehouse
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from warehouse.models import PackDesk
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.packing.desk import PERMISSION, desk_of


class NoSuchParcel(Refusal):
    message = _("No parcel belongs to this code. Scan the package, the document or the waybill.")


@atomic_service
def choose_parcel(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Lay a parcel on the table to be labelled; of a document, the first one without a waybill.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises NoSuchParcel: if the code leads to none
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    desk = lock_row(PackDesk, desk_of(actor, warehouse_id=warehouse_id).pk)
    if scan.command is Command.NEXT:
        desk.shipment = None
        desk.save(update_fields=["shipment"])
        return Outcome("desk_cleared", tone=Tone.INFO)
    shipment = _find(scan)
    if shipment is None:
        raise NoSuchParcel
    desk.shipment = shipment
    desk.save(update_fields=["shipment"])
    return Outcome("parcel_found", {"package": shipment.package_no}, follow={"parcel": shipment.pk})


def _find(scan: Scan) -> Shipment | None:
    direct = scan.id_of("package") or scan.id_of("waybill")
    if direct is not None:
        return Shipment.objects.get(pk=direct)
    of_document = Shipment.objects.filter(fulfillment=scan.id_of("document") or 0)
    live = list(of_document.exclude(status=ShipmentStatus.CANCELLED).order_by("pk"))
    unlabelled = [row for row in live if row.status == ShipmentStatus.PACKED]
    return next(iter([*unlabelled, *reversed(live)]), None)
