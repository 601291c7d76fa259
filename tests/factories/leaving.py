"""Parcels that left, as the warehouse leaves them behind."""

from datetime import datetime

from oms.models import FulfillmentOrder, Shipment, ShipmentLine
from tests.factories.oms import NOW


def leave(
    document: FulfillmentOrder, *, number: int, at: datetime = NOW, **fields: object
) -> Shipment:
    """Let everything on a document leave in one parcel; whoever calls keeps its numbers apart."""
    told: dict[str, object] = {
        "package_no": f"PK261111-{number:08d}",
        "carrier": "sf",
        "waybill_no": f"SF{number:013d}",
        "status": "handed_over",
        "created_at": at,
        "handed_over_at": at,
    }
    parcel = Shipment.objects.create(fulfillment=document, **told | fields)
    for line in document.lines.all():
        ShipmentLine.objects.create(shipment=parcel, fulfillment_line=line, quantity=line.quantity)
    return parcel
