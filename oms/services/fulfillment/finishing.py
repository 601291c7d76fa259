"""When a document is over: everything that is still wanted of it has left."""

from datetime import datetime

from django.db.models import Sum

from oms.models import FulfillmentOrder, ShipmentLine, User
from oms.transitions import fire


def finish_if_all_left(
    document: FulfillmentOrder, *, now: datetime, actor: User | None = None
) -> None:
    """Finish a locked document of which nothing that is wanted is still here.

    The last parcel that leaves finishes it, and so does the end of the rest when a parcel of it has
    left before: picked is enough then, because nobody packs what is not wanted.
    """
    if document.status not in document.FLOW.step("hand_over").sources:
        return
    # Wherever the parcel is by now: on the road, with the buyer, or coming back.
    left = ShipmentLine.objects.filter(
        shipment__fulfillment=document, shipment__handed_over_at__isnull=False
    )
    gone = left.aggregate(n=Sum("quantity"))["n"] or 0
    owed = document.lines.filter(cancelled_at=None).aggregate(n=Sum("quantity"))["n"] or 0
    if gone and owed == gone:
        fire(document, "hand_over", now=now, actor=actor)
