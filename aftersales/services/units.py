"""How many units of an order may still be asked back: three pieces may go three ways, once each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from aftersales.flows import CaseStatus, Money
from aftersales.models import CaseLine
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import Order, OrderItem

_NOT_ALL_LEFT = (*NOTHING_LEFT_THE_BUILDING, OrderStatus.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True)
class Free:
    """An item and the units of it that no case speaks for. ``has_left`` tells which rule held."""

    item: OrderItem
    units: int
    has_left: bool


def free_units(
    order: Order, *, but: int | None = None, paid: Mapping[int, int] | None = None
) -> list[Free]:
    """Tell for every item of an order how many units a new case may ask for.

    ``but`` leaves out one case, which is about to be changed; ``paid`` ({item id: units}) are units
    that were paid back for the very request in hand. Under the order's lock the answer
    holds until the transaction ends.
    """
    items = list(order.items.select_related("line", "sku__category").order_by("pk"))
    lines = CaseLine.objects.filter(case__order=order, case__status=CaseStatus.OPEN)
    taken = _Taken(lines.filter(order_item__isnull=False).exclude(case=but))
    back = paid or {}
    return [_free(order, item, taken, paid=back.get(item.pk, 0)) for item in items]


class _Taken:
    """Units per item that open cases speak for, counted once for the goods, once for the money."""

    def __init__(self, rows: QuerySet[CaseLine]) -> None:
        left = Q(case__is_before_shipping=False)
        self.coming_back = _sums(rows.filter(left), F("quantity") - F("received_quantity"))
        self.unpaid = _sums(rows.filter(left, case__money=Money.NONE), F("quantity"))
        # Once agreed to, the item's own counter says that these units were cancelled.
        self.kept = _sums(rows.filter(~left, case__approved_at=None), F("quantity"))


def _sums(rows: QuerySet[CaseLine], value: Combinable) -> dict[int, int]:
    found = rows.values_list("order_item_id").annotate(units=Sum(value))
    return dict(found)


def _free(order: Order, item: OrderItem, taken: _Taken, *, paid: int) -> Free:
    if item.shipped_quantity == 0 and order.status in _NOT_ALL_LEFT:
        units = item.quantity - item.cancelled_quantity - taken.kept.get(item.pk, 0)
        return Free(item, max(units, 0), has_left=False)
    with_buyer = item.shipped_quantity - item.returned_quantity - taken.coming_back.get(item.pk, 0)
    refundable = item.quantity - item.refunded_quantity + paid - taken.unpaid.get(item.pk, 0)
    return Free(item, max(min(with_buyer, refundable), 0), has_left=True)
