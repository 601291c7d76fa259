"""The stock a warehouse starts with, by Excel: only where nothing was booked yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Condition, StockMovement
from oms.services.inventory.stock import Change, apply
from oms.services.sheets.cells import Choice, Text, Whole
from oms.services.sheets.codes import CODE, EXAMPLE_CODE
from oms.services.sheets.columns import Column
from oms.services.sheets.goods import sku_ids
from oms.services.sheets.kinds import (
    Context,
    Fate,
    Groups,
    Outrun,
    Row,
    Rows,
    SheetKind,
    Where,
    flat,
)
from warehouse.models import Bin, BinStock
from warehouse.services.sheets import codes
from warehouse.services.stock.bins import Goods, lock_levels, lock_stock, put

_MOST_UNITS = 10_000_000
_Level = tuple[int, str]
"""(SKU, condition) within the warehouse."""
_Lying = tuple[int, int, str, str]
"""(bin, SKU, lot, condition)"""


@dataclass(slots=True)
class _Stored:
    skus: Mapping[str, int]
    bins: Mapping[str, int]
    booked: frozenset[_Level]
    lying: Mapping[_Lying, int]


class OpeningSheet(SheetKind):
    """All rows of a SKU stand or fall together: once part of it is booked, the rest is refused."""

    key, order, where = "opening_stock", 60, Where.WAREHOUSE
    label = gettext_lazy("Opening stock")
    hint = gettext_lazy(
        "What lies in which bin on the first day. Later differences are counted, not imported."
    )
    group, within = ("code",), ("bin", "lot", "condition")
    columns = (
        Column("bin", codes.BIN, Text(32, is_code=True), codes.EXAMPLE_BIN, required=True),
        Column("code", CODE, Text(64, is_code=True), EXAMPLE_CODE, required=True),
        Column("quantity", codes.QUANTITY, Whole(0, _MOST_UNITS), "20", required=True),
        Column("lot", codes.LOT, Text(64, is_code=True), default=""),
        Column(
            "condition",
            codes.CONDITION,
            Choice(dict(Condition.choices), codes.CONDITION_WORDS),
            note=gettext_lazy("empty means good"),
            default=str(Condition.GOOD),
        ),
    )

    def plan(self, groups: Groups, context: Context) -> None:
        stored = _stored(groups, warehouse_id=context.place_id or 0)
        for row in flat(groups):
            _plan_row(row, stored)

    def apply(self, groups: Groups, context: Context) -> None:
        """Book the rows: levels first, then bins, in one transaction.

        :raises Outrun: if one of the levels was booked by somebody else since the plan was made
        """
        warehouse_id = context.place_id or 0
        rows = [row for row in flat(groups) if row.fate is Fate.NEW]
        skus = sku_ids(row.values["code"] for row in rows)
        bins = _bins(rows, warehouse_id)
        lock_levels(warehouse_id, sku_ids=skus.values())
        changes = [_change(row, skus[row.values["code"]], context) for row in rows]
        apply(changes, now=context.now, actor=context.actor)
        # Now the levels are locked: whoever booked them before us is visible.
        others = _booked(warehouse_id, skus.values(), but=context.reference)
        if any((change.sku_id, str(change.condition)) in others for change in changes):
            raise Outrun
        lock_stock(bins.values(), sku_ids=skus.values())
        for row in rows:
            values = row.values
            goods = Goods(
                skus[values["code"]], values["quantity"], values["lot"], values["condition"]
            )
            put(goods, bin_id=bins[values["bin"]], now=context.now)
        if changes:
            bus.publish(StockChanged(sorted(set(skus.values()))), now=context.now)


def _stored(groups: Groups, *, warehouse_id: int) -> _Stored:
    rows = list(flat(groups))
    skus = sku_ids(row.values["code"] for row in rows)
    bins = _bins(rows, warehouse_id)
    found = BinStock.objects.filter(bin__in=bins.values(), sku__in=skus.values())
    lying = {
        (place, sku, lot, condition): quantity
        for place, sku, lot, condition, quantity in found.values_list(
            "bin", "sku", "lot", "condition", "quantity"
        )
    }
    return _Stored(skus, bins, _booked(warehouse_id, skus.values()), lying)


def _bins(rows: Rows, warehouse_id: int) -> dict[str, int]:
    names = {row.values["bin"] for row in rows}
    found = Bin.objects.filter(warehouse=warehouse_id, code__in=names, is_active=True)
    return dict(found.values_list("code", "pk"))


def _booked(warehouse_id: int, sku_ids: Iterable[int], *, but: str = "") -> frozenset[_Level]:
    """Return the levels of which any movement was booked; ``but`` is a reference to pass over."""
    found = StockMovement.objects.filter(warehouse=warehouse_id, sku__in=sku_ids)
    if but:
        found = found.exclude(reference=but)
    return frozenset(found.order_by().values_list("sku", "condition").distinct())


def _plan_row(row: Row, stored: _Stored) -> None:
    values = row.values
    sku, place = stored.skus.get(values["code"]), stored.bins.get(values["bin"])
    if sku is None:
        row.refuse(
            _("there is no SKU “%(code)s”: import the SKUs first") % {"code": values["code"]}
        )
    if place is None:
        text = _("there is no bin “%(code)s” in use here: import the bins first")
        row.refuse(text % {"code": values["bin"]})
    if sku is None or place is None:
        return
    lies = stored.lying.get((place, sku, values["lot"], values["condition"]), 0)
    if lies == values["quantity"]:
        row.fate = Fate.UNCHANGED
    elif (sku, values["condition"]) in stored.booked:
        row.refuse(_("stock of this SKU was booked here already: count it instead"))
    else:
        row.fate = Fate.NEW


def _change(row: Row, sku_id: int, context: Context) -> Change:
    return Change(
        context.place_id or 0,
        sku_id,
        StockMovement.Kind.OPENING,
        on_hand=row.values["quantity"],
        condition=Condition(row.values["condition"]),
        reference=context.reference,
        note=row.values["bin"],
    )
