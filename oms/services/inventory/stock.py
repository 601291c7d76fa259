"""The one writer of stock levels: each change is a conditional update and one movement row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.models import FulfillmentLine, Reservation, StockLevel, StockMovement, User
from oms.models.inventory import Condition
from oms.refusals import Refusal

Kind = StockMovement.Kind


class NotEnoughStock(Refusal):
    """Somebody else was faster, or the stock was never there. Nothing was reserved."""

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


def apply(
    changes: Iterable[Change], *, now: datetime, actor: User | None = None
) -> dict[tuple[int, int], int]:
    """Apply every change or, by raising, none; return level ids by (warehouse, SKU).

    Levels are taken in one order (warehouse, SKU), so that two services never wait for each other
    in a circle.

    :raises NotEnoughStock: if a level would promise more than lies there, or hold less than nothing
    """
    ordered = sorted(changes, key=lambda c: (c.warehouse_id, c.sku_id, c.condition))
    levels = {(c.warehouse_id, c.sku_id): _move(c) for c in ordered}
    StockMovement.objects.bulk_create(
        StockMovement(
            warehouse_id=c.warehouse_id,
            sku_id=c.sku_id,
            condition=c.condition,
            kind=c.kind,
            on_hand_delta=c.on_hand,
            reserved_delta=c.reserved,
            reference=c.reference,
            note=c.note,
            actor=actor,
            at=now,
        )
        for c in ordered
    )
    return levels


def _move(change: Change) -> int:
    key: dict[str, Any] = {
        "warehouse_id": change.warehouse_id,
        "sku_id": change.sku_id,
        "condition": change.condition,
    }
    if change.on_hand > 0:
        StockLevel.objects.get_or_create(**key)
    level = StockLevel.objects.filter(**key)
    possible = level.filter(
        on_hand__gte=F("reserved") + change.reserved - change.on_hand,
        reserved__gte=-change.reserved,
    )
    moved = possible.update(
        on_hand=F("on_hand") + change.on_hand, reserved=F("reserved") + change.reserved
    )
    if not moved:
        raise NotEnoughStock(sku=change.sku_id)
    return level.values_list("pk", flat=True).get()


def reserve(lines: Iterable[FulfillmentLine], *, now: datetime) -> None:
    """Promise the lines' units from the good stock of their document's warehouse.

    :raises NotEnoughStock: if any line cannot have all its units; then none has
    """
    wanted = list(lines)
    levels = apply(_per_sku(wanted, Kind.RESERVE, sign=1), now=now)
    Reservation.objects.bulk_create(
        Reservation(
            fulfillment_line=line,
            stock_level_id=levels[line.fulfillment.warehouse_id, line.sku_id],
            quantity=line.quantity,
            created_at=now,
        )
        for line in wanted
    )


def give_back(line: FulfillmentLine, *, quantity: int, now: datetime) -> None:
    """Take units off a line's promise; whoever wants them next may have them."""
    document = line.fulfillment
    held = Reservation.objects.filter(fulfillment_line=line, quantity__gte=quantity)
    if not held.update(quantity=F("quantity") - quantity):
        raise ReservationMissing(line.pk)
    change = Change(
        document.warehouse_id,
        line.sku_id,
        Kind.UNRESERVE,
        reserved=-quantity,
        reference=document.fulfillment_no,
    )
    apply([change], now=now)


class ReservationMissing(RuntimeError):
    """A line without its promise: the books are wrong, which the proofs would show too."""


def _per_sku(lines: Iterable[FulfillmentLine], kind: Kind, *, sign: int) -> Iterable[Change]:
    units: dict[tuple[int, int, str], int] = {}
    for line in lines:
        document = line.fulfillment
        key = (document.warehouse_id, line.sku_id, document.fulfillment_no)
        units[key] = units.get(key, 0) + line.quantity
    for (warehouse_id, sku_id, number), quantity in units.items():
        yield Change(warehouse_id, sku_id, kind, reserved=sign * quantity, reference=number)
