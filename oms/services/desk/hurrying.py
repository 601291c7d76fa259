"""End an order's waiting by hand."""

from datetime import datetime

from oms.access.checks import require
from oms.audit import timeline
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, Order, User
from oms.models.locking import atomic_service, lock_row
from oms.services.desk.judging import against_release_now
from oms.services.fulfillment.taking_out import active_lines
from oms.services.standing import standing_of


@atomic_service
def release_now(order_id: int, *, actor: User, now: datetime) -> None:
    """End an order's waiting by hand: it goes with the next dispatch, and its merge with it.

    A person may overrule even ``not_before``; the page warns before it asks.

    :raises NotAllowed: if the person may not review orders of the store
    :raises StillHeld: while somebody holds it
    :raises NothingWaits: if neither it nor a document of it waits
    :raises GoesOnAlready: if its waiting has ended
    """
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    # Locked before they are judged: a document that is released meanwhile waits no longer.
    documents = {line.fulfillment_id: line.fulfillment for line in active_lines([order.pk])}
    refusal = against_release_now(standing_of(order_id), now=now)
    if refusal is not None:
        raise refusal
    order.release_at = now
    order.save(update_fields=["release_at"])
    waiting = [pk for pk, row in documents.items() if row.status == FulfillmentStatus.ALLOCATED]
    FulfillmentOrder.objects.filter(pk__in=waiting).update(release_at=now)
    timeline.record(Order.SUBJECT, order.pk, "release_now", at=now, actor=actor)
