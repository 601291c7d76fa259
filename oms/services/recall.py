"""Get an order's goods back from wherever they are, and tell the truth about it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from oms.events import bus
from oms.events.types import FulfillmentsRecalled
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentLine, FulfillmentOrder, Order, StopToken, User
from oms.services import memberships
from oms.services.fulfillment.documents import tighten_promises
from oms.services.fulfillment.taking_out import active_lines, take_out
from oms.transitions import fire


class Answer(StrEnum):
    FREE = "free"
    """Nothing of it stands on a document any more: it may be changed or cancelled."""
    STOPPED = "stopped"
    """The warehouse works on it: it will not leave, and waits there for what comes."""
    LEFT = "left"
    """It is on the road already."""


_BACK = {
    OrderStatus.ALLOCATED: "recall",
    OrderStatus.RELEASED: "recall",
    OrderStatus.MERGED: "unmerge",
}


def pull_back(
    order: Order,
    *,
    reason: str,
    now: datetime,
    actor: User | None,
    keep_place: bool = False,
) -> Answer:
    """Take the order's units off every document; its siblings keep their stock and their place.

    The order's row is locked by the caller. With ``keep_place`` (a hold, which may end) what the
    warehouse already works on is only stopped; without it (a cancel) it is taken out there too, and
    what lies in a tote is to be put back.
    """
    if order.status in (OrderStatus.SHIPPED, OrderStatus.PARTLY_SHIPPED, *_AFTER):
        return Answer.LEFT
    lines = active_lines([order.pk])
    frozen = [line for line in lines if line.fulfillment.frozen_at]
    documents = {line.fulfillment_id: line.fulfillment for line in lines}
    take_out((line for line in lines if line not in frozen), reason=reason, now=now, actor=actor)
    if frozen:
        _stop(order, frozen, reason=reason, now=now, actor=actor, only_packed=not keep_place)
        if keep_place:
            _tell_warehouse(documents, now=now)
            return Answer.STOPPED
        take_out(frozen, reason=reason, now=now, actor=actor)
    _go_back(order, documents.values(), reason=reason, now=now, actor=actor)
    _tell_warehouse(documents, now=now)
    return Answer.FREE


def stop_waiting(order: Order, *, now: datetime) -> None:
    """Take an order out of the line: it is lined up anew as soon as nothing is in its way."""
    if order.status == OrderStatus.WAITING_MERGE:
        fire(order, "stop_waiting", now=now)
    order.release_at = None
    order.save(update_fields=["release_at"])


_AFTER = (OrderStatus.DELIVERED, OrderStatus.COMPLETED)


def _stop(
    order: Order,
    lines: Iterable[FulfillmentLine],
    *,
    reason: str,
    now: datetime,
    actor: User | None,
    only_packed: bool,
) -> None:
    """Raise one stop per document. A cancelled line is refused by every station by itself; a packed
    parcel, however, must be opened, so it is stopped as a whole."""
    for document in {line.fulfillment_id: line.fulfillment for line in lines}.values():
        if only_packed and document.status != FulfillmentStatus.PACKED:
            continue
        active = StopToken.objects.filter(fulfillment=document, order=order, lifted_at=None)
        if not active.exists():
            StopToken.objects.create(
                fulfillment=document,
                order=order,
                reason=reason[:200],
                station=document.status,
                raised_at=now,
                raised_by=actor,
            )


def _go_back(
    order: Order,
    documents: Iterable[FulfillmentOrder],
    *,
    reason: str,
    now: datetime,
    actor: User | None,
) -> None:
    group_id = _group_of(order)
    memberships.leave(order.pk, reason=reason, now=now)
    action = _BACK.get(OrderStatus(order.status))
    if action:
        fire(order, action, now=now, actor=actor, note=reason)
    if group_id is not None:
        siblings = memberships.members(group_id)
        for document in documents:
            if siblings and document.status != FulfillmentStatus.CANCELLED:
                tighten_promises(document, orders=siblings)


def _group_of(order: Order) -> int | None:
    active = order.memberships.filter(left_at=None)
    return active.values_list("group_id", flat=True).first()


def _tell_warehouse(documents: Iterable[int], *, now: datetime) -> None:
    ids = sorted(documents)
    if ids:
        bus.publish(FulfillmentsRecalled(ids), now=now)
