"""Everything that the page of one order tells, limited to what the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from oms.access.checks import access_order
from oms.models import (
    FulfillmentLine,
    FulfillmentOrder,
    MergeMembership,
    Order,
    OrderHold,
    OrderItem,
    OrderLine,
    PaymentAllocation,
    Refund,
    RouteDecision,
    Shipment,
    TimelineEntry,
    User,
)
from oms.queries.orders import visible_orders

TIMELINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Merge:
    """The merge an order is in: siblings that the person may see, and how many others there are."""

    membership: MergeMembership
    siblings: Sequence[Order]
    unseen: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """``documents`` are the order's own and its merge's, oldest first; ``timeline`` is newest
    first, with the documents' and parcels' entries between the order's own."""

    order: Order
    lines: Sequence[OrderLine]
    holds: Sequence[OrderHold]
    documents: Sequence[FulfillmentOrder]
    merge: Merge | None
    routes: Sequence[RouteDecision]
    allocations: Sequence[PaymentAllocation]
    refunds: Sequence[Refund]
    timeline: Sequence[TimelineEntry]


def order_page(user: User, order_id: int) -> OrderPage:
    """:raises Order.DoesNotExist: missing and forbidden look the same to the caller"""
    order = access_order(user, order_id, permission="view_orders")
    merge = _merge(user, order)
    documents = _documents(order, merge)
    return OrderPage(
        order=order,
        lines=_lines(order),
        holds=list(order.holds.select_related("placed_by", "released_by").order_by("-placed_at")),
        documents=documents,
        merge=merge,
        routes=_routes(order, merge),
        allocations=list(order.allocations.select_related("payment").order_by("pk")),
        refunds=list(order.refunds.order_by("-pk")),
        timeline=_timeline(order, documents),
    )


def _lines(order: Order) -> list[OrderLine]:
    items = OrderItem.objects.select_related("sku").order_by("pk")
    return list(order.lines.order_by("position").prefetch_related(Prefetch("items", items)))


def _merge(user: User, order: Order) -> Merge | None:
    memberships = MergeMembership.objects.select_related("group__store", "group__made_by")
    membership = memberships.filter(order=order, left_at__isnull=True).first()
    if membership is None:
        return None
    others = MergeMembership.objects.filter(group=membership.group, left_at__isnull=True)
    ids = set(others.exclude(order=order).values_list("order_id", flat=True))
    seen = list(visible_orders(user).filter(pk__in=ids).select_related("store").order_by("pk"))
    return Merge(membership, seen, len(ids) - len(seen))


def _documents(order: Order, merge: Merge | None) -> list[FulfillmentOrder]:
    mine = Q(order=order)
    if merge is not None:
        mine |= Q(merge_group=merge.membership.group_id)
    lines = FulfillmentLine.objects.filter(order_item__order=order).select_related("sku")
    rows = FulfillmentOrder.objects.filter(mine).select_related("warehouse").order_by("pk")
    return list(
        rows.prefetch_related(
            Prefetch("shipments", Shipment.objects.order_by("pk")),
            Prefetch("lines", lines.order_by("pk"), to_attr="lines_of_order"),
        )
    )


def _routes(order: Order, merge: Merge | None) -> list[RouteDecision]:
    mine = Q(order=order)
    if merge is not None:
        mine |= Q(merge_group=merge.membership.group_id)
    return list(RouteDecision.objects.filter(mine).select_related("warehouse").order_by("-pk")[:5])


def _timeline(order: Order, documents: Sequence[FulfillmentOrder]) -> list[TimelineEntry]:
    about = Q(subject=Order.SUBJECT, subject_id=order.pk)
    if documents:
        about |= Q(subject=FulfillmentOrder.SUBJECT, subject_id__in=[row.pk for row in documents])
    parcels = [parcel.pk for row in documents for parcel in row.shipments.all()]
    if parcels:
        about |= Q(subject=Shipment.SUBJECT, subject_id__in=parcels)
    entries = TimelineEntry.objects.filter(about).select_related("actor")
    return list(entries.order_by("-at", "-pk")[:TIMELINE_LENGTH])
