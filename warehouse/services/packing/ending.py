"""When a document is over, nobody checks it any more and its tote is free."""

from collections.abc import Collection
from datetime import datetime

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder
from warehouse.models import PackCheck, PickSlot


def end_work(document_ids: Collection[int], *, now: datetime) -> None:
    """End the checks and leave the carts of those of the documents that were finished or cancelled.

    What else lies in a tote was asked to be put back before, with the units that were taken out.
    """
    rows = FulfillmentOrder.objects.filter(pk__in=document_ids)
    over = rows.filter(status__in=FulfillmentOrder.FLOW.terminal)
    checks = PackCheck.objects.filter(fulfillment__in=over, finished_at=None)
    checks.update(finished_at=now)
    slots = PickSlot.objects.filter(fulfillment__in=over, closed_at=None)
    gone = slots.filter(fulfillment__status=FulfillmentStatus.CANCELLED)
    gone.update(closed_at=now, close_reason="taken back")
    slots.update(closed_at=now, close_reason="packed")
