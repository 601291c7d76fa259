"""Put released documents into waves. The grouping itself is pure: ``warehouse.waves``."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import (
    FulfillmentLine,
    FulfillmentOrder,
    OrderHold,
    StopToken,
    User,
    Warehouse,
)
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_rows
from warehouse.flows import TaskStatus, WaveStatus
from warehouse.models import PickSlot, PickTask, WarehouseSetting, Wave
from warehouse.services.stock.bins import shelves
from warehouse.services.waves.aligning import as_shelf
from warehouse.waves.allocation import Want, allocate, restore
from warehouse.waves.grouping import Candidate, Caps, WavePlan, plan

_PAGE = 300
_LITRE = 1_000_000
NOT_ON_SHELVES = _("The shelves do not have everything: count, or put back what lies in totes.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """Documents that could go now, and why the others cannot ({document id: reason}); when each was
    released, and its number."""

    candidates: list[Candidate]
    blocked: dict[int, str | Promise]
    released_at: dict[int, datetime]
    numbers: dict[int, str]


@atomic_service
def plan_waves(
    warehouse_id: int, *, now: datetime, actor: User | None, only_due: bool = False
) -> list[Wave]:
    """Make waves of the documents that wait; nothing is started yet.

    With ``only_due`` a wave is made only if it is full, urgent, or has waited long enough.

    :raises NotAllowed: if the person may not manage the warehouse's waves
    """
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    if actor is not None:
        require(actor, "manage_waves", warehouse)
    setting = setting_of(warehouse_id, lock=True)
    outlook = look(warehouse_id)
    plans = plan(outlook.candidates, caps_of(setting))
    if only_due:
        plans = [row for row in plans if _is_due(row, outlook, setting, now=now)]
    # Places on carts point at documents: whoever locks several of those does so in their order.
    lock_rows(FulfillmentOrder, (key for row in plans for cart in row.carts for key in cart))
    return [_make(row, warehouse, now=now, actor=actor) for row in plans]


def setting_of(warehouse_id: int, *, lock: bool = False) -> WarehouseSetting:
    """Return how a warehouse works; its row is made at first use. Two planners wait on its lock."""
    setting, _made = WarehouseSetting.objects.get_or_create(warehouse_id=warehouse_id)
    if lock:
        setting = WarehouseSetting.objects.select_for_update().get(pk=setting.pk)
    return setting


def caps_of(setting: WarehouseSetting) -> Caps:
    return Caps(
        wave_documents=setting.wave_documents,
        cart_slots=setting.cart_slots,
        cart_lines=setting.cart_lines,
        cart_weight_g=setting.cart_weight_g,
        cart_volume_mm3=setting.cart_volume_l * _LITRE,
    )


def waiting(warehouse_id: int) -> QuerySet[FulfillmentOrder]:
    """Return released documents that are in no wave and that nobody stops, most pressing first."""
    placed = PickSlot.objects.filter(closed_at=None).values("fulfillment_id")
    stopped = StopToken.objects.filter(lifted_at=None).values("fulfillment_id")
    held = OrderHold.objects.filter(released_at=None).values(
        "order__items__fulfillment_lines__fulfillment_id"
    )
    rows = FulfillmentOrder.objects.filter(
        warehouse=warehouse_id, status=FulfillmentStatus.RELEASED
    )
    rows = rows.exclude(pk__in=placed).exclude(pk__in=stopped)
    rows = rows.exclude(
        pk__in=held.filter(order__items__fulfillment_lines__fulfillment_id__isnull=False)
    )
    return rows.order_by("-is_urgent", F("ship_by").asc(nulls_last=True), "pk")


def look(warehouse_id: int, *, limit: int = _PAGE) -> Outlook:
    """Find out which documents could be picked now, each unit of stock promised once."""
    documents = list(waiting(warehouse_id)[:limit])
    planned = _planned(warehouse_id)
    lines = _lines_of([*planned, *(document.pk for document in documents)])
    skus = {line.sku_id for group in lines.values() for line in group}
    stock = shelves(warehouse_id, sku_ids=skus, lock=False)
    free = [as_shelf(row) for row in stock]
    for document_id in planned:
        allocate(_wants(lines[document_id]), free)
    since = {row.pk: row.released_at or row.created_at for row in documents}
    outlook = Outlook([], {}, since, {row.pk: row.fulfillment_no for row in documents})
    for document in documents:
        wants = _wants(lines[document.pk])
        takes, missing = allocate(wants, free)
        if missing or not wants:
            restore(takes, free)
            outlook.blocked[document.pk] = NOT_ON_SHELVES
        else:
            zones = frozenset(take.zone for take in takes)
            outlook.candidates.append(_candidate(document, lines[document.pk], zones))
    return outlook


def _planned(warehouse_id: int) -> list[int]:
    """Documents of waves that are not started yet: their goods are spoken for."""
    slots = PickSlot.objects.filter(
        task__wave__warehouse=warehouse_id, task__status=TaskStatus.PLANNED, closed_at=None
    )
    return list(slots.order_by("pk").values_list("fulfillment_id", flat=True))


def _lines_of(documents: Sequence[int]) -> dict[int, list[FulfillmentLine]]:
    lines: dict[int, list[FulfillmentLine]] = defaultdict(list)
    rows = FulfillmentLine.objects.filter(fulfillment__in=documents, cancelled_at=None)
    for line in rows.select_related("sku").order_by("pk"):
        lines[line.fulfillment_id].append(line)
    return lines


def _wants(lines: Sequence[FulfillmentLine]) -> list[Want]:
    return [Want(line.pk, line.sku_id, line.quantity) for line in lines]


def _candidate(
    document: FulfillmentOrder, lines: Sequence[FulfillmentLine], zones: frozenset[str]
) -> Candidate:
    return Candidate(
        key=document.pk,
        carrier=document.carrier,
        zones=zones,
        lines=len(lines),
        units=sum(line.quantity for line in lines),
        weight_g=sum(line.quantity * line.sku.weight_g for line in lines),
        volume_mm3=sum(
            line.quantity * line.sku.length_mm * line.sku.width_mm * line.sku.height_mm
            for line in lines
        ),
        ship_by=document.ship_by,
        is_urgent=document.is_urgent,
    )


def _is_due(row: WavePlan, outlook: Outlook, setting: WarehouseSetting, *, now: datetime) -> bool:
    keys = [key for cart in row.carts for key in cart]
    oldest = min(outlook.released_at[key] for key in keys)
    waited = now - oldest >= timedelta(minutes=setting.wave_wait_minutes)
    return row.is_urgent or waited or len(keys) >= setting.wave_documents


def _make(row: WavePlan, warehouse: Warehouse, *, now: datetime, actor: User | None) -> Wave:
    wave = Wave.objects.create(
        wave_no=new_number("WV", now.date()),
        warehouse=warehouse,
        carrier=row.carrier,
        zone=row.zone,
        is_single=row.is_single,
        is_urgent=row.is_urgent,
        ship_by=row.ship_by,
        created_at=now,
        created_by=actor,
        status=WaveStatus.PLANNED,
        status_at=now,
    )
    timeline.record_created(wave.SUBJECT, [wave.pk], wave.status, at=now, actor=actor)
    for cart in row.carts:
        add_task(wave, documents=cart, status=TaskStatus.PLANNED, now=now)
    return wave


def add_task(
    wave: Wave, *, documents: Sequence[int], status: TaskStatus, now: datetime
) -> PickTask:
    """Add a cart to a wave, a place on it for each document."""
    task = PickTask.objects.create(wave=wave, status=status, status_at=now)
    timeline.record_created(task.SUBJECT, [task.pk], task.status, at=now)
    PickSlot.objects.bulk_create(
        PickSlot(task=task, fulfillment_id=document, position=number)
        for number, document in enumerate(documents, start=1)
    )
    return task
