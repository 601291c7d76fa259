"""Waves that change while they are open: stopped documents go on, upgraded ones go first."""

from datetime import datetime

from oms.audit import timeline
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row
from oms.services.fulfillment.stations import stops_of
from warehouse.flows import TaskStatus, WaveStatus
from warehouse.models import PickSlot, PickTask, Wave
from warehouse.services.waves.aligning import align, order_walk
from warehouse.services.waves.closing import drop, settle
from warehouse.services.waves.documents import step_back

_RUNNING = (TaskStatus.WAITING, TaskStatus.CLAIMED)


def resume_parked(warehouse_id: int, *, now: datetime) -> int:
    """Let documents go on whose stop is over; return how many."""
    parked = PickSlot.objects.filter(
        task__wave__warehouse=warehouse_id, closed_at=None, parked_at__isnull=False
    )
    ids = list(parked.order_by("pk").values_list("pk", flat=True))
    return sum(_resume(slot_id, now=now) for slot_id in ids)


@atomic_service
def _resume(slot_id: int, *, now: datetime) -> bool:
    slot = PickSlot.objects.select_related("task__wave").get(pk=slot_id)
    task = lock_row(PickTask, slot.task_id)
    document = lock_row(FulfillmentOrder, slot.fulfillment_id)
    slot = lock_row(PickSlot, slot_id)
    if slot.closed_at is not None or slot.parked_at is None or stops_of([document]):
        return False
    if align([slot], warehouse_id=task.wave.warehouse_id, now=now):
        return False
    slot.parked_at, slot.parked_reason = None, ""
    if task.status not in _RUNNING:
        slot.task, slot.position = _own_task(task.wave, now=now), 1
    slot.save(update_fields=["parked_at", "parked_reason", "task", "position"])
    order_walk(slot.task)
    return True


def _own_task(old: Wave, *, now: datetime) -> PickTask:
    """The cart has gone on: the document gets one of its own, and keeps its tote."""
    wave = Wave.objects.create(
        wave_no=new_number("WV", now.date()),
        warehouse_id=old.warehouse_id,
        carrier=old.carrier,
        zone=old.zone,
        is_single=old.is_single,
        is_urgent=old.is_urgent,
        ship_by=old.ship_by,
        created_at=now,
        started_at=now,
        status=WaveStatus.STARTED,
        status_at=now,
    )
    timeline.record_created(wave.SUBJECT, [wave.pk], wave.status, at=now, note=old.wave_no)
    task = PickTask.objects.create(wave=wave, status=TaskStatus.WAITING, status_at=now)
    timeline.record_created(task.SUBJECT, [task.pk], task.status, at=now)
    return task


def regroup_upgraded(warehouse_id: int, *, now: datetime) -> int:
    """Take documents that became urgent out of ordinary waves that nobody picks yet; they wait for
    an urgent one, which comes at once. Return how many."""
    upgraded = PickSlot.objects.filter(
        task__wave__warehouse=warehouse_id,
        task__wave__is_urgent=False,
        task__status__in=(TaskStatus.PLANNED, TaskStatus.WAITING),
        fulfillment__is_urgent=True,
        closed_at=None,
    )
    ids = list(upgraded.order_by("pk").values_list("pk", flat=True))
    return sum(_pull_out(slot_id, now=now) for slot_id in ids)


@atomic_service
def _pull_out(slot_id: int, *, now: datetime) -> bool:
    slot = PickSlot.objects.get(pk=slot_id)
    task = lock_row(PickTask, slot.task_id)
    document = lock_row(FulfillmentOrder, slot.fulfillment_id)
    slot = lock_row(PickSlot, slot_id)
    waved = document.status in (FulfillmentStatus.WAVED, FulfillmentStatus.RELEASED)
    if task.status not in (TaskStatus.PLANNED, TaskStatus.WAITING) or slot.closed_at or not waved:
        return False
    drop(slot, reason="became urgent", now=now)
    step_back(slot.fulfillment_id, now=now, note="became urgent")
    if not PickSlot.objects.filter(task=task, closed_at=None).exists():
        settle(task, now=now, actor=None)
    return True
