"""The one writer of bin stock. It never touches the stock on hand: its callers do, in the same
transaction, or move units from bin to bin so that the sum stays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from oms.models import Condition, Sku, StockLevel
from oms.refusals import Refusal
from oms.services import counters
from warehouse.models import Bin, BinStock


class NotInBin(Refusal):
    message = _("There are not %(quantity)d × %(sku)s in %(bin)s.")


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of one SKU, lot and condition. ``since`` is when the oldest of them came in."""

    sku_id: int
    quantity: int
    lot: str = ""
    condition: str = Condition.GOOD
    since: datetime | None = None


def put(goods: Goods, *, bin_id: int, now: datetime) -> None:
    """Lay units into a bin; they keep their age, so that first in stays first out."""
    since = goods.since or now
    there = {
        "bin_id": bin_id,
        "sku_id": goods.sku_id,
        "lot": goods.lot,
        "condition": goods.condition,
    }
    if not _add(there, goods.quantity, since=since):
        BinStock.objects.get_or_create(**there, defaults={"since": since})
        _add(there, goods.quantity, since=since)


def _add(there: Mapping[str, Any], quantity: int, *, since: datetime) -> bool:
    return bool(
        BinStock.objects.filter(**there).update(
            quantity=F("quantity") + quantity,
            since=Case(
                When(quantity=0, then=since), When(since__gt=since, then=since), default="since"
            ),
        )
    )


def take(
    sku_id: int,
    *,
    bin_id: int,
    quantity: int,
    condition: str = Condition.GOOD,
    lot: str | None = None,
    promised: bool = False,
) -> list[Goods]:
    """Take units out of a bin, the oldest first; whole or, by raising, not at all.

    With ``promised`` they are those of a pick list; without it such units are left alone.

    :raises NotInBin: if there are not so many
    """
    rows = BinStock.objects.filter(bin=bin_id, sku=sku_id, condition=condition, quantity__gt=0)
    if lot is not None:
        rows = rows.filter(lot=lot)
    taken, missing = list[Goods](), quantity
    for row in _oldest_first(rows.order_by("pk").select_for_update()):
        free = row.promised if promised else row.quantity - row.promised
        units = min(free, missing)
        if units > 0:
            BinStock.objects.filter(pk=row.pk).update(
                quantity=F("quantity") - units, promised=F("promised") - units * promised
            )
            taken.append(Goods(sku_id, units, row.lot, condition, row.since))
            missing -= units
    if missing:
        raise _not_there(sku_id, bin_id, quantity)
    return taken


def take_all(units: Mapping[tuple[int, int], int]) -> None:
    """Take good units ({(bin, SKU): units}) out of many bins at once, the oldest of each first; all
    or, by raising, none.

    :raises NotInBin: if a bin does not hold so many
    """
    rows = BinStock.objects.filter(
        bin__in={bin_id for bin_id, _sku in units},
        sku__in={sku_id for _bin, sku_id in units},
        condition=Condition.GOOD,
        quantity__gt=0,
    )
    missing, moves = Counter(units), dict[int, int]()
    for row in _oldest_first(rows.order_by("pk").select_for_update()):
        place = (row.bin_id, row.sku_id)
        taken = min(row.quantity - row.promised, missing[place])
        if taken > 0:
            moves[row.pk] = taken
            missing[place] -= taken
    for (bin_id, sku_id), left in missing.items():
        if left > 0:
            raise _not_there(sku_id, bin_id, units[bin_id, sku_id])
    counters.shift(BinStock.objects.all(), key="pk", column="quantity", units=moves, sign=-1)


def _oldest_first(rows: Iterable[BinStock]) -> list[BinStock]:
    return sorted(rows, key=lambda row: (row.since, row.pk))


def holds(bin_id: int, *, sku_id: int) -> int:
    """Return the good units of a SKU in a bin."""
    rows = BinStock.objects.filter(bin=bin_id, sku=sku_id, condition=Condition.GOOD)
    return sum(rows.values_list("quantity", flat=True))


def is_empty(bin_id: int) -> bool:
    return not BinStock.objects.filter(bin=bin_id, quantity__gt=0).exists()


def promise(row_id: int, *, quantity: int) -> None:
    """Put units of a locked row on a pick list."""
    BinStock.objects.filter(pk=row_id).update(promised=F("promised") + quantity)


def unpromise(
    sku_id: int, *, bin_id: int, lot: str, quantity: int, doubted_at: datetime | None = None
) -> None:
    """Take units off a pick list; with ``doubted_at`` nothing more is planned from this bin."""
    rows = BinStock.objects.filter(bin=bin_id, sku=sku_id, lot=lot, condition=Condition.GOOD)
    rows.update(promised=F("promised") - quantity)
    if doubted_at is not None:
        rows.update(doubted_at=doubted_at)


def shelves(warehouse_id: int, *, sku_ids: Iterable[int], lock: bool = True) -> list[BinStock]:
    """Return what may be planned from: good units on active shelves, oldest first."""
    rows = BinStock.objects.filter(
        bin__warehouse=warehouse_id,
        bin__kind=Bin.Kind.SHELF,
        bin__is_active=True,
        sku__in=set(sku_ids),
        condition=Condition.GOOD,
        quantity__gt=F("promised"),
        doubted_at=None,
    )
    rows = rows.select_related("bin").order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return _oldest_first(rows)


def lock_stock(bin_ids: Iterable[int], *, sku_ids: Iterable[int]) -> None:
    """Lock what lies in these bins before the first of several rows is changed."""
    if connection.features.has_select_for_update:
        rows = BinStock.objects.filter(bin__in=set(bin_ids), sku__in=set(sku_ids))
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_shelves(warehouse_id: int, *, sku_ids: Iterable[int]) -> None:
    """Lock what lies on the shelves before several pick lists are changed."""
    if connection.features.has_select_for_update:
        rows = BinStock.objects.filter(
            bin__warehouse=warehouse_id, bin__kind=Bin.Kind.SHELF, sku__in=set(sku_ids)
        )
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).only("pk"))


def lock_levels(warehouse_id: int, *, sku_ids: Iterable[int]) -> None:
    """Lock the books before the bins: whoever changes both comes in this order."""
    levels = StockLevel.objects.filter(warehouse=warehouse_id, sku__in=set(sku_ids))
    list(levels.order_by("warehouse_id", "sku_id", "condition").select_for_update())


def _not_there(sku_id: int, bin_id: int, quantity: int) -> NotInBin:
    sku = Sku.objects.values_list("code", flat=True).get(pk=sku_id)
    place = Bin.objects.values_list("code", flat=True).get(pk=bin_id)
    return NotInBin(quantity=quantity, sku=sku, bin=place)
