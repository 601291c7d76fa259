"""What may be sold, with every part of the sum shown."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from oms.models import Demand, StockAllotment, StockLevel
from oms.models.inventory import Condition


@dataclass(frozen=True, slots=True)
class Sellable:
    """Units of one SKU over all warehouses. ``units`` may be negative: that is the shortage."""

    on_hand: int = 0
    reserved: int = 0
    demand: int = 0
    safety: int = 0
    exclusive: int = 0

    @property
    def units(self) -> int:
        return self.on_hand - self.reserved - self.demand - self.safety - self.exclusive


def sellable(sku_ids: Collection[int]) -> dict[int, Sellable]:
    """Return what may be sold of each SKU: good stock on hand, less what is reserved, owed to
    orders that are not routed yet, or kept back for safety or for one channel."""
    ids = list(sku_ids)
    levels = {
        row["sku"]: row
        for row in StockLevel.objects.filter(sku__in=ids, condition=Condition.GOOD)
        .values("sku")
        .annotate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    }
    owed = dict(
        Demand.objects.filter(sku__in=ids, quantity__gt=0)
        .values_list("sku")
        .annotate(units=Sum("quantity"))
    )
    kept: dict[tuple[int, str], int] = {
        (sku, kind): units
        for sku, kind, units in StockAllotment.objects.filter(sku__in=ids)
        .values_list("sku", "kind")
        .annotate(units=Sum("quantity"))
    }
    kind = StockAllotment.Kind
    return {
        sku: Sellable(
            on_hand=levels[sku]["on_hand"] if sku in levels else 0,
            reserved=levels[sku]["reserved"] if sku in levels else 0,
            demand=owed.get(sku, 0),
            safety=kept.get((sku, kind.SAFETY), 0),
            exclusive=kept.get((sku, kind.EXCLUSIVE), 0) + kept.get((sku, kind.PRESALE), 0),
        )
        for sku in ids
    }
