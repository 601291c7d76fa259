"""Re-add the books: Σ bins = on hand, and what is on pick lists is what bins promised (I2)."""

from collections import defaultdict

from django.db.models import F, Sum

from oms.models import StockLevel
from warehouse.flows import PickStatus
from warehouse.models import BinStock, PickLine

Key = tuple[int, int, str]
"""(warehouse, SKU, condition)"""


def bins_against_on_hand(warehouse_id: int | None = None) -> dict[Key, tuple[int, int]]:
    """Return {key: (on hand, Σ bins)} where they differ: empty when the books are right."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    levels = StockLevel.objects.all()
    stock = BinStock.objects.all()
    if warehouse_id is not None:
        levels = levels.filter(warehouse=warehouse_id)
        stock = stock.filter(bin__warehouse=warehouse_id)
    for level in levels:
        sums[level.warehouse_id, level.sku_id, level.condition][0] += level.on_hand
    grouped = stock.values_list("bin__warehouse_id", "sku_id", "condition")
    for warehouse, sku, condition, units in grouped.annotate(units=Sum("quantity")).order_by():
        sums[warehouse, sku, condition][1] += units
    return {key: (books, bins) for key, (books, bins) in sums.items() if books != bins}


def promises_against_pick_lines() -> dict[tuple[int, int, str], tuple[int, int]]:
    """Return {(bin, SKU, lot): (promised, on open pick lines)} where they differ."""
    sums: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in BinStock.objects.filter(promised__gt=0):
        sums[row.bin_id, row.sku_id, row.lot][0] += row.promised
    lines = PickLine.objects.filter(status=PickStatus.OPEN)
    grouped = lines.values_list("bin_id", "sku_id", "lot")
    for bin_id, sku, lot, units in grouped.annotate(
        units=Sum(F("quantity") - F("picked"))
    ).order_by():
        sums[bin_id, sku, lot][1] += units
    return {key: (held, open_) for key, (held, open_) in sums.items() if held != open_}
