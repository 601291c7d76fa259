"""Make documents and add to them while they are open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from oms.audit import timeline
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, MergeGroup, Order, OrderItem
from oms.models.base import new_number
from oms.services.inventory import demand, stock


def open_items(order_ids: Sequence[int]) -> list[OrderItem]:
    """Return the items that still owe units to no document, with ``open_quantity`` to be read."""
    items = OrderItem.objects.filter(order__in=order_ids).select_related("order", "sku")
    return [item for item in items.order_by("order_id", "pk") if open_quantity(item) > 0]


def open_quantity(item: OrderItem) -> int:
    return item.quantity - item.cancelled_quantity - item.assigned_quantity


def make_document(
    orders: Sequence[Order],
    *,
    warehouse_id: int,
    group: MergeGroup | None,
    release_at: datetime,
    now: datetime,
) -> FulfillmentOrder:
    """Make one document over all open units of the orders, reserved to the last piece.

    :raises NotEnoughStock: if the warehouse does not have everything any more
    """
    first = orders[0]
    document = FulfillmentOrder.objects.create(
        fulfillment_no=new_number("FO", now.date()),
        order=None if group else first,
        merge_group=group,
        store=first.store,
        warehouse_id=warehouse_id,
        receiver_id=first.receiver_id,
        carrier=first.promised_carrier,
        created_at=now,
        release_at=release_at,
        status=FulfillmentStatus.ALLOCATED,
        status_at=now,
        **_promises(orders),
    )
    timeline.record_created(document.SUBJECT, [document.pk], document.status, at=now)
    add_orders(document, orders=orders, now=now)
    return document


def add_orders(document: FulfillmentOrder, *, orders: Sequence[Order], now: datetime) -> None:
    """Put all open units of the orders on an open document.

    :raises NotEnoughStock: if its warehouse does not have them; nothing is added then
    """
    items = open_items([order.pk for order in orders])
    lines = [
        FulfillmentLine(
            fulfillment=document, order_item=item, sku=item.sku, quantity=open_quantity(item)
        )
        for item in items
    ]
    FulfillmentLine.objects.bulk_create(lines)
    for line in lines:
        demand.assign(line.order_item_id, quantity=line.quantity)
    stock.reserve(lines, now=now)


def tighten_promises(document: FulfillmentOrder, *, orders: Sequence[Order]) -> None:
    """After a sibling joined or left: the earliest deadline of all, urgent if any is."""
    promises = _promises(orders)
    document.ship_by, document.is_urgent = promises["ship_by"], promises["is_urgent"]
    document.save(update_fields=["ship_by", "is_urgent"])


def _promises(orders: Sequence[Order]) -> dict[str, Any]:
    deadlines = [order.ship_by for order in orders if order.ship_by]
    return {
        "ship_by": min(deadlines) if deadlines else None,
        "is_urgent": any(order.is_urgent for order in orders),
    }
