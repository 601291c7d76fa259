"""What follows in the books when parcels leave: stock, counters, orders."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q

from oms.events import bus
from oms.events.types import StockChanged
from oms.flows.order import OrderStatus
from oms.models import Order, OrderItem, Reservation, Shipment, ShipmentLine, StockMovement, User
from oms.services import counters
from oms.services.inventory.stock import Change, apply
from oms.transitions import fire_many

_STILL_HERE = (OrderStatus.RELEASED, OrderStatus.MERGED)


def mark_shipped(
    shipments: Sequence[Shipment], *, orders: Sequence[Order], now: datetime, actor: User
) -> None:
    """Book that these parcels of these orders left. Orders and documents are locked; called once
    per parcel, because its hand-over can fire only once."""
    lines = ShipmentLine.objects.filter(shipment__in=shipments).select_related("fulfillment_line")
    parts = list(lines.order_by("fulfillment_line__order_item__order_id", "pk"))
    by_line, by_item = Counter[int](), Counter[int]()
    for part in parts:
        by_line[part.fulfillment_line_id] += part.quantity
        by_item[part.fulfillment_line.order_item_id] += part.quantity
    counters.shift(
        Reservation.objects.all(), key="fulfillment_line", column="quantity", units=by_line, sign=-1
    )
    counters.shift(
        OrderItem.objects.all(), key="pk", column="shipped_quantity", units=by_item, sign=1
    )
    apply(_stock_changes(parts, shipments), now=now, actor=actor)
    _move_orders(orders, now=now, actor=actor)
    skus = sorted({part.fulfillment_line.sku_id for part in parts})
    bus.publish(StockChanged(skus), now=now)


def _stock_changes(parts: Sequence[ShipmentLine], shipments: Sequence[Shipment]) -> list[Change]:
    by_id = {shipment.pk: shipment for shipment in shipments}
    units: dict[tuple[int, int, str], int] = defaultdict(int)
    for part in parts:
        shipment = by_id[part.shipment_id]
        key = (shipment.fulfillment.warehouse_id, part.fulfillment_line.sku_id, shipment.package_no)
        units[key] += part.quantity
    return [
        Change(
            warehouse_id,
            sku_id,
            StockMovement.Kind.SHIP,
            on_hand=-quantity,
            reserved=-quantity,
            reference=package_no,
        )
        for (warehouse_id, sku_id, package_no), quantity in units.items()
    ]


def _move_orders(orders: Sequence[Order], *, now: datetime, actor: User) -> None:
    """An order is shipped when nothing that was not cancelled is still here."""
    unfinished = set(
        OrderItem.objects.filter(order__in=orders)
        .filter(Q(shipped_quantity__lt=F("quantity") - F("cancelled_quantity")))
        .values_list("order_id", flat=True)
    )
    whole = [order.pk for order in orders if order.pk not in unfinished]
    part = [order.pk for order in orders if order.pk in unfinished and order.status in _STILL_HERE]
    fire_many(Order, whole, "ship", now=now, actor=actor)
    fire_many(Order, part, "ship_part", now=now, actor=actor)
