"""Goods owed but not yet promised from a warehouse. Moves with the item's own counters.

The items' orders are locked by the caller; each act is two statements, however many items.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import F

from oms.models import Demand, OrderItem
from oms.services import counters


def assign_all(item_ids: Collection[int]) -> None:
    """All open units of the items go from "owed" onto documents."""
    Demand.objects.filter(order_item__in=item_ids).update(quantity=0)
    OrderItem.objects.filter(pk__in=item_ids).update(
        assigned_quantity=F("quantity") - F("cancelled_quantity")
    )


def unassign(units: Mapping[int, int]) -> None:
    """Units ({item id: units}) come back from documents and are owed again."""
    _shift_item("assigned_quantity", units, sign=-1)
    _shift_demand(units, sign=1)


def cancel(units: Mapping[int, int]) -> None:
    """Units ({item id: units}) that stand on no document are not owed any more."""
    _shift_demand(units, sign=-1)
    _shift_item("cancelled_quantity", units, sign=1)


def restore(units: Mapping[int, int]) -> None:
    """Cancelled units ({item id: units}) are owed again."""
    _shift_demand(units, sign=1)
    _shift_item("cancelled_quantity", units, sign=-1)


def drop_all(order_ids: Iterable[int]) -> None:
    """Nothing of these orders is owed by us: they were shipped elsewhere."""
    Demand.objects.filter(order_item__order__in=list(order_ids)).update(quantity=0)


def _shift_item(column: str, units: Mapping[int, int], *, sign: int) -> None:
    counters.shift(OrderItem.objects.all(), key="pk", column=column, units=units, sign=sign)


def _shift_demand(units: Mapping[int, int], *, sign: int) -> None:
    rows = Demand.objects.all()
    counters.shift(rows, key="order_item", column="quantity", units=units, sign=sign)
