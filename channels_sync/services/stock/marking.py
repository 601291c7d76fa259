"""Mark the listings whose numbers may have changed; the sending reads them fresh."""

import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.models import ListingStock, StockRule
from channels_sync.services.stock.supplies import listings_of, numbers
from oms import scheduling
from oms.models import Listing

SEND = "channels_sync.tasks.push_stock"
_COALESCE = timedelta(seconds=2)
"""Changes of one moment (a festival's orders) are one number a listing."""
_PAGE = 500
_TIME = DateTimeField()


def mark_skus(sku_ids: Collection[int], *, now: datetime) -> int:
    """Mark every listing of the SKUs, in shops that are told; return how many."""
    return _mark(listings_of(sku_ids), now=now)


def mark_store(store_id: int, *, now: datetime) -> int:
    """Mark all listings of a store: its rule changed, or it was connected."""
    return _mark(Q(store=store_id), now=now)


def _mark(which: Q, *, now: datetime) -> int:
    listings = _told().filter(which)
    marked = 0
    page: list[ListingStock] = []
    for pk, store_id in listings.order_by("pk").values_list("pk", "store").iterator():
        page.append(ListingStock(listing_id=pk, store_id=store_id, due_at=now + _COALESCE))
        if len(page) == _PAGE:
            marked += _write(page)
            page = []
    marked += _write(page)
    if marked:
        scheduling.nudge(SEND)
    return marked


def _write(rows: Collection[ListingStock]) -> int:
    """Mark rows, new ones too. What is due already keeps its time: it must not wait for ever."""
    listings = [row.listing_id for row in rows]
    due = Value(min((row.due_at for row in rows if row.due_at), default=None), _TIME)
    ListingStock.objects.bulk_create(rows, ignore_conflicts=True)
    known = ListingStock.objects.filter(listing__in=listings)
    known.update(marks=F("marks") + 1, due_at=Coalesce("due_at", due))
    return len(listings)


def wait_for_more(*, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Let what was marked a moment ago come due, so that the worker it woke does not find nothing
    and leave it to the next minute."""
    soon = ListingStock.objects.filter(due_at__gt=now, due_at__lte=now + _COALESCE)
    if soon.exists():
        sleep(_COALESCE.total_seconds())


def sweep(*, now: datetime) -> int:
    """Find numbers that moved without anybody telling (a recalled document, a new allotment) and
    mark them; return how many."""
    found = 0
    for rule in StockRule.objects.filter(is_on=True).select_related("store"):
        rows = _told().filter(store=rule.store_id).order_by("pk")
        last = 0
        while page := list(rows.filter(pk__gt=last)[:_PAGE]):
            last = page[-1].pk
            found += _sweep_page(rule, page, now=now)
    if found:
        scheduling.nudge(SEND)
    return found


def _sweep_page(rule: StockRule, listings: list[Listing], *, now: datetime) -> int:
    fresh = numbers(rule.store, listings=listings, rule=rule)
    known = {row.listing_id: row for row in ListingStock.objects.filter(listing__in=list(fresh))}
    moved = [
        listing_id
        for listing_id, (number, _parts) in fresh.items()
        if listing_id not in known or known[listing_id].sent != number
    ]
    return (
        _write(
            [
                ListingStock(listing_id=listing_id, store_id=rule.store_id, due_at=now)
                for listing_id in moved
            ]
        )
        if moved
        else 0
    )


def _told() -> QuerySet[Listing]:
    kinds = [taker.kind for taker in stock_takers]
    return Listing.objects.filter(
        Q(sku__isnull=False) | Q(bundle__isnull=False),
        store__stock_rule__is_on=True,
        store__is_active=True,
        store__connection__is_active=True,
        store__connection__kind__in=kinds,
    )
