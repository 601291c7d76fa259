"""What is over is closed: places on the cart, documents, tasks, waves."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, User
from oms.models.locking import lock_row, lock_rows
from oms.services.fulfillment.stations import DocumentStopped, stops_of
from oms.transitions import fire
from warehouse.flows import PickStatus, TaskStatus, WaveStatus
from warehouse.models import PickLine, PickSlot, PickTask, Wave
from warehouse.services.stock.bins import lock_shelves
from warehouse.services.waves.aligning import give_up
from warehouse.services.waves.documents import move

_OVER = (TaskStatus.DONE, TaskStatus.CANCELLED)


def open_slots(task: PickTask) -> list[PickSlot]:
    """Return the places on the cart whose documents go on, in order."""
    rows = PickSlot.objects.filter(task=task, closed_at=None, parked_at=None)
    return list(rows.select_related("fulfillment", "tote").order_by("position"))


def is_cluster(task: PickTask, *, slots: int) -> bool:
    """Tell whether goods are sorted into several totes while picking."""
    return slots > 1 and not task.wave.is_single


def drop(slot: PickSlot, *, reason: str, now: datetime) -> None:
    """Take a document off the cart: nothing more is picked, what is in the tote goes back.

    Task and document are locked by the caller.
    """
    lines = list(
        PickLine.objects.filter(slot=slot)
        .exclude(status=PickStatus.CANCELLED)
        .select_related("bin", "fulfillment_line")
    )
    if lines:
        place = lines[0].bin.warehouse_id
        lock_shelves(place, sku_ids=[row.sku_id for row in lines])
    units = sum(row.quantity - row.put_back for row in lines)
    give_up(lines, units=units, slot=slot, now=now)
    close(slot, reason=reason, now=now)


def close(slot: PickSlot, *, reason: str, now: datetime) -> None:
    slot.closed_at, slot.close_reason = now, reason[:200]
    slot.save(update_fields=["closed_at", "close_reason"])


def park(slot: PickSlot, *, reason: str, now: datetime) -> None:
    """Leave a stopped document's goods in the tote, so that the others on the cart go on."""
    slot.parked_at, slot.parked_reason = now, reason[:200]
    slot.save(update_fields=["parked_at", "parked_reason"])


def park_stopped(task: PickTask, *, now: datetime) -> list[PickSlot]:
    """Park every place whose document must not go on; return them."""
    slots = open_slots(task)
    documents = lock_rows(FulfillmentOrder, (slot.fulfillment_id for slot in slots))
    stops = stops_of(documents)
    parked = [slot for slot in slots if slot.fulfillment_id in stops]
    for slot in parked:
        park(slot, reason=str(stops[slot.fulfillment_id]), now=now)
    return parked


def settle(task: PickTask, *, now: datetime, actor: User | None) -> bool:
    """Finish the documents that have everything, then the task and the wave if nothing is left;
    return whether the task is over. Its row is locked by the caller."""
    slots = open_slots(task)
    busy = {slot.pk for slot in slots}
    if task.status != TaskStatus.PLANNED:  # what is not started has no pick lines yet
        busy = _with_work(slots, cluster=is_cluster(task, slots=len(slots)))
    for slot in slots:
        if slot.pk not in busy:
            _finish_document(slot, now=now, actor=actor)
    if busy or task.status in _OVER:
        return not busy
    _end_task(task, now=now, actor=actor)
    return True


def _with_work(slots: Sequence[PickSlot], *, cluster: bool) -> set[int]:
    """Return the ids of places with something to pick, or to lay into their tote."""
    wanted = Q(status=PickStatus.OPEN)
    if cluster:
        wanted |= Q(status=PickStatus.PICKED, put_at=None, put_back__lt=F("quantity"))
    lines = PickLine.objects.filter(wanted, slot__in=slots)
    return set(lines.values_list("slot_id", flat=True))


def _finish_document(slot: PickSlot, *, now: datetime, actor: User | None) -> None:
    if slot.fulfillment.status != FulfillmentStatus.PICKING:
        return
    try:
        move(slot.fulfillment_id, action="finish_picking", permission="pick", actor=actor, now=now)
    except DocumentStopped as stop:
        park(slot, reason=str(stop), now=now)


def _end_task(task: PickTask, *, now: datetime, actor: User | None) -> None:
    if task.status == TaskStatus.CLAIMED:
        task.finished_at = now
        task.save(update_fields=["finished_at"])
        fire(task, "finish", now=now, actor=actor)
    else:
        fire(task, "cancel", now=now, actor=actor)
    end_wave(task.wave_id, now=now)


def end_wave(wave_id: int, *, now: datetime) -> None:
    """Finish a wave when its last task is over."""
    wave = lock_row(Wave, wave_id)
    tasks = PickTask.objects.filter(wave=wave)
    if wave.status != WaveStatus.STARTED or tasks.exclude(status__in=_OVER).exists():
        return
    picked = tasks.filter(status=TaskStatus.DONE).exists()
    fire(wave, "finish" if picked else "cancel", now=now)
