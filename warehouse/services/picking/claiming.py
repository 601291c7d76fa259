"""Who picks what: two pickers never get the same task."""

from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require, require_at
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import User, Warehouse
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.fulfillment.stations import DocumentStopped, check_open
from oms.services.hold_words import words
from oms.statements import rows
from oms.transitions import fire
from warehouse.flows import TaskStatus, WaveStatus
from warehouse.models import PickSlot, PickTask, Wave
from warehouse.services.waves.aligning import align, order_walk
from warehouse.services.waves.closing import close, open_slots, park, settle
from warehouse.services.waves.documents import move

PERMISSION = "pick"
_MOST_TRIES = 20
# What a scan needs of its task: everything else is read when somebody asks for it.
_OF_TASK = ("id", "wave_id", "picker_id", "bin_id", "status")
_OF_WAVE = ("id", "warehouse_id", "is_single")


class NoWork(Refusal):
    message = _("Nothing to pick at the moment.")


class NotYourTask(Refusal):
    message = _("Somebody else picks this task. Go back to your tasks.")


def current(user: User, *, warehouse_id: int) -> PickTask | None:
    """Return the task that the person has claimed."""
    mine = PickTask.objects.filter(
        picker=user, status=TaskStatus.CLAIMED, wave__warehouse=warehouse_id
    )
    return mine.select_related("wave").order_by("claimed_at", "pk").first()


def waiting(warehouse_id: int) -> int:
    """Count the tasks that wait for a picker."""
    tasks = PickTask.objects.filter(wave__warehouse=warehouse_id, status=TaskStatus.WAITING)
    return tasks.filter(wave__status=WaveStatus.STARTED).count()


@atomic_service
def claim(warehouse_id: int, *, actor: User, now: datetime) -> PickTask:
    """Take the most pressing task, or go on with one's own; its documents are frozen now.

    :raises NotAllowed: if the person may not pick in the warehouse
    :raises NoWork: if there is none
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    mine = current(actor, warehouse_id=warehouse_id)
    if mine is not None:
        return mine
    for _try in range(_MOST_TRIES):
        task = _next(warehouse_id)
        if task is None:
            break
        _begin(task, actor=actor, now=now)
        if task.status == TaskStatus.CLAIMED:
            return task
    raise NoWork


def lock_own(task_id: int, *, actor: User) -> PickTask:
    """Lock a task for its picker.

    :raises NotYourTask: if it is not claimed by this person
    """
    found = rows(_own(connection.features.has_select_for_update_of), [task_id, actor.pk])
    if not found:
        raise NotYourTask
    alias, [values] = connection.alias, found
    task = PickTask.from_db(alias, _OF_TASK, values[: len(_OF_TASK)])
    task.wave = Wave.from_db(alias, _OF_WAVE, values[len(_OF_TASK) :])
    require_at(actor, PERMISSION, warehouse_id=task.wave.warehouse_id)
    return task


@cache
def _own(can_lock: bool) -> str:  # noqa: FBT001
    columns = [*(f"task.{name}" for name in _OF_TASK), *(f"wave.{name}" for name in _OF_WAVE)]
    return (
        f"SELECT {', '.join(columns)} FROM warehouse_picktask task"  # noqa: S608
        " JOIN warehouse_wave wave ON wave.id = task.wave_id"
        " WHERE task.id = %s AND task.picker_id = %s AND task.status = 'claimed'"
        f"{' FOR UPDATE OF task' if can_lock else ''}"
    )


def hand_back(task: PickTask, *, actor: User, now: datetime) -> None:
    """Leave the rest of a locked task to somebody else; the cart stays as it is."""
    fire(task, "hand_back", now=now, actor=actor)
    task.picker, task.bin = None, None
    task.save(update_fields=["picker", "bin"])


def _next(warehouse_id: int) -> PickTask | None:
    """The most pressing task that nobody else is just taking."""
    tasks = PickTask.objects.filter(
        wave__warehouse=warehouse_id, wave__status=WaveStatus.STARTED, status=TaskStatus.WAITING
    )
    tasks = tasks.order_by("-wave__is_urgent", F("wave__ship_by").asc(nulls_last=True), "pk")
    return tasks.select_for_update(skip_locked=True, of=("self",)).select_related("wave").first()


def _begin(task: PickTask, *, actor: User, now: datetime) -> None:
    task.picker, task.claimed_at = actor, now
    task.save(update_fields=["picker", "claimed_at"])
    fire(task, "claim", now=now, actor=actor)
    slots = sorted(open_slots(task), key=lambda slot: slot.fulfillment_id)
    inside = [slot for slot in slots if _freeze(slot, actor=actor, now=now)]
    missing = align(inside, warehouse_id=task.wave.warehouse_id, now=now)
    for slot in inside:
        if slot.pk in missing:
            park(slot, reason=words("not on the shelves"), now=now)
    order_walk(task)
    settle(task, now=now, actor=actor)


def _freeze(slot: PickSlot, *, actor: User, now: datetime) -> bool:
    """Start a document, or go on with one whose stop was lifted."""
    document = slot.fulfillment
    try:
        if document.status == FulfillmentStatus.WAVED:
            move(
                document.pk,
                action="start_picking",
                permission=PERMISSION,
                actor=actor,
                now=now,
                freeze="pick_claimed",
            )
        else:
            check_open(document.pk, permission=PERMISSION, actor=actor)
    except DocumentStopped as stop:
        if document.status == FulfillmentStatus.CANCELLED:
            close(slot, reason=str(stop), now=now)
        else:
            park(slot, reason=str(stop), now=now)
        return False
    return True
