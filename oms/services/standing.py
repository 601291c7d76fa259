"""How far orders have come, for many of them in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from oms.flows.fulfillment import STOPPABLE, FulfillmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, MergeMembership, Order, OrderHold

_UNREAD = ("buyer_memo", "seller_memo", "invoice_request")


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one order that stand on one document and have not left."""

    document: FulfillmentOrder
    units: int
    picked: int

    @property
    def is_packed(self) -> bool:
        return self.document.status == FulfillmentStatus.PACKED

    @property
    def is_frozen(self) -> bool:
        return self.document.frozen_at is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """An order with its active holds and what stands of it in the warehouses.

    ``siblings`` counts the other orders of its merge.
    """

    order: Order
    holds: Sequence[OrderHold] = ()
    parts: Sequence[Part] = ()
    siblings: int = 0

    @property
    def is_claimed(self) -> bool:
        """The warehouse works on some of it."""
        return any(part.is_frozen for part in self.parts)


def standings(orders: QuerySet[Order]) -> list[Standing]:
    """Return how far each order has come, in the query's own order; five queries in all."""
    rows = list(orders.select_related("store__channel").defer(*_UNREAD))
    ids = [order.pk for order in rows]
    holds, parts, siblings = _holds(ids), _parts(ids), _siblings(ids)
    return [
        Standing(order, holds.get(order.pk, ()), parts.get(order.pk, ()), siblings.get(order.pk, 0))
        for order in rows
    ]


def standing_of(order_id: int) -> Standing:
    """:raises Order.DoesNotExist: if there is no such order"""
    found = standings(Order.objects.filter(pk=order_id))
    if not found:
        raise Order.DoesNotExist
    return found[0]


def _holds(ids: Sequence[int]) -> dict[int, list[OrderHold]]:
    found: dict[int, list[OrderHold]] = defaultdict(list)
    active = OrderHold.objects.filter(order__in=ids, released_at=None)
    for hold in active.order_by("placed_at", "pk"):
        found[hold.order_id].append(hold)
    return found


def _parts(ids: Sequence[int]) -> dict[int, list[Part]]:
    lines = FulfillmentLine.objects.filter(
        order_item__order__in=ids, cancelled_at=None, fulfillment__status__in=STOPPABLE
    )
    sums = lines.values_list("order_item__order_id", "fulfillment_id").annotate(
        units=Sum("quantity"), picked=Sum("picked_quantity")
    )
    found = list(sums.order_by("fulfillment_id"))
    documents = FulfillmentOrder.objects.in_bulk({row[1] for row in found})
    parts: dict[int, list[Part]] = defaultdict(list)
    for order_id, document_id, units, picked in found:
        parts[order_id].append(Part(documents[document_id], units, picked))
    return parts


def _siblings(ids: Sequence[int]) -> dict[int, int]:
    mine = MergeMembership.objects.filter(order__in=ids, left_at=None)
    inside = Count("group__memberships", filter=Q(group__memberships__left_at=None))
    counted = mine.values_list("order_id").annotate(n=inside)
    return {order_id: count - 1 for order_id, count in counted}
