"""Where orders and documents may stand together, whatever happened before."""

from collections.abc import Iterator

from django.db.models import F

from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, Order, OrderHold

S = OrderStatus
_ON_A_DOCUMENT = (S.MERGED, S.ALLOCATED, S.RELEASED)
_GOING = (*_ON_A_DOCUMENT, S.PARTLY_SHIPPED, S.SHIPPED, S.DELIVERED, S.COMPLETED)


def misplaced() -> Iterator[str]:
    """Yield every order or document that stands where it must not."""
    for order in Order.objects.prefetch_related("items"):
        yield from _order(order)
    for document in FulfillmentOrder.objects.exclude(status__in=("cancelled", "handed_over")):
        yield from _document(document)


def _order(order: Order) -> Iterator[str]:
    living = FulfillmentOrder.objects.exclude(status="cancelled").filter(
        lines__order_item__order=order, lines__cancelled_at=None
    )
    if order.status in _ON_A_DOCUMENT:
        if any(i.quantity > i.cancelled_quantity + i.assigned_quantity for i in order.items.all()):
            yield f"{order} is {order.status} but owes units on no document"
        if not living.exists():
            yield f"{order} is {order.status} on nothing"
    if order.status not in _GOING and living.exists():
        yield f"{order} is {order.status} and stands on a document"
    held = OrderHold.objects.filter(order=order, released_at=None).exists()
    if held and living.filter(frozen_at=None).exists():
        yield f"{order} is held and may leave all the same"
    if order.status == S.CANCELLED and held:
        yield f"{order} is cancelled and still held"


def _document(document: FulfillmentOrder) -> Iterator[str]:
    orders = list(
        Order.objects.filter(
            items__fulfillment_lines__fulfillment=document,
            items__fulfillment_lines__cancelled_at=None,
        ).distinct()
    )
    buyers = {order.buyer_id for order in orders}
    doors = {order.receiver.address_key for order in orders if order.receiver}
    carriers = {order.promised_carrier for order in orders}
    group = document.merge_group
    by_hand = group is not None and group.made_by_id is not None
    # A buyer whom the platform hides is merged by a person only.
    hidden = None in buyers and not by_hand
    if len(orders) > 1 and (hidden or len(buyers) + len(doors) + len(carriers) > 3):
        yield f"{document} holds what does not belong together"
    if document.receiver and doors - {document.receiver.address_key}:
        yield f"{document} goes to another door than its orders"
    deadlines = [order.ship_by for order in orders if order.ship_by]
    if document.ship_by != min(deadlines, default=None):
        yield f"{document} hurries less or more than its orders"
    if any(order.payment_terms == "cod" for order in orders) and len(orders) > 1:
        yield f"{document} merges cash on delivery"


def stuck() -> list[str]:
    """Return the orders that neither went on nor wait for anything, after time enough."""
    open_orders = Order.objects.filter(
        status__in=(S.PENDING_REVIEW, S.APPROVED, S.WAITING_MERGE, S.ALLOCATED)
    )
    waiting = OrderHold.objects.filter(released_at=None).values("order")
    return [f"{order}: {order.status}" for order in open_orders.exclude(pk__in=waiting)]


def lines_of_frozen() -> dict[int, int]:
    """Return how many units stand on each frozen document: they never grow."""
    units: dict[int, int] = {}
    frozen = FulfillmentOrder.objects.filter(frozen_at__isnull=False, lines__cancelled_at=None)
    for pk, quantity in frozen.values_list("pk", F("lines__quantity")):
        units[pk] = units.get(pk, 0) + quantity
    return units
