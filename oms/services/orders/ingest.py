"""The one way in: orders of any source, new or known, in any order, exactly once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Prefetch

from oms import scheduling
from oms.dto import IncomingLine, IncomingOrder
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Order, OrderHold, OrderLine, Store
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.rules.arrival import is_shippable
from oms.rules.incoming import faults_of
from oms.services.orders.channel_refunds.noting import catch_up
from oms.services.orders.creation import create_orders
from oms.services.orders.differences import age
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


Found = dict[str, Outcome]
Newest = Mapping[str, IncomingOrder]
"""By channel order number."""


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
    # Inside somebody's transaction a savepoint keeps it usable after a failure.
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with guard:
            return _ingest_together(store_id, orders, now=now)
    except OperationalError:
        if len(orders) == 1:
            raise  # The database's fault, not the order's: whoever brought it tries again.
    except (DatabaseError, Refusal) as error:
        if len(orders) == 1:
            return [_refused(orders[0], _explained(error))]
    # One of them is to blame: alone, each shows whether it is the one.
    return [outcome for order in orders for outcome in _ingest_chunk(store_id, [order], now=now)]


def _explained(error: DatabaseError | Refusal) -> Refusal:
    if isinstance(error, Refusal):
        return error
    return UnstorableOrder(error=str(error).split("\n", maxsplit=1)[0][:200])


@atomic_service
def _ingest_together(
    store_id: int, orders: Sequence[IncomingOrder], *, now: datetime
) -> list[Outcome]:
    store = Store.objects.get(pk=store_id)
    newest = _newest(orders)
    found = _faulty(newest)
    sound = {number: order for number, order in sorted(newest.items()) if number not in found}
    known = _known(store_id, sound, lock=True)
    fresh = {number: order for number, order in sound.items() if number not in known}
    mapped = resolve(store, lines=_lines(fresh), now=now)
    unmapped = _unmapped(fresh, mapped)
    wanted = [order for number, order in fresh.items() if number not in unmapped]
    created, skus = create_orders(wanted, store=store, mapped=mapped, now=now)
    catch_up(created.values(), now=now)
    found |= unmapped
    found |= {number: Outcome(number, Verdict.CREATED, row.pk) for number, row in created.items()}
    # Whoever lost the race to create an order brings a revision of it.
    known |= _known(store_id, fresh.keys() - found.keys(), lock=True)
    for number, row in known.items():
        found[number] = Outcome(number, revise(row, incoming=sound[number], now=now), row.pk)
    if found.keys() != newest.keys():
        raise IntegrityError("an order number of ours was taken: another one next time")
    _announce(found, skus, now=now)
    return [_outcome(order, newest, found) for order in orders]


def preview_many(store_id: int, *, orders: Sequence[IncomingOrder], now: datetime) -> list[Outcome]:
    """Tell what ``ingest_many`` would do now, and write nothing."""
    store = Store.objects.get(pk=store_id)
    newest = _newest(orders)
    found = _faulty(newest)
    known = _known(store_id, newest.keys() - found.keys(), lock=False)
    fresh = {
        number: order
        for number, order in newest.items()
        if number not in found and number not in known
    }
    found |= _unmapped(fresh, resolve(store, lines=_lines(fresh), now=now, write=False))
    for number, row in known.items():
        found[number] = Outcome(number, compare(row, incoming=newest[number]), row.pk)
    for number in fresh:
        found.setdefault(number, Outcome(number, Verdict.CREATED))
    return [_outcome(order, newest, found) for order in orders]


def _newest(orders: Sequence[IncomingOrder]) -> dict[str, IncomingOrder]:
    newest: dict[str, IncomingOrder] = {}
    for order in orders:
        seen = newest.get(order.channel_order_no)
        if seen is None or age(order) >= age(seen):
            newest[order.channel_order_no] = order
    return newest


def _outcome(order: IncomingOrder, newest: Newest, found: Found) -> Outcome:
    outcome = found[order.channel_order_no]
    if order is newest[order.channel_order_no] or outcome.verdict is Verdict.REFUSED:
        return outcome
    return Outcome(order.channel_order_no, Verdict.STALE, outcome.order_id)


def _faulty(orders: Newest) -> Found:
    faults = {number: faults_of(order) for number, order in orders.items()}
    return {
        number: _refused(orders[number], FaultyOrder(kinds))
        for number, kinds in faults.items()
        if kinds
    }


def _lines(orders: Newest) -> Iterable[IncomingLine]:
    """What must be mapped: nobody looks for a fee or a download on a shelf."""
    return (line for order in orders.values() for line in order.lines if is_shippable(line))


def _unmapped(orders: Newest, mapped: Mapped) -> Found:
    refused = {}
    for number, order in orders.items():
        lines = [line for line in order.lines if is_shippable(line)]
        missing = [line for line in lines if listing_key(line) not in mapped]
        if missing:
            titles = [line.title or line.merchant_code for line in missing]
            refused[number] = _refused(order, UnmappedListing(titles))
    return refused


def _refused(order: IncomingOrder, refusal: Refusal) -> Outcome:
    return Outcome(order.channel_order_no, Verdict.REFUSED, refusal=refusal)


def _known(store_id: int, numbers: Iterable[str], *, lock: bool) -> dict[str, Order]:
    """Return the orders there are, with what is compared, in queries that do not grow with them."""
    rows = Order.objects.filter(store=store_id, channel_order_no__in=list(numbers))
    rows = rows.select_related("store", "receiver", "own_note").defer("receiver__platform_cipher")
    rows = rows.prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position")),
        Prefetch("holds", OrderHold.objects.filter(released_at=None)),
    )
    if lock:
        rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    return {str(row.channel_order_no): row for row in rows}


def _announce(found: Found, skus: Collection[int], *, now: datetime) -> None:
    if any(outcome.verdict in (Verdict.CREATED, Verdict.UPDATED) for outcome in found.values()):
        scheduling.nudge(DISPATCH)
    if skus:
        bus.publish(StockChanged(sorted(skus)), now=now)
