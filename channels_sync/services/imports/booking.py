"""Book the rows of a page where they went: what was taken in is counted in the database itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from channels_sync.connectors import exact
from channels_sync.connectors.file.sums import merge
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
    stored = _stored(taken)
    for entry in taken:
        if isinstance(entry.told, IncomingOrder):
            _book_order(ledger, entry, here=stored.get(entry.fate.order_id or 0, Sums()))
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
    taken = [entry for entry in entries if _is_taken(entry)]
    stored = _stored(taken)
    for entry in taken:
        match entry.told:
            case IncomingOrder():
                here = stored.get(entry.fate.order_id or 0) or _told(entry.told)
                _book_order(ledger, entry, here=here)
            case IncomingCancellation(currency=currency, lines=back):
                for each in back:
                    booked = _line(currency, -each.quantity, each.unit_price)
                    ledger.book("cancellations", booked)


def _book_order(ledger: Ledger, entry: Entry, *, here: Sums) -> None:
    """A new order must stand here as it was told; one that was known may have other lines."""
    assert isinstance(entry.told, IncomingOrder)  # noqa: S101  # the callers looked
    told = _told(entry.told)
    is_new = entry.fate.verdict is Verdict.CREATED
    if is_new or (here.rows, here.money) == (told.rows, told.money):
        ledger.book("orders", here)
    else:
        ledger.book("differing", told)


def _stored(taken: Sequence[Entry]) -> dict[int, Sums]:
    orders = {entry.fate.order_id for entry in taken if isinstance(entry.told, IncomingOrder)}
    lines = OrderLine.objects.filter(order__in=orders - {None}, source=OrderLine.Source.CHANNEL)
    stored: defaultdict[int, Sums] = defaultdict(Sums)
    for order_id, currency, quantity, price in lines.values_list(
        "order_id", "order__currency", "quantity", "unit_price"
    ).iterator():
        merge(stored[order_id], _line(currency, quantity, price))
    return dict(stored)


def _told(order: IncomingOrder) -> Sums:
    sums = Sums()
    for line in order.lines:
        merge(sums, _line(order.currency, line.quantity, line.unit_price))
    return sums


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
