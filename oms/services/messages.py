"""Messages to buyers: one per occasion, written with the occasion, sent afterwards."""

from collections.abc import Iterable
from datetime import datetime

from oms.models import BuyerMessage, Order, Shipment

SHIPPED = "shipped"


def shipping_message(shipment_ids: Iterable[int], *, now: datetime) -> int:
    """Write one message per parcel, whatever the number of merged orders; return how many are new.

    The parcel's number is the key: told twice it stays one message.
    """
    shipments = Shipment.objects.filter(pk__in=list(shipment_ids)).select_related("fulfillment")
    rows = [
        BuyerMessage(
            dedupe_key=f"{SHIPPED}:{shipment.package_no}",
            store_id=shipment.fulfillment.store_id,
            order_id=_first_order(shipment),
            template=SHIPPED,
            facts={"carrier": shipment.carrier, "waybill_no": shipment.waybill_no or ""},
            not_before=now,
            created_at=now,
        )
        for shipment in shipments
    ]
    known = BuyerMessage.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows]).count()
    BuyerMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - known


def _first_order(shipment: Shipment) -> int:
    orders = Order.objects.filter(items__fulfillment_lines__shipment_lines__shipment=shipment)
    return orders.order_by("pk").values_list("pk", flat=True)[0]
