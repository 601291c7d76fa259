"""The one way in: orders of any source, new or known, in any order, exactly once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection

from oms import scheduling
from oms.dto import IncomingOrder
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Order, Store
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.rules.arrival import is_shippable
from oms.rules.incoming import faults_of
from oms.services.orders.creation import create_orders
from oms.services.orders.faults import FaultyOrder, UnmappedListing, UnstorableOrder
from oms.services.orders.mapping import Mapped, listing_key, resolve
from oms.services.orders.revision import Verdict, compare, revise

__all__ = ["Outcome", "Verdict", "ingest", "ingest_many", "preview_many"]


DISPATCH = "oms.tasks.dispatch"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one incoming order; ``refusal`` says why not, for a person."""

    channel_order_no: str
    verdict: Verdict
    order_id: int | None = None
    refusal: Refusal | None = None


def ingest(store_id: int, *, order: IncomingOrder, now: datetime) -> Outcome:
    """Take in one order."""
    return ingest_many(store_id, orders=[order], now=now)[0]


def ingest_many(store_id: int, *, orders: Sequence[IncomingOrder], now: datetime) -> list[Outcome]:
    """Take in orders of one store, in transactions of a size the database likes.

    Return one outcome per order, in the order given. One that cannot be taken in never stops the
    others, and one given twice counts with its newest revision.
    """
    size = 40 if connection.vendor == "sqlite" else 500
    outcomes: list[Outcome] = []
    for start in range(0, len(orders), size):
        outcomes += _ingest_chunk(store_id, orders[start : start + size], now=now)
    return outcomes


def _ingest_chunk(
    store_id: int, orders: Sequence[IncomingOrder], *, now: datetime
) -> list[Outcome]:
    try:
        return _ingest_together(store_id, orders, now=now)
    except DatabaseError as error:
        if len(orders) == 1:
            refusal = UnstorableOrder(error=str(error).split("\n", maxsplit=1)[0][:200])
            return [_refused(orders[0], refusal)]
    # One of them is to blame: alone, each shows whether it is the one.
    return [outcome for order in orders for outcome in _ingest_chunk(store_id, [order], now=now)]


@atomic_service
def _ingest_together(
    store_id: int, orders: Sequence[IncomingOrder], *, now: datetime
) -> list[Outcome]:
    store = Store.objects.get(pk=store_id)
    newest = _newest(orders)
    mapped = resolve(
        store, lines=(line for order in newest.values() for line in order.lines), now=now
    )
    found: dict[str, Outcome] = {}
    sound: dict[str, IncomingOrder] = {}
    for number, order in sorted(newest.items()):
        refusal = _refusal(order, mapped)
        if refusal is not None:
            found[number] = _refused(order, refusal)
        else:
            sound[number] = order
    known = _known(store_id, sound)
    fresh = [order for number, order in sound.items() if number not in known]
    created, skus = create_orders(fresh, store=store, mapped=mapped, now=now)
    for number, row in created.items():
        found[number] = Outcome(number, Verdict.CREATED, row.pk)
    # Whoever lost the race to create an order brings a revision of it.
    for number, row in _known(store_id, sound.keys() - created.keys()).items():
        verdict = revise(row, incoming=sound[number], now=now)
        found[number] = Outcome(number, verdict, row.pk)
    scheduling.nudge(DISPATCH)
    if skus:
        bus.publish(StockChanged(sorted(skus)), now=now)
    return [_outcome(order, newest, found) for order in orders]


def preview_many(store_id: int, *, orders: Sequence[IncomingOrder], now: datetime) -> list[Outcome]:
    """Tell what ``ingest_many`` would do now, and write nothing."""
    store = Store.objects.get(pk=store_id)
    newest = _newest(orders)
    lines = [line for order in newest.values() for line in order.lines]
    mapped = resolve(store, lines=lines, now=now, write=False)
    known = _known(store_id, newest, lock=False)
    found = {}
    for number, order in newest.items():
        refusal = _refusal(order, mapped)
        if refusal is not None:
            found[number] = _refused(order, refusal)
        elif number in known:
            verdict = compare(known[number], incoming=order)
            found[number] = Outcome(number, verdict, known[number].pk)
        else:
            found[number] = Outcome(number, Verdict.CREATED)
    return [_outcome(order, newest, found) for order in orders]


def _newest(orders: Sequence[IncomingOrder]) -> dict[str, IncomingOrder]:
    newest: dict[str, IncomingOrder] = {}
    for order in orders:
        seen = newest.get(order.channel_order_no)
        if seen is None or order.channel_modified_at >= seen.channel_modified_at:
            newest[order.channel_order_no] = order
    return newest


def _outcome(
    order: IncomingOrder, newest: dict[str, IncomingOrder], found: dict[str, Outcome]
) -> Outcome:
    outcome = found[order.channel_order_no]
    if order is newest[order.channel_order_no]:
        return outcome
    return Outcome(order.channel_order_no, Verdict.STALE, outcome.order_id)


def _refusal(order: IncomingOrder, mapped: Mapped) -> Refusal | None:
    faults = faults_of(order)
    if faults:
        return FaultyOrder(faults)
    unmapped = [
        line.title or line.merchant_code
        for line in order.lines
        if is_shippable(line) and listing_key(line) not in mapped
    ]
    return UnmappedListing(unmapped) if unmapped else None


def _refused(order: IncomingOrder, refusal: Refusal) -> Outcome:
    return Outcome(order.channel_order_no, Verdict.REFUSED, refusal=refusal)


def _known(store_id: int, numbers: Iterable[str], *, lock: bool = True) -> dict[str, Order]:
    rows = Order.objects.filter(store=store_id, channel_order_no__in=list(numbers))
    if lock:
        rows = rows.order_by("pk").select_for_update()
    return {str(row.channel_order_no): row for row in rows}
