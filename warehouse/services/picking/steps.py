"""What the picker has to do next, read from the rows: the same on whichever device."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, F, Q, Sum

from warehouse.flows import PickStatus
from warehouse.models import Bin, PickLine, PickSlot, PickTask
from warehouse.services.waves.closing import is_cluster, open_slots


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
    slot: PickSlot | None = None
    lines: Sequence[PickLine] = ()
    is_cluster: bool = False
    following: Bin | None = None
    """The next bin of the walk, where the way leads there after this one."""

    @property
    def bin(self) -> Bin:
        return self.lines[0].bin

    @property
    def remaining(self) -> int:
        return sum(line.quantity - line.picked for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Progress:
    """Units of a task: all that are wanted, and those that lie in a tote."""

    done: int
    total: int
    parked: int


def next_step(task: PickTask) -> Step:
    """Return the one thing to do now."""
    slots = open_slots(task)
    cluster = is_cluster(task, slots=len(slots))
    lines = _lines(slots)
    if cluster and (unlaid := [line for line in lines if _is_unlaid(line)]):
        slot = next(slot for slot in slots if slot.pk == unlaid[0].slot_id)
        return Step(StepKind.PUT, slot, unlaid[:1], cluster)
    open_lines = [line for line in lines if line.status == PickStatus.OPEN]
    wanting = {line.slot_id for line in open_lines}
    bare = next((slot for slot in slots if slot.tote_id is None and slot.pk in wanting), None)
    if bare is not None:
        return Step(StepKind.TOTE, bare, [], cluster)
    if not open_lines:
        return Step(StepKind.DONE, is_cluster=cluster)
    together = _together(open_lines, is_single=task.wave.is_single)
    kind = StepKind.SKU if task.bin_id == together[0].bin_id else StepKind.BIN
    slot = next(slot for slot in slots if slot.pk == together[0].slot_id)
    return Step(kind, slot, together, cluster, _following(open_lines, together))


def progress(task: PickTask) -> Progress:
    live = Q(parked_at=None) & ~Q(lines__status=PickStatus.CANCELLED)
    parked = Q(closed_at=None, parked_at__isnull=False)
    back = F("lines__put_back")
    sums = PickSlot.objects.filter(task=task).aggregate(
        total=Sum(F("lines__quantity") - back, filter=live, default=0),
        done=Sum(F("lines__picked") - back, filter=live, default=0),
        parked=Count("pk", filter=parked, distinct=True),
    )
    return Progress(**sums)


def last_picked(task: PickTask) -> PickLine | None:
    """Return the line that was finished last: an extra piece is most likely one of it."""
    lines = PickLine.objects.filter(slot__task=task, status=PickStatus.PICKED)
    return lines.order_by("-status_at", "-pk").first()


def _lines(slots: Sequence[PickSlot]) -> list[PickLine]:
    own = {slot.pk: slot for slot in slots}
    rows = PickLine.objects.filter(slot__in=own).exclude(status=PickStatus.CANCELLED)
    lines = list(rows.select_related("bin", "sku").order_by("position", "pk"))
    for line in lines:
        line.slot = own[line.slot_id]
    return lines


def _is_unlaid(line: PickLine) -> bool:
    wanted = line.put_back < line.quantity
    return line.status == PickStatus.PICKED and line.put_at is None and wanted


def _following(open_lines: Sequence[PickLine], together: Sequence[PickLine]) -> Bin | None:
    here = together[0].bin_id
    return next((line.bin for line in open_lines if line.bin_id != here), None)


def _together(open_lines: Sequence[PickLine], *, is_single: bool) -> list[PickLine]:
    first = open_lines[0]
    if not is_single:
        return [first]
    key = (first.bin_id, first.sku_id, first.lot)
    return [line for line in open_lines if (line.bin_id, line.sku_id, line.lot) == key]
