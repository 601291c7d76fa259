"""Give orders that go alone a warehouse, its stock and a document, a page of them at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from oms.models import Order, OrderHold
from oms.services.fulfillment.documents import Owed, Plan, make_documents, owed_items
from oms.services.holds import place_hold, without_held
from oms.services.merging.facts import FREE, for_parcels
from oms.services.routing import Kept, Shelves, keep, shelves_of, units_of
from oms.transitions import fire_rows


def lock_free(where: Q, *, limit: int) -> list[Order]:
    """Lock a page of free orders of ours that nobody holds, urgent and nearest deadline first."""
    held = OrderHold.objects.filter(released_at=None).values("order_id")
    ours = Order.objects.filter(where, status__in=FREE, fulfilled_by=Order.FulfilledBy.US)
    rows = ours.exclude(pk__in=held)
    front = rows.order_by("-is_urgent", F("ship_by").asc(nulls_last=True), "pk")
    ids = list(front.values_list("pk", flat=True)[:limit])
    return without_held(lock_in_order(rows, ids=ids))


def lock_in_order(rows: QuerySet[Order], *, ids: Sequence[int]) -> list[Order]:
    """Lock by pk, as everywhere, and return those that are still ``rows`` in the order of ids."""
    locked = for_parcels(rows.filter(pk__in=ids)).order_by("pk")
    place = {pk: position for position, pk in enumerate(ids)}
    return sorted(
        locked.select_for_update(of=("self",), no_key=True), key=lambda order: place[order.pk]
    )


def allocate(orders: Sequence[Order], *, now: datetime) -> None:
    """Put locked, free orders on documents of their own; those in front choose first.

    Nobody has everything: a shortage hold, which ends by itself when stock comes.
    """
    owed = owed_items([order.pk for order in orders])
    shelves = shelves_of(skus_of(owed), now=now)
    kept = [decide(order, shelves=shelves, owed=owed) for order in orders if order.pk in owed]
    keep(kept, now=now)
    plans = [
        Plan([one.order], one.decision.warehouse_id, release_at=now)
        for one in kept
        if one.order is not None and one.decision.warehouse_id is not None
    ]
    make_documents(plans, owed=owed, now=now)
    routed = {order.pk: order for plan in plans for order in plan.orders}
    fire_rows(list(routed.values()), "allocate", now=now)
    for order in orders:
        if order.pk not in routed:
            # Nothing owed: only virtual lines or fees, which a person delivers another way.
            code = "shortage" if order.pk in owed else "nothing_to_ship"
            place_hold(order, code=code, owner=OrderHold.Owner.SYSTEM, now=now)


def decide(order: Order, *, shelves: Shelves, owed: Owed) -> Kept:
    """Decide for an order that goes alone, and count its goods off the shelves."""
    decision = shelves.decide([order], owed[order.pk])
    if decision.warehouse_id is not None:
        shelves.take_parcel(decision.warehouse_id, units_of(owed[order.pk]))
    return Kept(decision, order=order)


def skus_of(owed: Owed) -> set[int]:
    return {item.sku_id for items in owed.values() for item in items}
