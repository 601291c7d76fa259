"""Goods owed but not yet promised from a warehouse. Moves with the item's own counters.

The items' orders are locked by the caller; each act is two statements, however many items.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from oms.models import Demand, OrderItem


def assign_all(item_ids: Collection[int]) -> None:
    """All open units of the items go from "owed" onto documents."""
    Demand.objects.filter(order_item__in=item_ids).update(quantity=0)
    OrderItem.objects.filter(pk__in=item_ids).update(
        assigned_quantity=F("quantity") - F("cancelled_quantity")
    )


def unassign(units: Mapping[int, int]) -> None:
    """Units ({item id: units}) come back from documents and are owed again."""
    _shift(_items(units), "pk", "assigned_quantity", units, sign=-1)
    _shift(_demands(units), "order_item", "quantity", units, sign=1)


def cancel(units: Mapping[int, int]) -> None:
    """Units ({item id: units}) that stand on no document are not owed any more."""
    _shift(_demands(units), "order_item", "quantity", units, sign=-1)
    _shift(_items(units), "pk", "cancelled_quantity", units, sign=1)


def restore(units: Mapping[int, int]) -> None:
    """Cancelled units ({item id: units}) are owed again."""
    _shift(_demands(units), "order_item", "quantity", units, sign=1)
    _shift(_items(units), "pk", "cancelled_quantity", units, sign=-1)


def drop_all(order_ids: Iterable[int]) -> None:
    """Nothing of these orders is owed by us: they were shipped elsewhere."""
    Demand.objects.filter(order_item__order__in=list(order_ids)).update(quantity=0)


def _items(units: Mapping[int, int]) -> QuerySet[Any]:
    return OrderItem.objects.filter(pk__in=units)


def _demands(units: Mapping[int, int]) -> QuerySet[Any]:
    return Demand.objects.filter(order_item__in=units)


def _shift(rows: QuerySet[Any], key: str, column: str, units: Mapping[int, int], sign: int) -> None:
    if units:
        whens = [When(**{key: pk}, then=Value(sign * moved)) for pk, moved in units.items()]
        rows.update(**{column: F(column) + Case(*whens)})
