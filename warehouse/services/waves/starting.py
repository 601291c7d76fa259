"""Start waves, give them up, and keep them running without anybody's hand."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from oms.access.checks import require
from oms.models import FulfillmentOrder, User, Warehouse
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.rounds import Round
from oms.transitions import IllegalTransition, fire
from warehouse.flows import TaskStatus, WaveStatus
from warehouse.models import PickSlot, PickTask, WarehouseSetting, Wave
from warehouse.services.waves.aligning import align, order_walk
from warehouse.services.waves.closing import close, drop, end_wave
from warehouse.services.waves.documents import move, step_back
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waves.resuming import regroup_upgraded, resume_parked

TASK = "warehouse.tasks.run_waves"


@atomic_service
def start_wave(wave_id: int, *, actor: User | None, now: datetime) -> Wave:
    """Give a planned wave to the pickers: documents, bins and the walk are settled now.

    A document that was stopped meanwhile, or whose goods are not on the shelves, stays out.

    :raises NotAllowed: if the person may not manage the warehouse's waves
    :raises IllegalTransition: if it was started before
    """
    tasks = _lock_tasks(wave_id)
    wave = Wave.objects.select_related("warehouse").get(pk=wave_id)
    if actor is not None:
        require(actor, "manage_waves", wave.warehouse)
    if wave.status != WaveStatus.PLANNED:
        raise IllegalTransition(Wave.SUBJECT, "start", {wave.pk: wave.status})
    slots = _slots(wave)
    lock_rows(FulfillmentOrder, (slot.fulfillment_id for slot in slots))
    inside = [slot for slot in slots if _enter(slot, actor=actor, now=now)]
    missing = align(inside, warehouse_id=wave.warehouse_id, now=now)
    for slot in inside:
        if slot.pk in missing:
            drop(slot, reason="not on the shelves", now=now)
            step_back(slot.fulfillment_id, now=now, note="not on the shelves")
    for task in tasks:
        if task.status == TaskStatus.PLANNED:
            _open(task, now=now)
    fire(wave, "start", now=now, actor=actor)
    wave.started_at = now
    wave.save(update_fields=["started_at"])
    end_wave(wave.pk, now=now)
    wave.refresh_from_db()
    return wave


@atomic_service
def cancel_wave(wave_id: int, *, actor: User, now: datetime) -> None:
    """Give a wave up; its documents wait for the next. What somebody picks already goes on.

    :raises NotAllowed: if the person may not manage the warehouse's waves
    """
    tasks = _lock_tasks(wave_id)
    unclaimed = [row for row in tasks if row.status in (TaskStatus.PLANNED, TaskStatus.WAITING)]
    require(actor, "manage_waves", Wave.objects.get(pk=wave_id).warehouse)
    slots = PickSlot.objects.filter(task__in=unclaimed, closed_at=None).order_by("task", "position")
    leaving = list(slots.select_related("fulfillment"))
    lock_rows(FulfillmentOrder, (slot.fulfillment_id for slot in leaving))
    for slot in leaving:
        drop(slot, reason="wave given up", now=now)
        step_back(slot.fulfillment_id, now=now, note="wave given up")
    for task in unclaimed:
        fire(task, "cancel", now=now, actor=actor)
    wave = lock_row(Wave, wave_id)
    if wave.status == WaveStatus.PLANNED:
        fire(wave, "cancel", now=now, actor=actor)
    end_wave(wave.pk, now=now)


def run(*, now: datetime) -> int:
    """Keep the warehouses going: take up what was parked, regroup what became urgent, start what
    is due where waves start by themselves. Return how many waves were started.

    :raises PartsFailed: after the last warehouse, if one of them failed
    """
    parts = Round("waves")
    ids = Warehouse.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    started = sum(parts.run(f"warehouse {pk}", partial(_run_in, pk, now=now)) for pk in ids)
    parts.close()
    return started


def _run_in(warehouse_id: int, *, now: datetime) -> int:
    resume_parked(warehouse_id, now=now)
    regroup_upgraded(warehouse_id, now=now)
    if not _is_automatic(warehouse_id):
        return 0
    waves = plan_waves(warehouse_id, now=now, actor=None, only_due=True)
    return start_all((wave.pk for wave in waves), now=now)


def start_all(wave_ids: Iterable[int], *, now: datetime, actor: User | None = None) -> int:
    return len([start_wave(wave_id, actor=actor, now=now) for wave_id in wave_ids])


def _is_automatic(warehouse_id: int) -> bool:
    setting = WarehouseSetting.objects.filter(warehouse=warehouse_id).first()
    return setting is None or setting.auto_waves


def _lock_tasks(wave_id: int) -> list[PickTask]:
    """Tasks before documents before shelves before the wave, as pickers do. Whoever starts a wave
    or gives it up holds all its tasks: one of two such comes second and sees what the first did."""
    return list(PickTask.objects.filter(wave=wave_id).order_by("pk").select_for_update())


def _slots(wave: Wave) -> list[PickSlot]:
    rows = PickSlot.objects.filter(task__wave=wave, closed_at=None)
    return list(rows.select_related("fulfillment").order_by("fulfillment_id"))


def _enter(slot: PickSlot, *, actor: User | None, now: datetime) -> bool:
    try:
        move(slot.fulfillment_id, action="wave", permission="manage_waves", actor=actor, now=now)
    except (DocumentStopped, IllegalTransition) as refusal:
        close(slot, reason=str(refusal), now=now)
        return False
    return True


def _open(task: PickTask, *, now: datetime) -> None:
    if not PickSlot.objects.filter(task=task, closed_at=None).exists():
        fire(task, "cancel", now=now)
        return
    order_walk(task)
    fire(task, "open", now=now)
