"""The stock a warehouse starts with, from a list of bins: the same list twice changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Condition, Sku, StockMovement, User, Warehouse
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.inventory.stock import Change, apply
from warehouse.models import Bin, BinStock
from warehouse.services.stock.bins import lock_levels, lock_stock
from warehouse.services.stock.moves import OnPickList

REFERENCE = "opening"


class BadOpeningRows(Refusal):
    """``problems`` are (number of the row from 1, text) of every faulty row."""

    message = _("%(count)d rows cannot be taken over; nothing was changed.")

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(count=len(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """So many units of a SKU lie in a bin: the whole of them, not what is to be added."""

    bin_code: str
    sku_code: str
    quantity: int
    lot: str = ""
    condition: str = Condition.GOOD


@dataclass(frozen=True, slots=True)
class _Place:
    row: OpeningRow
    bin: Bin
    sku_id: int


@atomic_service
def set_opening_stock(
    warehouse_id: int, *, rows: Iterable[OpeningRow], now: datetime, actor: User
) -> int:
    """Make each named bin hold what the list says; return how many units on hand that changes.

    Rows of one bin, SKU, lot and condition are added up. Bins and SKUs must exist. At most some
    hundred rows in one call: SQLite locks the whole database meanwhile.

    :raises NotAllowed: if the person may not adjust the stock of the warehouse
    :raises BadOpeningRows: naming every faulty row
    :raises OnPickList: if fewer would be left in a bin than are promised to pickers
    :raises NotEnoughStock: if fewer would be left than are promised to orders
    """
    require(actor, "adjust_stock", Warehouse.objects.get(pk=warehouse_id))
    places = _add_up(_find(warehouse_id, list(rows)))
    lock_levels(warehouse_id, sku_ids=[place.sku_id for place in places])
    lock_stock([place.bin.pk for place in places], sku_ids=[place.sku_id for place in places])
    differences = [_set(place, now=now) for place in places]
    changes = [
        Change(
            warehouse_id,
            place.sku_id,
            StockMovement.Kind.OPENING,
            on_hand=units,
            condition=Condition(place.row.condition),
            reference=REFERENCE,
            note=place.bin.code,
        )
        for place, units in zip(places, differences, strict=True)
        if units
    ]
    apply(changes, now=now, actor=actor)
    if changes:
        bus.publish(StockChanged(sorted({change.sku_id for change in changes})), now=now)
    return sum(differences)


def _find(warehouse_id: int, rows: Sequence[OpeningRow]) -> list[_Place]:
    bins = {place.code: place for place in Bin.objects.filter(warehouse=warehouse_id)}
    codes = {row.sku_code for row in rows}
    skus = dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))
    problems = [
        (number, str(problem))
        for number, row in enumerate(rows, start=1)
        for problem in _problems(row, bins=bins, skus=skus)
    ]
    if problems:
        raise BadOpeningRows(problems)
    return [_Place(row, bins[row.bin_code], skus[row.sku_code]) for row in rows]


def _problems(row: OpeningRow, *, bins: dict[str, Bin], skus: dict[str, int]) -> list[object]:
    checks = (
        (row.bin_code not in bins, _("There is no bin %(code)s.") % {"code": row.bin_code}),
        (row.sku_code not in skus, _("There is no SKU %(code)s.") % {"code": row.sku_code}),
        (row.quantity < 0, _("A quantity cannot be negative.")),
        (row.condition not in Condition.values, _("There is no such condition.")),
    )
    return [problem for wrong, problem in checks if wrong]


def _add_up(places: Iterable[_Place]) -> list[_Place]:
    """One entry per bin, SKU, lot and condition, in the order in which rows are locked."""
    found: dict[tuple[int, int, str, str], _Place] = {}
    for place in places:
        row = place.row
        key = (place.bin.pk, place.sku_id, row.lot, row.condition)
        units = found[key].row.quantity if key in found else 0
        summed = OpeningRow(
            row.bin_code, row.sku_code, row.quantity + units, row.lot, row.condition
        )
        found[key] = _Place(summed, place.bin, place.sku_id)
    return [found[key] for key in sorted(found)]


def _set(place: _Place, *, now: datetime) -> int:
    row, _created = BinStock.objects.select_for_update().get_or_create(
        bin=place.bin,
        sku_id=place.sku_id,
        lot=place.row.lot,
        condition=place.row.condition,
        defaults={"since": now},
    )
    if place.row.quantity < row.promised:
        raise OnPickList(promised=row.promised)
    difference = place.row.quantity - row.quantity
    row.quantity = place.row.quantity
    row.save(update_fields=["quantity"])
    return difference
