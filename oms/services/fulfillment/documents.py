"""Make documents and add to them while they are open."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oms import bulk
from oms.audit import timeline
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, MergeGroup, Order, OrderItem
from oms.models.base import new_number
from oms.services.inventory import demand, stock

Owed = Mapping[int, Sequence[OrderItem]]
"""By order: the items that still owe units to no document."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A document to be made: all open units of these orders, from one warehouse."""

    orders: Sequence[Order]
    warehouse_id: int
    release_at: datetime
    group: MergeGroup | None = None


def owed_items(order_ids: Collection[int]) -> Owed:
    """Return what the orders still owe; an order that owes nothing is missing in it."""
    owed: dict[int, list[OrderItem]] = {}
    items = OrderItem.objects.filter(order__in=order_ids).select_related("sku")
    for item in items.order_by("order_id", "pk"):
        if open_quantity(item) > 0:
            owed.setdefault(item.order_id, []).append(item)
    return owed


def open_quantity(item: OrderItem) -> int:
    return item.quantity - item.cancelled_quantity - item.assigned_quantity


def make_documents(
    plans: Sequence[Plan], *, owed: Owed, now: datetime
) -> Sequence[FulfillmentOrder]:
    """Make one document per plan, reserved to the last piece.

    :raises NotEnoughStock: if a warehouse does not have everything any more; nothing is made then
    """
    documents = [_build(plan, now=now) for plan in plans]
    bulk.insert(documents)
    ids = [document.pk for document in documents]
    status = FulfillmentStatus.ALLOCATED
    timeline.record_created(FulfillmentOrder.SUBJECT, ids, status, at=now)
    put_on(
        ((document, plan.orders) for document, plan in zip(documents, plans, strict=True)),
        owed=owed,
        now=now,
    )
    return documents


def put_on(
    documents: Iterable[tuple[FulfillmentOrder, Sequence[Order]]], *, owed: Owed, now: datetime
) -> None:
    """Put all open units of the orders on the open documents beside which they stand.

    :raises NotEnoughStock: if a document's warehouse does not have them; nothing is added then
    """
    lines = [
        FulfillmentLine(
            fulfillment=document,
            order_item=item,
            sku_id=item.sku_id,
            quantity=open_quantity(item),
        )
        for document, orders in documents
        for order in orders
        for item in owed.get(order.pk, ())
    ]
    bulk.insert(lines)
    demand.assign_all([line.order_item_id for line in lines])
    stock.reserve(lines, now=now)


def _build(plan: Plan, *, now: datetime) -> FulfillmentOrder:
    first = plan.orders[0]
    ship_by, is_urgent = promises(plan.orders)
    return FulfillmentOrder(
        fulfillment_no=new_number("FO", now.date()),
        order=None if plan.group else first,
        merge_group=plan.group,
        store_id=first.store_id,
        warehouse_id=plan.warehouse_id,
        receiver_id=first.receiver_id,
        carrier=first.promised_carrier,
        created_at=now,
        release_at=plan.release_at,
        status=FulfillmentStatus.ALLOCATED,
        status_at=now,
        ship_by=ship_by,
        is_urgent=is_urgent,
    )


def tighten_promises(document: FulfillmentOrder, *, orders: Sequence[Order]) -> None:
    """After a sibling joined or left, or a promise changed: the earliest deadline of all, urgent
    if any is."""
    document.ship_by, document.is_urgent = promises(orders)
    document.save(update_fields=["ship_by", "is_urgent"])


def promises(orders: Sequence[Order]) -> tuple[datetime | None, bool]:
    """Return the earliest deadline of the orders, and whether any is urgent."""
    deadlines = [order.ship_by for order in orders if order.ship_by]
    return min(deadlines, default=None), any(order.is_urgent for order in orders)
