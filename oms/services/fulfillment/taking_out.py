"""Take units off a document: exactly the touched ones, and nobody else's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from oms.flows.fulfillment import STOPPABLE
from oms.models import FulfillmentLine, FulfillmentOrder, User
from oms.services.fulfillment.finishing import finish_where_all_left
from oms.services.inventory import demand, stock
from oms.transitions import fire_rows

Part = tuple[FulfillmentLine, int]
"""Units of a line, all of them or some."""


def active_lines(order_ids: Iterable[int]) -> list[FulfillmentLine]:
    """Return the lines on which units of these orders stand and have not left, documents locked."""
    lines = FulfillmentLine.objects.filter(
        order_item__order__in=list(order_ids),
        cancelled_at=None,
        fulfillment__status__in=STOPPABLE,
    )
    ids = set(lines.values_list("fulfillment_id", flat=True))
    if not ids:
        return []
    locked = {
        document.pk: document
        for document in FulfillmentOrder.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    # Read again under the lock: a station may have moved the document meanwhile.
    rows = lines.filter(fulfillment__in=locked).select_related("reservation")
    found = list(rows.order_by("pk"))
    for line in found:
        line.fulfillment = locked[line.fulfillment_id]
    return found


def take_out(parts: Sequence[Part], *, reason: str, now: datetime, actor: User | None) -> None:
    """Take units off their lines and owe them again. A document left without any line is cancelled,
    one of which the rest has left is finished.

    The documents are locked by the caller.
    """
    if not parts:
        return
    stock.give_back(parts, now=now)
    units = Counter[int]()
    for line, taken in parts:
        units[line.order_item_id] += taken
        _shrink(line, taken, reason=reason, now=now)
    columns = ["quantity", "picked_quantity", "packed_quantity", "cancelled_at", "cancel_reason"]
    FulfillmentLine.objects.bulk_update([line for line, _taken in parts], columns, batch_size=500)
    demand.unassign(units)
    documents = {line.fulfillment_id: line.fulfillment for line, _taken in parts}
    standing = FulfillmentLine.objects.filter(fulfillment__in=documents, cancelled_at=None)
    kept = set(standing.values_list("fulfillment_id", flat=True))
    finish_where_all_left([documents[pk] for pk in sorted(kept)], now=now, actor=actor)
    bare = [document for pk, document in sorted(documents.items()) if pk not in kept]
    fire_rows(bare, "cancel", now=now, actor=actor, note=reason)


def _shrink(line: FulfillmentLine, units: int, *, reason: str, now: datetime) -> None:
    if units == line.quantity:
        line.cancelled_at, line.cancel_reason = now, reason[:300]
        return
    line.quantity -= units
    line.picked_quantity = min(line.picked_quantity, line.quantity)
    line.packed_quantity = min(line.packed_quantity, line.quantity)
