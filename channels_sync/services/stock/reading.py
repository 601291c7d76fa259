"""Read the due numbers of a store afresh, and hold back sudden zeros."""

from collections.abc import Sequence
from datetime import UTC, datetime

from channels_sync.models import ListingStock, StockRule
from channels_sync.services.stock.offering import is_sudden_zero
from channels_sync.services.stock.supplies import numbers
from oms.models.locking import atomic_service

_COLUMNS = ["wanted", "parts", "due_at", "is_blocked", "version"]
_FIRST_SECOND = datetime(2020, 1, 1, tzinfo=UTC)


@atomic_service
def read_fresh(store_id: int, *, limit: int, now: datetime) -> list[ListingStock]:
    """Return due rows with their number as it is now, ready to be sent under a new version.

    Rows whose number is what was sent already are done without a word; rows that are held back for
    a person are left out.
    """
    rule = StockRule.objects.select_related("store").get(store=store_id)
    due = ListingStock.objects.filter(store=store_id, due_at__lte=now)
    rows = list(
        due.select_related("listing")
        .select_for_update(of=("self",), no_key=True)
        .order_by("due_at", "pk")[:limit]
    )
    fresh = numbers(rule.store, listings=[row.listing for row in rows], rule=rule)
    tried = {row.pk: row.wanted for row in rows if row.attempts}
    for row in rows:
        row.wanted, row.parts = fresh.get(row.listing_id, (row.sent, row.parts))
    _hold_back(store_id, rows)
    for row in rows:
        if row.is_blocked or not _is_news(row):
            row.due_at = None
        elif tried.get(row.pk) != row.wanted:
            # The same number tried again goes out under its own key.
            row.version = _next_version(row.version, now=now)
    ListingStock.objects.bulk_update(rows, _COLUMNS)
    return [row for row in rows if row.due_at is not None]


def _next_version(last: int, *, now: datetime) -> int:
    """Return a number above every earlier one of the listing, deleted and made again or not.

    Seconds since 2020: a shop keeps the highest version it was told, and the row that knew it may
    be gone. Counted in 32 bits they last until 2088; two numbers in one second are told apart.
    """
    return max(last + 1, int((now - _FIRST_SECOND).total_seconds()))


def _is_news(row: ListingStock) -> bool:
    return row.wanted is not None and (row.wanted != row.sent or row.differs)


def _hold_back(store_id: int, rows: Sequence[ListingStock]) -> None:
    """A sudden zero for many is likelier a fault of ours than a good day: a person looks first.

    What has units again waits no longer; what a person let go (``differs``) is not stopped twice.
    """
    falling = [row for row in rows if row.sent and row.wanted == 0 and not row.differs]
    known = ListingStock.objects.filter(store=store_id)
    waiting = known.filter(is_blocked=True).count()
    showing = known.filter(sent__gt=0).count()
    stopped = bool(waiting) or is_sudden_zero(falling=len(falling), showing=showing)
    ids = {row.pk for row in falling} if stopped else set()
    for row in rows:
        row.is_blocked = row.pk in ids
