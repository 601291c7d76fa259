"""What the core took back: leave it on the shelf, out of the tote, or out of the parcel."""

from collections.abc import Iterable
from datetime import datetime

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder
from oms.models.locking import atomic_service, lock_row
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
    for document_id in sorted(set(fulfillment_ids)):
        slot = _lock_slot(document_id)
        document = FulfillmentOrder.objects.get(pk=document_id)
        reopen_unwanted(document_id, now=now)
        if slot is not None:
            _leave_cart(slot, document, now=now)
        end_work([document_id], now=now)


def _lock_slot(document_id: int) -> PickSlot | None:
    """The cart before the document, as pickers do."""
    rows = PickSlot.objects.filter(fulfillment=document_id, closed_at=None)
    task_id = rows.values_list("task_id", flat=True).first()
    if task_id is None:
        return None
    lock_row(PickTask, task_id)
    return rows.select_related("task__wave").first()


def _leave_cart(slot: PickSlot, document: FulfillmentOrder, *, now: datetime) -> None:
    if slot.task.status != TaskStatus.PLANNED:
        align([slot], warehouse_id=slot.task.wave.warehouse_id, now=now)
    if document.status == FulfillmentStatus.CANCELLED:
        close(slot, reason="taken back", now=now)
    settle(slot.task, now=now, actor=None)
