"""Which playbook a request falls under, what it is worth, and where the goods go back to."""

from collections.abc import Iterable, Mapping

from aftersales.models import Reason
from aftersales.playbooks import Playbook, choose
from oms.models import Category, FulfillmentLine, Order, OrderItem, Warehouse

_DEEPEST = 8


def plan(items: Iterable[OrderItem], *, reason: Reason, before_shipping: bool) -> Playbook:
    """Choose the playbook for these items of an order."""
    above = _codes_above()
    categories = [above.get(item.sku.category_id or 0, frozenset()) for item in items]
    return choose(reason=reason, categories=categories, before_shipping=before_shipping)


def _codes_above() -> dict[int, frozenset[str]]:
    """Return, per category, its own code and those of the categories it is part of."""
    rows = {pk: (code, up) for pk, code, up in _categories()}
    found: dict[int, frozenset[str]] = {}
    for pk in rows:
        codes: set[str] = set()
        current: int | None = pk
        for _level in range(_DEEPEST):
            if current is None or current not in rows:
                break
            code, current = rows[current]
            codes.add(code)
        found[pk] = frozenset(codes)
    return found


def _categories() -> Iterable[tuple[int, str, int | None]]:
    return Category.objects.values_list("pk", "code", "parent_id")


def return_warehouse(order: Order, *, units: Mapping[int, int]) -> Warehouse | None:
    """Return the warehouse that shipped these units (most of them), or the first that is active."""
    shipped: dict[int, int] = {}
    lines = FulfillmentLine.objects.filter(order_item__in=units, cancelled_at=None)
    for place, quantity in lines.values_list("fulfillment__warehouse_id", "packed_quantity"):
        shipped[place] = shipped.get(place, 0) + quantity
    if shipped:
        return Warehouse.objects.get(pk=max(sorted(shipped), key=lambda pk: shipped[pk]))
    return order.appointed_warehouse or Warehouse.objects.filter(is_active=True).first()
