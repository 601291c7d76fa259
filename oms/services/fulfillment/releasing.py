"""Hand documents to the warehouse when their time has come."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from oms.events import bus
from oms.events.types import FulfillmentsReleased
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, Order, User
from oms.models.locking import atomic_service, lock_rows
from oms.transitions import fire_many

_PAGE = 200


@atomic_service
def release_due(*, now: datetime, limit: int = _PAGE) -> int:
    """Release what need not wait any longer, the nearest deadline first; return how many."""
    due = FulfillmentOrder.objects.filter(
        status=FulfillmentStatus.ALLOCATED, release_at__lte=now
    ).order_by(F("ship_by").asc(nulls_last=True), "pk")
    return release_documents(list(due.values_list("pk", flat=True)[:limit]), now=now)


def release_documents(ids: Iterable[int], *, now: datetime, actor: User | None = None) -> int:
    """Release documents inside the caller's transaction; those already released are left alone."""
    wanted = sorted(ids)
    single = FulfillmentOrder.objects.filter(pk__in=wanted, order__isnull=False)
    orders = lock_rows(Order, single.values_list("order_id", flat=True))
    documents = lock_rows(FulfillmentOrder, wanted)
    ready = [document for document in documents if document.status == FulfillmentStatus.ALLOCATED]
    if not ready:
        return 0
    ready_ids = [document.pk for document in ready]
    fire_many(FulfillmentOrder, ready_ids, "release", now=now, actor=actor)
    FulfillmentOrder.objects.filter(pk__in=ready_ids).update(released_at=now)
    of_ready = {document.order_id for document in ready}
    to_move = [
        order.pk
        for order in orders
        if order.pk in of_ready and order.status == OrderStatus.ALLOCATED
    ]
    fire_many(Order, to_move, "release", now=now, actor=actor)
    announce(ready_ids, now=now)
    return len(ready_ids)


def announce(ids: list[int], *, now: datetime) -> None:
    """Tell the warehouse that these documents are its own now, or hold more than before."""
    if ids:
        bus.publish(FulfillmentsReleased(ids), now=now)
