"""Goods that come in, move between bins, or are counted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Condition, StockMovement, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.inventory.stock import Change, apply
from warehouse.models import Bin, BinStock
from warehouse.services.stock.bins import Goods, lock_levels, lock_stock, put, take

Kind = StockMovement.Kind


class DifferentWarehouse(Refusal):
    message = _("%(bin)s belongs to another warehouse.")


class NothingToMove(Refusal):
    message = _("Say how many units: one at least.")


class OnPickList(Refusal):
    message = _("%(promised)d units of it are on pick lists: count again when they are picked.")


@atomic_service
def receive(
    bin_id: int,
    *,
    goods: Goods,
    reference: str,
    now: datetime,
    actor: User,
    kind: Kind = Kind.RECEIVE,
    note: str = "",
) -> None:
    """Take new units into a bin: on hand and bin rise together.

    :raises NotAllowed: if the person may not adjust the stock of the warehouse
    """
    place = Bin.objects.select_related("warehouse").get(pk=bin_id)
    require(actor, "adjust_stock", place.warehouse)
    add(place, goods=goods, kind=kind, reference=reference, note=note, now=now, actor=actor)


@atomic_service
def add(
    place: Bin,
    *,
    goods: Goods,
    kind: Kind,
    reference: str,
    now: datetime,
    actor: User | None,
    note: str = "",
) -> None:
    """Let on hand and a bin rise together, for a service that has checked the right.

    :raises NothingToMove: if there is not one unit
    """
    if goods.quantity <= 0:
        raise NothingToMove
    _book(
        place,
        goods,
        units=goods.quantity,
        kind=kind,
        reference=reference,
        note=note,
        now=now,
        actor=actor,
    )
    put(goods, bin_id=place.pk, now=now)


@atomic_service
def move(
    from_bin_id: int,
    *,
    to_bin_id: int,
    sku_id: int,
    quantity: int,
    now: datetime,
    actor: User,
    condition: str = Condition.GOOD,
    lot: str | None = None,
) -> None:
    """Move units from bin to bin; what is on hand stays the same.

    :raises NotAllowed: if the person may not count stock in the warehouse
    :raises DifferentWarehouse: if the bins are not of one warehouse
    :raises NotInBin: if there are not so many free units
    """
    source = Bin.objects.select_related("warehouse").get(pk=from_bin_id)
    target = Bin.objects.get(pk=to_bin_id)
    require(actor, "count_stock", source.warehouse)
    if target.warehouse_id != source.warehouse_id:
        raise DifferentWarehouse(bin=target.code)
    if quantity <= 0:
        raise NothingToMove
    shift(
        source.pk,
        to_bin_id=target.pk,
        sku_id=sku_id,
        quantity=quantity,
        condition=condition,
        lot=lot,
        now=now,
    )


def shift(
    from_bin_id: int,
    *,
    to_bin_id: int,
    sku_id: int,
    quantity: int,
    now: datetime,
    condition: str = Condition.GOOD,
    lot: str | None = None,
    promised: bool = False,
) -> None:
    """Move units between bins of one warehouse inside the caller's transaction.

    :raises NotInBin: if there are not so many
    """
    lock_stock((from_bin_id, to_bin_id), sku_ids=[sku_id])
    pieces = take(
        sku_id,
        bin_id=from_bin_id,
        quantity=quantity,
        condition=condition,
        lot=lot,
        promised=promised,
    )
    for piece in pieces:
        put(piece, bin_id=to_bin_id, now=now)


@atomic_service
def count(bin_stock_id: int, *, counted: int, now: datetime, actor: User, note: str = "") -> int:
    """Set a bin to what was counted; return the difference. A doubt about it is over.

    :raises NotAllowed: if the person may not adjust the stock of the warehouse
    :raises OnPickList: if fewer are left than are promised to pickers
    :raises NotEnoughStock: if fewer are left than are promised to orders
    """
    place = Bin.objects.select_related("warehouse").get(stock=bin_stock_id)
    require(actor, "adjust_stock", place.warehouse)
    sku_id = BinStock.objects.values_list("sku_id", flat=True).get(pk=bin_stock_id)
    lock_levels(place.warehouse_id, sku_ids=[sku_id])
    row = lock_row(BinStock, bin_stock_id)
    if counted < row.promised:
        raise OnPickList(promised=row.promised)
    difference = counted - row.quantity
    goods = Goods(row.sku_id, abs(difference), row.lot, row.condition)
    if difference:
        _book(
            place,
            goods,
            units=difference,
            kind=Kind.COUNT,
            reference=place.code,
            note=note,
            now=now,
            actor=actor,
        )
    row.quantity, row.doubted_at = counted, None
    row.save(update_fields=["quantity", "doubted_at"])
    return difference


def _book(
    place: Bin,
    goods: Goods,
    *,
    units: int,
    kind: Kind,
    reference: str,
    note: str,
    now: datetime,
    actor: User | None,
) -> None:
    change = Change(
        place.warehouse_id,
        goods.sku_id,
        kind,
        on_hand=units,
        condition=Condition(goods.condition),
        reference=reference,
        note=note,
    )
    apply([change], now=now, actor=actor)
    bus.publish(StockChanged([goods.sku_id]), now=now)
