"""What a picker's cart holds and what is still to be fetched: all of it by one statement.

Whoever has locked the task may go on with what was read and note what was picked: nobody else
changes its lines meanwhile.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from oms.statements import rows
from warehouse.flows import PickStatus
from warehouse.models import PickTask

_READ = """
SELECT slot.id, slot.fulfillment_id, slot.position, slot.tote_id, tote.code,
    slot.parked_at IS NOT NULL, slot.closed_at IS NOT NULL,
    line.id, line.fulfillment_line_id, line.status, line.bin_id, bin.code,
    sku.id, sku.code, sku.name, sku.has_serial, sku.has_expiry,
    line.lot, line.quantity, line.picked, line.put_back, line.put_at IS NOT NULL
FROM warehouse_pickslot slot
LEFT JOIN warehouse_bin tote ON tote.id = slot.tote_id
LEFT JOIN warehouse_pickline line ON line.slot_id = slot.id AND line.status <> 'cancelled'
LEFT JOIN warehouse_bin bin ON bin.id = line.bin_id
LEFT JOIN oms_sku sku ON sku.id = line.sku_id
WHERE slot.task_id = %s
ORDER BY line.position, line.id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A bin: a shelf, or a tote on the cart."""

    pk: int
    code: str


@dataclass(frozen=True, slots=True)
class Item:
    """A SKU, as far as a picker needs to know it."""

    pk: int
    code: str
    name: str
    has_serial: bool
    has_expiry: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the cart whose document goes on."""

    pk: int
    fulfillment_id: int
    position: int
    tote: Place | None

    @property
    def tote_id(self) -> int | None:
        return self.tote.pk if self.tote else None


@dataclass(slots=True)
class Line:
    """Units to be taken from one bin for one document."""

    pk: int
    slot: Slot
    fulfillment_line_id: int
    is_open: bool
    bin: Place
    sku: Item
    lot: str
    quantity: int
    picked: int
    put_back: int
    is_laid: bool

    @property
    def waits_to_be_laid(self) -> bool:
        return not self.is_open and not self.is_laid and self.put_back < self.quantity


@dataclass(slots=True)
class Walk:
    """``slots`` and ``lines`` are those that go on, in the order of the cart and of the way; the
    counts are of units, of places for ``parked``. ``bin_id`` is where the picker stands."""

    task_id: int
    warehouse_id: int
    is_single: bool
    bin_id: int | None
    slots: list[Slot] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    done: int = 0
    total: int = 0
    parked: int = 0

    @property
    def is_cluster(self) -> bool:
        """Goods are sorted into several totes while picking."""
        return len(self.slots) > 1 and not self.is_single

    def note_picked(self, line: Line, units: int) -> None:
        """Follow what was booked, so that it need not be read again."""
        line.picked += units
        self.done += units
        line.is_open = line.picked < line.quantity


class _Row(NamedTuple):
    slot_id: int
    fulfillment_id: int
    place: int
    tote_id: int
    tote_code: str
    is_parked: bool
    is_closed: bool
    line_id: int
    fulfillment_line_id: int
    status: str
    bin_id: int
    bin_code: str
    sku_id: int
    sku_code: str
    name: str
    has_serial: bool
    has_expiry: bool
    lot: str
    quantity: int
    picked: int
    put_back: int
    is_laid: bool


def read_walk(task: PickTask) -> Walk:
    """Read the cart of a task, whose wave is at hand."""
    walk = Walk(task.pk, task.wave.warehouse_id, task.wave.is_single, task.bin_id)
    slots: dict[int, Slot | None] = {}
    for values in rows(_READ, [task.pk]):
        row = _Row(*values)
        if row.slot_id not in slots:
            slots[row.slot_id] = _add_slot(walk, row)
        if row.line_id is not None:
            _add_line(walk, slots[row.slot_id], row)
    walk.slots.sort(key=lambda slot: slot.position)
    return walk


def _add_slot(walk: Walk, row: _Row) -> Slot | None:
    """Return the row's place on the cart; None if its document does not go on."""
    if row.is_closed or row.is_parked:
        walk.parked += not row.is_closed
        return None
    tote = Place(row.tote_id, row.tote_code) if row.tote_id else None
    slot = Slot(row.slot_id, row.fulfillment_id, row.place, tote)
    walk.slots.append(slot)
    return slot


def _add_line(walk: Walk, slot: Slot | None, row: _Row) -> None:
    if not row.is_parked:
        walk.total += row.quantity - row.put_back
        walk.done += row.picked - row.put_back
    if slot is not None:
        walk.lines.append(
            Line(
                row.line_id,
                slot,
                row.fulfillment_line_id,
                row.status == PickStatus.OPEN,
                Place(row.bin_id, row.bin_code),
                Item(row.sku_id, row.sku_code, row.name, row.has_serial, row.has_expiry),
                row.lot,
                row.quantity,
                row.picked,
                row.put_back,
                row.is_laid,
            )
        )
