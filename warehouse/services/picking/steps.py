"""What the picker has to do next, read from the rows: the same on whichever device."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from warehouse.flows import PickStatus
from warehouse.models import PickLine, PickTask
from warehouse.services.picking.walk import Line, Place, Slot, Walk, read_walk


class StepKind(StrEnum):
    TOTE = "tote"
    """Scan an empty tote for a place on the cart."""
    BIN = "bin"
    """Go to a bin and scan it."""
    SKU = "sku"
    """Scan the goods, piece by piece."""
    PUT = "put"
    """Lay them into the tote and scan it."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """``lines`` are picked together: one, or those of all single-item documents from one bin."""

    kind: StepKind
    slot: Slot | None = None
    lines: Sequence[Line] = ()
    is_cluster: bool = False
    following: Place | None = None
    """The next bin of the walk, where the way leads there after this one."""

    @property
    def bin(self) -> Place:
        return self.lines[0].bin

    @property
    def remaining(self) -> int:
        return sum(line.quantity - line.picked for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.quantity for line in self.lines)


def next_step(task: PickTask) -> Step:
    """Return the one thing to do now."""
    return step_of(read_walk(task))


def step_of(walk: Walk) -> Step:
    """Return the one thing to do now on a walk that was read."""
    cluster = walk.is_cluster
    if cluster and (unlaid := [line for line in walk.lines if line.waits_to_be_laid]):
        return Step(StepKind.PUT, unlaid[0].slot, unlaid[:1], cluster)
    open_lines = [line for line in walk.lines if line.is_open]
    wanting = {line.slot.pk for line in open_lines}
    bare = next((slot for slot in walk.slots if slot.tote is None and slot.pk in wanting), None)
    if bare is not None:
        return Step(StepKind.TOTE, bare, [], cluster)
    if not open_lines:
        return Step(StepKind.DONE, is_cluster=cluster)
    together = _together(open_lines, is_single=walk.is_single)
    kind = StepKind.SKU if walk.bin_id == together[0].bin.pk else StepKind.BIN
    return Step(kind, together[0].slot, together, cluster, _following(open_lines, together))


def last_picked(task_id: int) -> PickLine | None:
    """Return the line that was finished last: an extra piece is most likely one of it."""
    lines = PickLine.objects.filter(slot__task=task_id, status=PickStatus.PICKED)
    return lines.order_by("-status_at", "-pk").first()


def _following(open_lines: Sequence[Line], together: Sequence[Line]) -> Place | None:
    here = together[0].bin.pk
    return next((line.bin for line in open_lines if line.bin.pk != here), None)


def _together(open_lines: Sequence[Line], *, is_single: bool) -> list[Line]:
    first = open_lines[0]
    if not is_single:
        return [first]
    key = (first.bin.pk, first.sku.pk, first.lot)
    return [line for line in open_lines if (line.bin.pk, line.sku.pk, line.lot) == key]
