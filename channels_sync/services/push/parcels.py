"""Which parcels a channel is told of, and what of each: parcel by parcel, as they are told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from channels_sync.models import PushJob
from channels_sync.services.push.units import Line, add_up, is_part, lines_in
from oms.flows.shipment import ShipmentStatus
from oms.models import OrderItem, Shipment, ShipmentLine
from oms.services.fulfillment.uploads import has_passed

Part = tuple[Shipment, int]
"""A parcel, and the id of an original order of which goods are in it."""


def parts_to_tell(shipment_ids: Iterable[int], *, at_once: bool) -> list[Part]:
    """Return the parcels that have come to the moment of each order's own store, the first to leave
    first; ``at_once`` asks only for a waybill."""
    parcels = Shipment.objects.filter(pk__in=list(shipment_ids))
    parcels = parcels.exclude(status=ShipmentStatus.CANCELLED)
    order = "fulfillment_line__order_item__order"
    found = ShipmentLine.objects.filter(shipment__in=parcels).values_list(
        "shipment_id", f"{order}_id", f"{order}__store__upload_moment"
    )
    by_id = parcels.in_bulk()
    parts = [
        (by_id[pk], order_id)
        for pk, order_id, moment in sorted(set(found))
        if has_passed(by_id[pk], moment=moment) or (at_once and by_id[pk].waybill_no)
    ]
    return sorted(parts, key=_in_turn)


def _in_turn(part: Part) -> tuple[bool, Any, int]:
    shipment, _order_id = part
    left = shipment.handed_over_at
    return left is None, left or shipment.created_at, shipment.pk


class History:
    """What channels were told of some orders so far, parcel by parcel, as it was told.

    Parcels that were opened again do not count: their units leave in others.
    """

    def __init__(self, orders: Collection[int]) -> None:
        self.items: dict[int, list[OrderItem]] = defaultdict(list)
        found = OrderItem.objects.filter(order__in=orders).select_related("line")
        for item in found.order_by("pk"):
            self.items[item.order_id].append(item)
        self.units: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        parts = ShipmentLine.objects.filter(fulfillment_line__order_item__order__in=orders)
        parts = parts.exclude(shipment__status=ShipmentStatus.CANCELLED)
        for part in parts.select_related("fulfillment_line__order_item").order_by("pk"):
            item = part.fulfillment_line.order_item
            units = self.units[item.order_id, part.shipment_id]
            units[item.pk] = units.get(item.pk, 0) + part.quantity
        self.told_of = self._told(orders)

    def _told(self, orders: Collection[int]) -> dict[int, list[int]]:
        told: dict[int, list[int]] = defaultdict(list)
        jobs = PushJob.objects.filter(kind=PushJob.Kind.SHIPMENT, order__in=orders)
        for order_id, payload in jobs.order_by("pk").values_list("order_id", "payload"):
            if payload["shipment"] not in told[order_id]:
                told[order_id].append(payload["shipment"])
        return told

    def next(self, shipment: Shipment, *, order_id: int) -> dict[str, Any]:
        """Return the payload of a parcel for one order, and count it as told from now on."""
        before = [pk for pk in self.told_of[order_id] if pk != shipment.pk]
        earlier = add_up([self.units[order_id, pk] for pk in before])
        units = self.units[order_id, shipment.pk]
        items = self.items[order_id]
        owed = {item.pk: item.quantity - item.cancelled_quantity for item in items}
        self.told_of[order_id] = [*before, shipment.pk]
        return {
            "shipment": shipment.pk,
            "lines": lines_in(units, earlier=earlier, lines=_channel_lines(items)),
            "is_split": is_part(units, owed=owed),
        }


def _channel_lines(items: Sequence[OrderItem]) -> list[Line]:
    by_line: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for item in items:
        number = item.line.channel_line_no
        if number:
            by_line[number, item.line.quantity][item.pk] = item.quantity
    return [Line(number, quantity, units) for (number, quantity), units in by_line.items()]
