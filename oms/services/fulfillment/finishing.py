"""When a document is over: everything that is still wanted of it has left."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from oms.models import FulfillmentLine, FulfillmentOrder, ShipmentLine, User
from oms.transitions import fire_rows


def finish_where_all_left(
    documents: Sequence[FulfillmentOrder], *, now: datetime, actor: User | None = None
) -> None:
    """Finish those locked documents of which nothing that is wanted is still here.

    The last parcel that leaves finishes one, and so does the end of the rest when a parcel of it
    has left before: picked is enough then, because nobody packs what is not wanted.
    """
    ready = FulfillmentOrder.FLOW.step("hand_over").sources
    open_ones = {row.pk: row for row in documents if row.status in ready}
    if not open_ones:
        return
    # Wherever the parcel is by now: on the road, with the buyer, or coming back.
    left = ShipmentLine.objects.filter(
        shipment__fulfillment__in=open_ones, shipment__handed_over_at__isnull=False
    ).values_list("shipment__fulfillment_id")
    gone = dict(left.annotate(n=Sum("quantity")).order_by())
    wanted = FulfillmentLine.objects.filter(fulfillment__in=open_ones, cancelled_at=None)
    owed = dict(wanted.values_list("fulfillment_id").annotate(n=Sum("quantity")).order_by())
    over = [row for pk, row in open_ones.items() if gone.get(pk) and owed.get(pk, 0) == gone[pk]]
    fire_rows(over, "hand_over", now=now, actor=actor)
