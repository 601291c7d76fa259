"""A parcel on the road: what its carrier says is noted, and its orders follow."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from oms.events import bus
from oms.events.types import PackagesScanned
from oms.flows.order import OrderStatus
from oms.flows.shipment import ON_THE_ROAD, ShipmentStatus
from oms.models import Order, Shipment, ShipmentLine
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.services.fulfillment.parcels import orders_in
from oms.transitions import fire, fire_many

_NOT_AWAITED = (ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What all that is known of a parcel's way comes to, whatever the order in which it came."""

    first_scanned_at: datetime | None = None
    delivered_at: datetime | None = None
    comes_back: bool = False


def lock_parcel(shipment_id: int) -> Shipment:
    """Lock the orders in a parcel, then the parcel: as they are locked when it leaves."""
    lock_rows(Order, orders_in([shipment_id]))
    return lock_row(Shipment, shipment_id)


def lock_parcels(shipment_ids: Collection[int]) -> None:
    """Lock the orders in some parcels, then the parcels."""
    lock_rows(Order, orders_in(sorted(shipment_ids)))
    lock_rows(Shipment, shipment_ids)


def follow(shipment: Shipment, *, progress: Progress, now: datetime) -> None:
    """Bring a parcel that ``lock_parcel`` locked to where its carrier says that it is.

    What has not left by our own books stays where it is; that the carrier scanned it is noted all
    the same. Told again it changes nothing, and what has ended or turned back stays so.
    """
    if shipment.first_scanned_at != progress.first_scanned_at:
        shipment.first_scanned_at = progress.first_scanned_at
        shipment.save(update_fields=["first_scanned_at"])
        bus.publish(PackagesScanned([shipment.pk]), now=now)
    action = _action(shipment, progress)
    if action is None:
        return
    fire(shipment, action, now=now, note=shipment.waybill_no or "")
    if action == "deliver":
        shipment.delivered_at = progress.delivered_at
        shipment.save(update_fields=["delivered_at"])
        deliver_orders(orders_in([shipment.pk]), now=now)


@atomic_service
def expect_scan(shipment_id: int, *, is_expected: bool, now: datetime) -> None:
    """Note whether the carrier of a parcel tells us of its way."""
    shipment = lock_row(Shipment, shipment_id)
    if shipment.scan_expected == is_expected:
        return
    shipment.scan_expected = is_expected
    shipment.save(update_fields=["scan_expected"])
    if not is_expected:
        bus.publish(PackagesScanned([shipment.pk]), now=now)


def _action(shipment: Shipment, progress: Progress) -> str | None:
    if shipment.status not in ON_THE_ROAD:
        return None
    if progress.delivered_at is not None:
        return "deliver"
    if progress.comes_back:
        return "turn_back"
    is_scanned = progress.first_scanned_at is not None
    return "collect" if is_scanned and shipment.status == ShipmentStatus.HANDED_OVER else None


def deliver_orders(order_ids: Iterable[int], *, now: datetime) -> None:
    """Note of locked orders that left whole that they arrived, once all their parcels have."""
    shipped = Order.objects.filter(pk__in=sorted(order_ids), status=OrderStatus.SHIPPED)
    ids = set(shipped.values_list("pk", flat=True))
    parts = ShipmentLine.objects.filter(fulfillment_line__order_item__order__in=ids)
    found = parts.values_list("fulfillment_line__order_item__order_id", "shipment__status")
    parcels = set(found)
    on_their_way = {order_id for order_id, status in parcels if status not in _NOT_AWAITED}
    arrived = {order_id for order_id, status in parcels if status == ShipmentStatus.DELIVERED}
    fire_many(Order, arrived - on_their_way, "deliver", now=now)
