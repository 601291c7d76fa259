"""Goods owed but not yet promised from a warehouse. Moves with the item's own counters."""

from collections.abc import Iterable

from django.db.models import F

from oms.models import Demand, OrderItem


def assign(item_id: int, *, quantity: int) -> None:
    """Units go from "owed" onto a document."""
    Demand.objects.filter(order_item=item_id).update(quantity=F("quantity") - quantity)
    OrderItem.objects.filter(pk=item_id).update(assigned_quantity=F("assigned_quantity") + quantity)


def unassign(item_id: int, *, quantity: int) -> None:
    """Units come back from a document and are owed again."""
    OrderItem.objects.filter(pk=item_id).update(assigned_quantity=F("assigned_quantity") - quantity)
    Demand.objects.filter(order_item=item_id).update(quantity=F("quantity") + quantity)


def cancel(item_id: int, *, quantity: int) -> None:
    """Units that stand on no document are not owed any more."""
    Demand.objects.filter(order_item=item_id).update(quantity=F("quantity") - quantity)
    OrderItem.objects.filter(pk=item_id).update(
        cancelled_quantity=F("cancelled_quantity") + quantity
    )


def drop_all(order_ids: Iterable[int]) -> None:
    """Nothing of these orders is owed by us: they were shipped elsewhere."""
    Demand.objects.filter(order_item__order__in=list(order_ids)).update(quantity=0)
