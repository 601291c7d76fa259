"""Book the rows of a page where they went: what was taken in is counted in the database itself."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from channels_sync.connectors import exact
from channels_sync.dto import IncomingCancellation, Sums
from channels_sync.models import ExternalCancellationLine
from channels_sync.services.imports.ledger import Ledger
from channels_sync.services.imports.page import Entry
from oms.dto import IncomingOrder
from oms.models import Job, Order, OrderLine
from oms.services.orders.ingest import Verdict

_NAMES = {
    Verdict.CREATED: "new",
    Verdict.UPDATED: "changed",
    Verdict.UNCHANGED: "unchanged",
    Verdict.STALE: "older",
    Verdict.REFUSED: "faulty",
}


def count(ledger: Ledger, *, entries: Sequence[Entry], job: Job) -> None:
    """Count orders and cancellations by what became of them, and faults by their cause."""
    ours = _created_by(job, entries)
    for entry in entries:
        name = _NAMES[entry.fate.verdict]
        if isinstance(entry.told, IncomingCancellation) and entry.fate.trouble is None:
            name = "cancellations" if name == "new" else "cancellations_known"
        elif name == "unchanged" and entry.fate.order_id in ours:
            # A page taken in twice, because its worker died before it was booked.
            name = "new"
        ledger.counts[name] += 1
        if entry.fate.trouble:
            ledger.causes[entry.fate.trouble.cause] += 1


def book_refused(ledger: Ledger, *, entries: Sequence[Entry]) -> None:
    """Book what went to exceptions, and what is known in a newer revision."""
    for entry in entries:
        if entry.fate.verdict is Verdict.REFUSED:
            ledger.book("exceptions", entry.group.sums)
        elif entry.fate.verdict is Verdict.STALE:
            ledger.book("older", entry.group.sums)


def book_stored(ledger: Ledger, *, entries: Sequence[Entry], store_id: int) -> None:
    """Book what stands in the database now: order lines and cancellation lines."""
    taken = [entry for entry in entries if _is_taken(entry)]
    orders = {entry.fate.order_id for entry in taken if isinstance(entry.told, IncomingOrder)}
    lines = OrderLine.objects.filter(order__in=orders, source=OrderLine.Source.CHANNEL)
    for currency, quantity, price in lines.values_list(
        "order__currency", "quantity", "unit_price"
    ).iterator():
        ledger.book("orders", _line(currency, quantity, price))
    numbers = [entry.told.number for entry in taken if isinstance(entry.told, IncomingCancellation)]
    back = ExternalCancellationLine.objects.filter(
        cancellation__store=store_id, cancellation__number__in=numbers
    )
    for currency, quantity, price in back.values_list(
        "cancellation__currency", "quantity", "unit_price"
    ):
        ledger.book("cancellations", _line(currency, -quantity, price))


def book_told(ledger: Ledger, *, entries: Iterable[Entry]) -> None:
    """Book what would be stored: for a trial, which stores nothing."""
    for entry in entries:
        if not _is_taken(entry):
            continue
        match entry.told:
            case IncomingOrder(currency=currency, lines=lines):
                for line in lines:
                    ledger.book("orders", _line(currency, line.quantity, line.unit_price))
            case IncomingCancellation(currency=currency, lines=back):
                for each in back:
                    booked = _line(currency, -each.quantity, each.unit_price)
                    ledger.book("cancellations", booked)


def _line(currency: str, quantity: int, price: Decimal) -> Sums:
    return Sums(rows=1, money={currency: exact.multiply(price, quantity)})


def _is_taken(entry: Entry) -> bool:
    return entry.fate.verdict not in (Verdict.REFUSED, Verdict.STALE)


def _created_by(job: Job, entries: Sequence[Entry]) -> set[int]:
    if job.params["dry_run"]:
        return set()
    unchanged = [
        entry.fate.order_id for entry in entries if entry.fate.verdict is Verdict.UNCHANGED
    ]
    made = Order.objects.filter(
        pk__in=[pk for pk in unchanged if pk], ingested_at__gte=job.started_at
    )
    return set(made.values_list("pk", flat=True))
