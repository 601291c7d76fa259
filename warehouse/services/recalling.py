"""What the core took back: leave it on the shelf, out of the tote, or out of the parcel."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder
from oms.models.locking import atomic_service, lock_rows
from warehouse.flows import TaskStatus
from warehouse.models import PickSlot, PickTask
from warehouse.services.packing.ending import end_work
from warehouse.services.packing.reopening import reopen_unwanted
from warehouse.services.waves.aligning import align
from warehouse.services.waves.closing import close, settle


@atomic_service
def take_back(fulfillment_ids: Iterable[int], *, now: datetime) -> None:
    """Bring waves, totes and parcels in line with what the documents still want.

    Reads the present state, so it may be told late, twice, or in any order.
    """
    ids = sorted(set(fulfillment_ids))
    slots = _lock_carts(ids)
    documents = lock_rows(FulfillmentOrder, ids)
    for document in documents:
        reopen_unwanted(document.pk, now=now)
    for document in documents:
        if document.pk in slots:
            _leave_cart(slots[document.pk], document, now=now)
    end_work(ids, now=now)


def _lock_carts(document_ids: Sequence[int]) -> dict[int, PickSlot]:
    """Return the documents' places, their carts locked: carts before documents, as pickers do."""
    rows = PickSlot.objects.filter(fulfillment__in=document_ids, closed_at=None)
    held = set[int]()
    # A document may get a cart of its own while we wait; that one is younger, so the order stands.
    while found := set(rows.values_list("task_id", flat=True)) - held:
        lock_rows(PickTask, found)
        held |= found
    slots = rows.filter(task__in=held).select_related("task__wave")
    return {slot.fulfillment_id: slot for slot in slots.order_by("task_id", "position")}


def _leave_cart(slot: PickSlot, document: FulfillmentOrder, *, now: datetime) -> None:
    if slot.task.status != TaskStatus.PLANNED:
        align([slot], warehouse_id=slot.task.wave.warehouse_id, now=now)
    if document.status == FulfillmentStatus.CANCELLED:
        close(slot, reason="taken back", now=now)
    settle(slot.task, now=now, actor=None)
