"""Get an order's goods back from wherever they are, and tell the truth about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from oms.events import bus
from oms.events.types import FulfillmentsRecalled
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, Order, StopToken, User
from oms.services import memberships
from oms.services.fulfillment.contents import unwanted
from oms.services.fulfillment.documents import tighten_promises
from oms.services.fulfillment.taking_out import Part, active_lines, take_out
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
_GONE = (
    OrderStatus.PARTLY_SHIPPED,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
    OrderStatus.COMPLETED,
)


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
    if order.status in _GONE:
        return Answer.LEFT
    lines = active_lines([order.pk])
    documents = {line.fulfillment_id: line.fulfillment for line in lines}
    if keep_place and any(document.frozen_at for document in documents.values()):
        frozen = [document for document in documents.values() if document.frozen_at]
        open_lines = [(line, line.quantity) for line in lines if not line.fulfillment.frozen_at]
        take_out(open_lines, reason=reason, now=now, actor=actor)
        _stop(order, frozen, reason=reason, now=now, actor=actor)
        _tell_warehouse(documents, now=now)
        return Answer.STOPPED
    parts = [(line, line.quantity) for line in lines]
    pull_units(order, parts=parts, reason=reason, now=now, actor=actor)
    _go_back(order, documents.values(), reason=reason, now=now, actor=actor)
    return Answer.FREE


def pull_units(
    order: Order, *, parts: Sequence[Part], reason: str, now: datetime, actor: User | None
) -> None:
    """Take units of a locked order off their locked documents, whatever station these stand at.

    A line that was taken out is refused by every station by itself; a packed parcel, however, must
    be opened, so its document is stopped as a whole: now, not when the warehouse hears of it.
    """
    if not parts:
        return
    documents = {line.fulfillment_id: line.fulfillment for line, _units in parts}
    packed = {row.pk for row in documents.values() if row.status == FulfillmentStatus.PACKED}
    take_out(parts, reason=reason, now=now, actor=actor)
    packed.update(unwanted(documents))
    _lift_where_gone(order, documents.values(), now=now)
    _stop(order, [documents[pk] for pk in sorted(packed)], reason=reason, now=now, actor=actor)
    _tell_warehouse(documents, now=now)


def stop_waiting(order: Order, *, now: datetime) -> None:
    """Take an order out of the line: it is lined up anew as soon as nothing is in its way."""
    if order.status == OrderStatus.WAITING_MERGE:
        fire(order, "stop_waiting", now=now)
    order.release_at = None
    order.save(update_fields=["release_at"])


def line_up_anew(order: Order, *, reason: str, now: datetime, actor: User | None = None) -> Answer:
    """Something that decides about its parcel changed: it leaves its document and its siblings, and
    is ready again from now on.

    On the road already (``Answer.LEFT``): nothing changes.
    """
    answer = pull_back(order, reason=reason, now=now, actor=actor)
    if answer is not Answer.LEFT:
        if order.eligible_at is not None:
            order.eligible_at = now
            order.save(update_fields=["eligible_at"])
        stop_waiting(order, now=now)
    return answer


def tighten_documents(order: Order) -> None:
    """A locked order's deadline changed: so does that of the documents on which it stands."""
    lines = active_lines([order.pk])
    _tighten({line.fulfillment_id: line.fulfillment for line in lines}.values(), order=order)


def _stop(
    order: Order,
    documents: Iterable[FulfillmentOrder],
    *,
    reason: str,
    now: datetime,
    actor: User | None,
) -> None:
    """Raise one stop per document and reason."""
    for document in documents:
        wanted = {"fulfillment": document, "order": order, "reason": reason[:200]}
        if not StopToken.objects.filter(lifted_at=None, **wanted).exists():
            StopToken.objects.create(
                station=document.status, raised_at=now, raised_by=actor, **wanted
            )


def _lift_where_gone(order: Order, documents: Iterable[FulfillmentOrder], *, now: datetime) -> None:
    """A hold's stop must not keep the siblings once the held order's units have left the document;
    only a sealed parcel still holds them."""
    standing = {line.fulfillment_id for line in active_lines([order.pk])}
    gone = [
        row.pk
        for row in documents
        if row.pk not in standing and row.status != FulfillmentStatus.PACKED
    ]
    tokens = StopToken.objects.filter(order=order, fulfillment__in=gone, lifted_at=None)
    tokens.update(lifted_at=now, lift_reason="its units were taken out")


def _go_back(
    order: Order,
    documents: Iterable[FulfillmentOrder],
    *,
    reason: str,
    now: datetime,
    actor: User | None,
) -> None:
    siblings = memberships.siblings(order.pk)
    memberships.leave(order.pk, reason=reason, now=now)
    action = _BACK.get(OrderStatus(order.status))
    if action:
        fire(order, action, now=now, actor=actor, note=reason)
    for document in documents:
        if siblings and document.status != FulfillmentStatus.CANCELLED:
            tighten_promises(document, orders=siblings)


def _tighten(documents: Iterable[FulfillmentOrder], *, order: Order) -> None:
    orders = [order, *memberships.siblings(order.pk)]
    for document in documents:
        tighten_promises(document, orders=orders)


def _tell_warehouse(documents: Iterable[int], *, now: datetime) -> None:
    ids = sorted(documents)
    if ids:
        bus.publish(FulfillmentsRecalled(ids), now=now)
