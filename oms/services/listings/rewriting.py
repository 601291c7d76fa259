"""An open order's goods become what its listing stands for now; its money stays as it is."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError

from oms.audit import timeline
from oms.models import Demand, Listing, Order, OrderItem, OrderLine, User
from oms.models.locking import atomic_service, lock_row
from oms.rules.shares import share_out
from oms.services.listings.touched import NOT_RELEASED, kept, lines_of
from oms.services.orders.lines import demand_items
from oms.services.orders.mapping import Component, components_of
from oms.services.recall import line_up_anew


class StillNamed(Exception):
    """An item that would go is named by a document or a case: the order keeps its goods."""


@atomic_service
def follow(order_id: int, *, listing_id: int, actor: User | None, now: datetime) -> set[int] | None:
    """Bring an order in line with a listing: off the documents that no warehouse has, then new
    items and new demand.

    Return the SKUs whose demand moved, empty if it was in line already; None if it must stay as it
    is. A second time it changes nothing.
    """
    order = lock_row(Order, order_id)
    # Only now: of two changes that are followed at once, the later one must have the last word.
    listing = Listing.objects.get(pk=listing_id)
    components = components_of(listing)
    lines = _lines(order, listing)
    wrong = [line for line in lines if not _fits(line, components)]
    if not wrong or not components:
        return set()
    if order.status not in NOT_RELEASED or kept([order], listing=listing):
        return None
    try:
        # A point to go back to: an order that cannot follow to its end does not follow half-way.
        with transaction.atomic():
            return _rewrite(order, wrong, components, listing=listing, actor=actor, now=now)
    except (StillNamed, ProtectedError):
        return None


def _rewrite(
    order: Order,
    lines: Sequence[OrderLine],
    components: Sequence[Component],
    *,
    listing: Listing,
    actor: User | None,
    now: datetime,
) -> set[int]:
    line_up_anew(order, reason="listing mapped anew", now=now, actor=actor)
    moved: set[int] = set()
    for line in lines:
        moved |= _rewrite_line(order, line, components, now=now)
    detail = {"listing": listing.pk, "skus": sorted(moved)}
    timeline.record(Order.SUBJECT, order.pk, "remap", at=now, actor=actor, detail=detail)
    return moved


def _lines(order: Order, listing: Listing) -> list[OrderLine]:
    rows = OrderLine.objects.filter(lines_of(listing), order=order, items__isnull=False)
    return list(rows.distinct().order_by("position"))


def _fits(line: OrderLine, components: Sequence[Component]) -> bool:
    there = dict(line.items.values_list("sku_id", "quantity"))
    return there == {part.sku_id: line.quantity * part.quantity for part in components}


def _rewrite_line(
    order: Order, line: OrderLine, components: Sequence[Component], *, now: datetime
) -> set[int]:
    """Keep the rows that may stay, give the others a new meaning, and only then add or take away:
    what once stood on a document keeps its row, and the document its own words."""
    items = {item.sku_id: item for item in line.items.order_by("pk").select_for_update()}
    moved = set(items) ^ {part.sku_id for part in components}
    spare = [item for sku, item in items.items() if sku in moved]
    paid = share_out(line.paid_share, [Decimal(part.quantity) for part in components])
    fresh: list[OrderItem] = []
    for part, share in zip(components, paid, strict=True):
        item = items[part.sku_id] if part.sku_id not in moved else (spare.pop(0) if spare else None)
        if item is None:
            item = OrderItem(order=order, line=line)
            fresh.append(item)
        _mean(item, part, line=line, paid_share=share)
    for item in spare:
        _take_away(item)
    demand_items(fresh, now=now)
    return set(items) | {part.sku_id for part in components}


def _mean(item: OrderItem, part: Component, *, line: OrderLine, paid_share: Decimal) -> None:
    item.sku_id, item.paid_share = part.sku_id, paid_share
    item.quantity = line.quantity * part.quantity
    item.cancelled_quantity = line.cancelled_quantity * part.quantity
    item.save()
    owed = item.quantity - item.cancelled_quantity - item.assigned_quantity
    Demand.objects.filter(order_item=item).update(sku=part.sku_id, quantity=owed)


def _take_away(item: OrderItem) -> None:
    if item.assigned_quantity or item.fulfillment_lines.exists():
        raise StillNamed
    Demand.objects.filter(order_item=item).delete()
    item.delete()
