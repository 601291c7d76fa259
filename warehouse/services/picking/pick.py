"""Each scan of a picker: right or wrong, and if right, booked at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.models import User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.fulfillment.stations import lock_open
from oms.transitions import fire_many
from warehouse.models import Bin, PickLine, PickSlot, PickTask
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.picking.booking import book
from warehouse.services.picking.claiming import PERMISSION, claim, hand_back, lock_own
from warehouse.services.picking.short import report_short, skip
from warehouse.services.picking.steps import Step, StepKind, last_picked, step_of
from warehouse.services.picking.walk import Line, Walk, read_walk
from warehouse.services.stock.bins import is_empty
from warehouse.services.waves.closing import settle


class WrongBin(Refusal):
    message = _("Wrong bin. Go to %(wanted)s.")


class WrongItem(Refusal):
    message = _("Wrong item. Take %(wanted)s.")


class TooMany(Refusal):
    message = _("Too many: only %(left)d more of it. Put the rest back.")


class NotOnePiece(Refusal):
    message = _("Every piece of it is scanned by itself: it has a serial number or an expiry date.")


class ScanBinFirst(Refusal):
    message = _("Scan the bin first: %(wanted)s.")


class NotATote(Refusal):
    message = _("Scan a tote.")


class ToteInUse(Refusal):
    message = _("This tote is in use. Take an empty one.")


class WrongTote(Refusal):
    message = _("Wrong tote: these goods belong in %(wanted)s.")


@atomic_service
def pick(
    warehouse_id: int, *, task_id: int | None, scan: Scan, actor: User, now: datetime
) -> Outcome:
    """Take one scan of a picker; without a task the scan only claims one.

    :raises NotYourTask: if somebody else picks it
    :raises DocumentStopped: if the document of this step must not go on
    :raises TakenBack: if the units of this step were cancelled
    :raises Refusal: one of this module, if the scan is not what the step asks for
    """
    if task_id is None or scan.command is Command.START:
        claim(warehouse_id, actor=actor, now=now)
        return Outcome("task_claimed", tone=Tone.INFO)
    task = lock_own(task_id, actor=actor)
    walk = read_walk(task)
    step = step_of(walk)
    outcome = _act(task, walk, step, scan, actor=actor, now=now)
    if scan.command is None and step.remaining:
        # More of the same is wanted here: nothing can be over, and what was read still holds.
        return replace(outcome, shown=walk)
    if task.picker_id is not None and settle(task, now=now, actor=actor):
        return Outcome("task_done", tone=Tone.DONE)
    return outcome


def _act(
    task: PickTask, walk: Walk, step: Step, scan: Scan, *, actor: User, now: datetime
) -> Outcome:
    match scan.command:
        case Command.HAND_BACK:
            hand_back(task, actor=actor, now=now)
            return Outcome("task_handed_back", tone=Tone.INFO)
        case Command.SKIP:
            return skip(task, step=step)
        case Command.SHORT:
            return report_short(task, step=step, actor=actor, now=now)
    return _STEPS[step.kind](walk, step, scan, actor, now)


def _bind_tote(walk: Walk, step: Step, scan: Scan, _actor: User, _now: datetime) -> Outcome:
    tote = _scanned_tote(scan, walk)
    taken = PickSlot.objects.filter(tote=tote, closed_at=None)
    if taken.exists() or not is_empty(tote.pk):
        raise ToteInUse
    slots = PickSlot.objects.filter(task=walk.task_id, closed_at=None, tote=None)
    if not walk.is_single and step.slot is not None:
        slots = slots.filter(pk=step.slot.pk)
    slots.update(tote=tote)
    return Outcome("tote_bound", {"tote": tote.code})


def _reach_bin(walk: Walk, step: Step, scan: Scan, _actor: User, _now: datetime) -> Outcome:
    bin_id = scan.id_of("bin")
    if bin_id == step.bin.pk:
        PickTask.objects.filter(pk=walk.task_id).update(bin=step.bin.pk)
        walk.bin_id = step.bin.pk
        return Outcome("bin_right", {"n": step.remaining})
    if bin_id is None and scan.id_of("sku") is not None:
        before = last_picked(walk.task_id)
        if before is not None and before.sku_id == scan.id_of("sku"):
            raise TooMany(left=0)
        raise ScanBinFirst(wanted=step.bin.code)
    raise WrongBin(wanted=step.bin.code)


def _take_item(walk: Walk, step: Step, scan: Scan, actor: User, now: datetime) -> Outcome:
    sku = step.lines[0].sku
    if scan.id_of("sku") != sku.pk:
        if scan.id_of("bin") == step.bin.pk:
            return Outcome("bin_right", {"n": step.remaining}, tone=Tone.INFO)
        raise WrongItem(wanted=sku.name)
    if scan.quantity > step.remaining:
        raise TooMany(left=step.remaining)
    if scan.quantity > 1 and (sku.has_serial or sku.has_expiry):
        raise NotOnePiece
    left = scan.quantity
    for line in step.lines:
        units = min(line.quantity - line.picked, left)
        if units:
            _take(walk, line, units, actor=actor, now=now)
            left -= units
    return Outcome("item_picked", {"n": step.remaining})


def _take(walk: Walk, line: Line, units: int, *, actor: User, now: datetime) -> None:
    """The units lie in the tote from now on: for the bins, for the document, for the line."""
    lock_open(line.slot.fulfillment_id, permission=PERMISSION, actor=actor)
    tote_id = line.slot.tote_id
    assert tote_id is not None  # noqa: S101  # the step before bound it
    book(line, units=units, tote_id=tote_id, now=now)
    walk.note_picked(line, units)
    if not line.is_open:
        fire_many(PickLine, [line.pk], "finish", now=now, actor=actor)


def _lay(_walk: Walk, step: Step, scan: Scan, _actor: User, now: datetime) -> Outcome:
    slot, line = step.slot, step.lines[0]
    assert slot is not None  # noqa: S101  # a put step names its tote
    assert slot.tote is not None  # noqa: S101
    if scan.id_of("sku") == line.sku.pk:
        raise TooMany(left=0)
    if scan.id_of("bin") != slot.tote_id:
        raise WrongTote(wanted=slot.tote.code)
    laid = PickLine.objects.filter(slot=slot.pk, put_at=None, picked=F("quantity"))
    laid.update(put_at=now)
    return Outcome("laid_in", {"tote": slot.tote.code})


def _nothing(_walk: Walk, _step: Step, _scan: Scan, _actor: User, _now: datetime) -> Outcome:
    return Outcome("task_done", tone=Tone.DONE)


def _scanned_tote(scan: Scan, walk: Walk) -> Bin:
    """Lock the tote, so that two pickers cannot take it at the same moment."""
    bin_id = scan.id_of("bin")
    if bin_id is None:
        raise NotATote
    tote = Bin.objects.select_for_update(no_key=True).get(pk=bin_id)
    if tote.kind != Bin.Kind.TOTE or tote.warehouse_id != walk.warehouse_id:
        raise NotATote
    return tote


_Act = Callable[[Walk, Step, Scan, User, datetime], Outcome]
_STEPS: dict[StepKind, _Act] = {
    StepKind.TOTE: _bind_tote,
    StepKind.BIN: _reach_bin,
    StepKind.SKU: _take_item,
    StepKind.PUT: _lay,
    StepKind.DONE: _nothing,
}
