"""What sealed parcels hold that nobody wants any more."""

from collections.abc import Collection

from django.db.models import F, Q, Sum

from oms.flows.shipment import ShipmentStatus
from oms.models import FulfillmentLine


def unwanted(document_ids: Collection[int]) -> dict[int, list[str]]:
    """Return {document id: names of SKUs} of which more is in parcels than is wanted; documents
    whose parcels are right are missing. They are locked by the caller."""
    live = ~Q(shipment_lines__shipment__status=ShipmentStatus.CANCELLED)
    lines = FulfillmentLine.objects.filter(fulfillment__in=document_ids).annotate(
        boxed=Sum("shipment_lines__quantity", filter=live)
    )
    over = lines.filter(
        Q(boxed__gt=F("quantity")) | Q(cancelled_at__isnull=False, boxed__gt=0)
    ).order_by("pk")
    found: dict[int, list[str]] = {}
    for document_id, name in over.values_list("fulfillment_id", "sku__name"):
        found.setdefault(document_id, []).append(name)
    return found
