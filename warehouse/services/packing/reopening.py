"""Open sealed parcels again when something in them is not wanted any more."""

from collections import Counter, defaultdict
from datetime import datetime

from django.db.models import Sum

from oms.events import bus
from oms.events.types import PackagesOpened
from oms.flows.shipment import ShipmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, Shipment, ShipmentLine
from oms.models.locking import lock_row
from oms.services.fulfillment.parcels import detach_waybill
from oms.services.fulfillment.typed_waybills import is_typed
from oms.transitions import fire
from warehouse.flows import PickStatus
from warehouse.models import Parcel, PickLine
from warehouse.services.waves.aligning import send_back
from warehouse.services.waybills.voiding import void_unwanted

_STILL_HERE = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED)


def reopen_unwanted(fulfillment_id: int, *, now: datetime) -> list[Shipment]:
    """Open every parcel of a document that holds more than is wanted; return them.

    The rest of such a parcel stays at the packing table and is checked again; its waybill is
    voided, because weight and contents change.
    """
    lock_row(FulfillmentOrder, fulfillment_id)
    lines = {line.pk: line for line in FulfillmentLine.objects.filter(fulfillment=fulfillment_id)}
    parts = ShipmentLine.objects.filter(
        shipment__fulfillment=fulfillment_id, shipment__status__in=_STILL_HERE
    ).select_related("shipment")
    excess = _excess(fulfillment_id, lines)
    opened = dict[int, Shipment]()
    unwanted: dict[int, dict[int, int]] = defaultdict(dict)
    for part in parts.order_by("-shipment_id"):
        units = min(excess[part.fulfillment_line_id], part.quantity)
        if units:
            excess[part.fulfillment_line_id] -= units
            unwanted[part.shipment_id][part.fulfillment_line_id] = units
            opened[part.shipment_id] = part.shipment
    for shipment_id, shipment in opened.items():
        _open(shipment, unwanted[shipment_id], now=now)
    return list(opened.values())


def _excess(fulfillment_id: int, lines: dict[int, FulfillmentLine]) -> Counter[int]:
    """Units in parcels that are not wanted; what has left counts first, it cannot be opened."""
    found = Counter[int]()
    parts = ShipmentLine.objects.filter(shipment__fulfillment=fulfillment_id)
    for part in parts.exclude(shipment__status=ShipmentStatus.CANCELLED):
        found[part.fulfillment_line_id] += part.quantity
    for key in found:
        line = lines[key]
        found[key] -= 0 if line.cancelled_at else line.quantity
    return Counter({key: units for key, units in found.items() if units > 0})


def _open(shipment: Shipment, unwanted: dict[int, int], *, now: datetime) -> None:
    parcel = Parcel.objects.get(shipment=shipment)
    parcel.handover, parcel.scanned_at = None, None
    parcel.save(update_fields=["handover", "scanned_at"])
    void_unwanted(shipment.pk, reason="taken back", now=now)
    if is_typed(shipment):
        # No carrier takes the number back: the next parcel of the order may carry the same paper.
        detach_waybill(shipment.pk, actor=None, now=now, reason="taken back")
    fire(lock_row(Shipment, shipment.pk), "cancel", now=now, note="taken back")
    bus.publish(PackagesOpened([shipment.pk]), now=now)
    _count_packed(shipment)
    for line_id, units in unwanted.items():
        rows = PickLine.objects.filter(fulfillment_line=line_id, status=PickStatus.PICKED)
        send_back(
            list(rows.select_related("bin", "fulfillment_line").order_by("-pk")),
            units=units,
            from_bin_id=parcel.bin_id,
            shipment_id=shipment.pk,
            now=now,
        )


def _count_packed(shipment: Shipment) -> None:
    """Count anew what is still in parcels: a cancelled unit was taken off the counters already, so
    that subtracting the parcel's would count it twice."""
    for line in FulfillmentLine.objects.filter(shipment_lines__shipment=shipment):
        parts = ShipmentLine.objects.filter(fulfillment_line=line)
        packed = parts.exclude(shipment__status=ShipmentStatus.CANCELLED)
        units = packed.aggregate(units=Sum("quantity"))["units"] or 0
        line.packed_quantity = min(units, line.picked_quantity)
        line.save(update_fields=["packed_quantity"])
