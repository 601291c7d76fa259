"""Take units off a document: exactly the touched ones, and nobody else's."""

from collections.abc import Iterable
from datetime import datetime

from oms.flows.fulfillment import STOPPABLE
from oms.models import FulfillmentLine, FulfillmentOrder, User
from oms.services.inventory import demand, stock
from oms.transitions import fire


def active_lines(order_ids: Iterable[int]) -> list[FulfillmentLine]:
    """Return the lines on which units of these orders stand and have not left, documents locked."""
    lines = FulfillmentLine.objects.filter(
        order_item__order__in=list(order_ids),
        cancelled_at=None,
        fulfillment__status__in=STOPPABLE,
    )
    ids = set(lines.values_list("fulfillment_id", flat=True))
    locked = {
        document.pk: document
        for document in FulfillmentOrder.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update()
    }
    # Read again under the lock: a station may have moved the document meanwhile.
    found = list(lines.order_by("pk").select_related("order_item"))
    for line in found:
        line.fulfillment = locked[line.fulfillment_id]
    return found


def take_out(
    lines: Iterable[FulfillmentLine], *, reason: str, now: datetime, actor: User | None
) -> None:
    """Take whole lines out; what is left without any line is cancelled. Units are owed again."""
    documents = {}
    for line in lines:
        shrink(line, units=line.quantity, reason=reason, now=now)
        documents[line.fulfillment_id] = line.fulfillment
    for document in documents.values():
        if not document.lines.filter(cancelled_at=None).exists():
            fire(document, "cancel", now=now, actor=actor, note=reason)


def shrink(line: FulfillmentLine, *, units: int, reason: str, now: datetime) -> None:
    """Take some units off a line, or all of them, and owe them again."""
    stock.give_back(line, quantity=units, now=now)
    if units == line.quantity:
        line.cancelled_at, line.cancel_reason = now, reason[:300]
    else:
        line.quantity -= units
        line.picked_quantity = min(line.picked_quantity, line.quantity)
        line.packed_quantity = min(line.packed_quantity, line.quantity)
    line.save(
        update_fields=[
            "quantity",
            "picked_quantity",
            "packed_quantity",
            "cancelled_at",
            "cancel_reason",
        ]
    )
    demand.unassign(line.order_item_id, quantity=units)
