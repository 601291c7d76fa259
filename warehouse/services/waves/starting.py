"""Start waves, give them up, and keep them running without anybody's hand."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from oms.access.checks import require
from oms.models import User, Warehouse
from oms.models.locking import atomic_service, lock_row
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
    wave = lock_row(Wave, wave_id)
    if actor is not None:
        require(actor, "manage_waves", wave.warehouse)
    fire(wave, "start", now=now, actor=actor)
    wave.started_at = now
    wave.save(update_fields=["started_at"])
    slots = _slots(wave)
    inside = [slot for slot in slots if _enter(slot, actor=actor, now=now)]
    missing = align(inside, warehouse_id=wave.warehouse_id, now=now)
    for slot in inside:
        if slot.pk in missing:
            drop(slot, reason="not on the shelves", now=now)
            step_back(slot.fulfillment_id, now=now, note="not on the shelves")
    for task in PickTask.objects.filter(wave=wave).order_by("pk"):
        _open(task, now=now)
    end_wave(wave.pk, now=now)
    wave.refresh_from_db()
    return wave


@atomic_service
def cancel_wave(wave_id: int, *, actor: User, now: datetime) -> None:
    """Give a wave up; its documents wait for the next. What somebody picks already goes on.

    :raises NotAllowed: if the person may not manage the warehouse's waves
    """
    tasks = PickTask.objects.filter(wave=wave_id).order_by("pk").select_for_update()
    unclaimed = [row for row in tasks if row.status in (TaskStatus.PLANNED, TaskStatus.WAITING)]
    wave = lock_row(Wave, wave_id)
    require(actor, "manage_waves", wave.warehouse)
    for task in unclaimed:
        for slot in PickSlot.objects.filter(task=task, closed_at=None):
            drop(slot, reason="wave given up", now=now)
            step_back(slot.fulfillment_id, now=now, note="wave given up")
        fire(task, "cancel", now=now, actor=actor)
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
