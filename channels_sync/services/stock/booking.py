"""Write down what became of the numbers that were sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.models import ListingStock
from channels_sync.services.turns import BACKLOG, LIVE, Turn
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models.locking import atomic_service

_LOOK_AFTER = timedelta(minutes=1)
_FIRST_REST, _LONGEST_REST = timedelta(seconds=30), timedelta(hours=1)
_ACCOUNT_REST = timedelta(minutes=30)


def turns(store_ids: Collection[int], *, now: datetime) -> list[Turn[int]]:
    """Return a turn for each of the stores that has a number to send, or one to look up."""
    rows = ListingStock.objects.filter(store__in=list(store_ids))
    sending = _oldest(rows, "due_at", now=now)
    looking = _oldest(rows, "look_at", now=now)
    return [
        *(Turn(store, at, LIVE) for store, at in sending.items()),
        *(Turn(store, at, BACKLOG) for store, at in looking.items() if store not in sending),
    ]


def _oldest(rows: QuerySet[ListingStock], column: str, *, now: datetime) -> dict[int, datetime]:
    due = rows.filter(**{f"{column}__lte": now}).order_by("store")
    return dict(due.values_list("store").annotate(Min(column)))


def has_due(store_id: int, *, now: datetime) -> bool:
    return ListingStock.objects.filter(store=store_id, due_at__lte=now).exists()


def reference(row: ListingStock) -> ListingRef:
    """Return the listing as its channel numbers it."""
    listing = row.listing
    return ListingRef(
        channel_product_id=listing.channel_product_id,
        channel_sku_id=listing.channel_sku_id,
        merchant_code=listing.merchant_code,
    )


def offer(row: ListingStock) -> Offer:
    return Offer(
        key=f"stock-{row.listing_id}-{row.version}",
        listing=reference(row),
        quantity=row.wanted or 0,
        version=row.version,
    )


@atomic_service
def note_sent(
    rows: Sequence[ListingStock], *, refused: Mapping[str, IntegrationError], now: datetime
) -> int:
    """Note what the channel took and what it refused by itself; return how many it took."""
    locked = _lock(rows)
    taken = 0
    for row in rows:
        error = refused.get(offer(row).key)
        now_there = locked[row.pk]
        if error is None:
            _book(now_there, row, now=now)
            taken += 1
        else:
            _put_off(now_there, error, now=now)
        now_there.save()
    return taken


@atomic_service
def note_trouble(rows: Sequence[ListingStock], *, error: IntegrationError, now: datetime) -> None:
    """The call as a whole brought nothing: all its rows wait."""
    for row in _lock(rows).values():
        _put_off(row, error, now=now)
        row.save()


def _lock(rows: Sequence[ListingStock]) -> dict[int, ListingStock]:
    ids = [row.pk for row in rows]
    locked = ListingStock.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return {row.pk: row for row in locked.order_by("pk")}


def _book(there: ListingStock, told: ListingStock, *, now: datetime) -> None:
    there.sent, there.sent_at, there.last_error, there.attempts = told.wanted, now, "", 0
    there.differs, there.look_at = False, now + _LOOK_AFTER
    # Marked again while it was on its way: the newer number goes out next.
    there.due_at = None if there.marks == told.marks else now


def _put_off(row: ListingStock, error: IntegrationError, *, now: datetime) -> None:
    row.attempts, row.last_error = row.attempts + 1, str(error)[:300]
    rest = min(_FIRST_REST * 2 ** min(row.attempts - 1, 10), _LONGEST_REST)
    if error.kind is ErrorKind.THROTTLE:
        rest, row.attempts = max(error.retry_after or _FIRST_REST, _FIRST_REST), row.attempts - 1
    elif error.kind is ErrorKind.REAUTHORIZE:
        rest = _ACCOUNT_REST
    elif error.kind is ErrorKind.FATAL:
        rest = _LONGEST_REST
    row.due_at = now + rest
