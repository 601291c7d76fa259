"""The one writer of stock levels: each change moves a locked level and leaves one movement row."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms import bulk
from oms.models import FulfillmentLine, Reservation, Sku, StockLevel, StockMovement, User
from oms.models.inventory import Condition
from oms.refusals import Refusal
from oms.services.inventory import statement

Kind = StockMovement.Kind
_BATCH = 500


class NotEnoughStock(Refusal):
    """Somebody else was faster, or the stock was never there. Nothing was moved."""

    message = _("Not enough stock of %(sku)s in this warehouse.")


@dataclass(frozen=True, slots=True)
class Change:
    """Units by which one stock level moves; both numbers may be negative."""

    warehouse_id: int
    sku_id: int
    kind: Kind
    on_hand: int = 0
    reserved: int = 0
    condition: Condition = Condition.GOOD
    reference: str = ""
    note: str = ""

    @property
    def key(self) -> "LevelKey":
        return (self.warehouse_id, self.sku_id, str(self.condition))

    @property
    def asked(self) -> statement.Asked:
        return statement.Asked(
            self.warehouse_id,
            self.sku_id,
            str(self.condition),
            str(self.kind),
            self.on_hand,
            self.reserved,
            self.reference,
            self.note,
        )


LevelKey = tuple[int, int, str]
"""(warehouse, SKU, condition): also the order in which levels are locked."""


def apply(
    changes: Iterable[Change], *, now: datetime, actor: User | None = None
) -> dict[tuple[int, int], int]:
    """Apply every change or, by raising, none; return level ids by (warehouse, SKU).

    Levels are locked in one order (warehouse, SKU), so that two services never wait for each other
    in a circle.

    :raises NotEnoughStock: if a level would promise more than lies there, or hold less than nothing
    """
    ordered = sorted(changes, key=lambda change: change.key)
    if not ordered:
        return {}
    # Only what comes in may meet a level that is not there yet.
    if statement.is_possible() and not any(change.on_hand > 0 for change in ordered):
        return _apply_at_once(ordered, now=now, actor=actor)
    return _apply_by_rows(ordered, now=now, actor=actor)


def _apply_at_once(
    ordered: Sequence[Change], *, now: datetime, actor: User | None
) -> dict[tuple[int, int], int]:
    asked = [change.asked for change in ordered]
    judged = statement.move(asked, now=now, actor_id=actor.pk if actor else None)
    levels: dict[tuple[int, int], int] = {}
    for level in judged:
        if level.refused is not None:
            raise NotEnoughStock(sku=level.refused)
        levels[level.warehouse_id, level.sku_id] = level.level_id
    return levels


@transaction.atomic
def _apply_by_rows(
    ordered: Sequence[Change], *, now: datetime, actor: User | None
) -> dict[tuple[int, int], int]:
    levels = _lock_levels({change.key for change in ordered})
    gained = {change.key for change in ordered if change.on_hand > 0} - levels.keys()
    if gained:
        levels |= _new_levels(gained)
    for change in ordered:
        if change.key not in levels:
            raise _not_enough(change.sku_id)
        level = levels[change.key]
        level.on_hand += change.on_hand
        level.reserved += change.reserved
    for level in levels.values():
        if not 0 <= level.reserved <= level.on_hand:
            raise _not_enough(level.sku_id)
    bulk.update_columns(list(levels.values()), ["on_hand", "reserved"])
    _write_movements(ordered, now=now, actor=actor)
    return {(level.warehouse_id, level.sku_id): level.pk for level in levels.values()}


def lock_good(sku_ids: Collection[int]) -> list[StockLevel]:
    """Lock and return the good stock of these SKUs everywhere, before anything is decided on it."""
    rows = StockLevel.objects.filter(sku__in=sku_ids, condition=Condition.GOOD)
    return list(rows.order_by("warehouse_id", "sku_id").select_for_update(no_key=True))


def _lock_levels(keys: Iterable[LevelKey]) -> dict[LevelKey, StockLevel]:
    skus: dict[tuple[int, str], list[int]] = {}
    for warehouse_id, sku_id, condition in keys:
        skus.setdefault((warehouse_id, condition), []).append(sku_id)
    wanted = Q(pk__in=())
    for (warehouse_id, condition), sku_ids in skus.items():
        wanted |= Q(warehouse=warehouse_id, condition=condition, sku__in=sku_ids)
    rows = StockLevel.objects.filter(wanted).order_by("warehouse_id", "sku_id", "condition")
    return {
        (row.warehouse_id, row.sku_id, str(row.condition)): row
        for row in rows.select_for_update(no_key=True)
    }


def _new_levels(keys: Collection[LevelKey]) -> dict[LevelKey, StockLevel]:
    StockLevel.objects.bulk_create(
        (
            StockLevel(warehouse_id=warehouse_id, sku_id=sku_id, condition=condition)
            for warehouse_id, sku_id, condition in sorted(keys)
        ),
        ignore_conflicts=True,
    )
    return _lock_levels(keys)


def _write_movements(changes: Iterable[Change], *, now: datetime, actor: User | None) -> None:
    bulk.append(
        [
            StockMovement(
                warehouse_id=change.warehouse_id,
                sku_id=change.sku_id,
                condition=change.condition,
                kind=change.kind,
                on_hand_delta=change.on_hand,
                reserved_delta=change.reserved,
                reference=change.reference,
                note=change.note,
                actor=actor,
                at=now,
            )
            for change in changes
        ]
    )


def _not_enough(sku_id: int) -> NotEnoughStock:
    return NotEnoughStock(sku=Sku.objects.values_list("code", flat=True).get(pk=sku_id))


def reserve(lines: Sequence[FulfillmentLine], *, now: datetime) -> None:
    """Promise the lines' units from the good stock of their document's warehouse.

    :raises NotEnoughStock: if any line cannot have all its units; then none has
    """
    levels = apply(_moved(((line, line.quantity) for line in lines), Kind.RESERVE, 1), now=now)
    bulk.insert(
        [
            Reservation(
                fulfillment_line=line,
                stock_level_id=levels[line.fulfillment.warehouse_id, line.sku_id],
                quantity=line.quantity,
                created_at=now,
            )
            for line in lines
        ]
    )


def give_back(parts: Sequence[tuple[FulfillmentLine, int]], *, now: datetime) -> None:
    """Take units off the lines' promises; whoever wants them next may have them.

    The lines' documents are locked by the caller.
    """
    held = Reservation.objects.filter(fulfillment_line__in=[line.pk for line, _units in parts])
    by_line = {row.fulfillment_line_id: row for row in held}
    for line, units in parts:
        row = by_line.get(line.pk)
        if row is None or row.quantity < units:
            raise ReservationMissing(line.pk)
        row.quantity -= units
    bulk.update_columns(list(by_line.values()), ["quantity"])
    apply(_moved(parts, Kind.UNRESERVE, -1), now=now)


class ReservationMissing(RuntimeError):
    """A line without its promise: the books are wrong, which the proofs would show too."""


def _moved(parts: Iterable[tuple[FulfillmentLine, int]], kind: Kind, sign: int) -> list[Change]:
    """One movement per document and SKU, however many lines."""
    units: dict[tuple[int, int, str], int] = {}
    for line, quantity in parts:
        document = line.fulfillment
        key = (document.warehouse_id, line.sku_id, document.fulfillment_no)
        units[key] = units.get(key, 0) + sign * quantity
    return [
        Change(warehouse_id, sku_id, kind, reserved=moved, reference=number)
        for (warehouse_id, sku_id, number), moved in units.items()
    ]
