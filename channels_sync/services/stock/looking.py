"""Look up what the channel shows a minute after it took a number."""

from collections.abc import Mapping
from datetime import datetime

from channels_sync.connectors.stocking import ListingRef, StockTaker
from channels_sync.models import ListingStock
from channels_sync.services.breaking.noting import note_answer
from channels_sync.services.stock.booking import reference
from oms.integration.errors import IntegrationError
from oms.models.locking import atomic_service

_MOST = 100


def look(taker: StockTaker, *, store_id: int, now: datetime) -> int:
    """Compare a page of numbers; return how many differ. Nothing is noted without an answer."""
    if not taker.reads_back:
        _forget(store_id, now=now)
        return 0
    due = ListingStock.objects.filter(store=store_id, look_at__lte=now, due_at=None)
    rows = list(due.select_related("listing").order_by("look_at", "pk")[:_MOST])
    if not rows:
        return 0
    try:
        shown = taker.read_stock([reference(row) for row in rows])
    except IntegrationError as error:
        note_answer(store_id, error=error, now=now)
        return 0
    return _compare([row.pk for row in rows], shown, now=now)


@atomic_service
def _compare(ids: list[int], shown: Mapping[ListingRef, int], *, now: datetime) -> int:
    """The channel sells meanwhile, so fewer than were sent are fine; more are not, and a listing
    that it does not know is told to a person."""
    differing = 0
    rows = ListingStock.objects.select_related("listing").filter(pk__in=ids).order_by("pk")
    for row in rows.select_for_update(of=("self",), no_key=True):
        number = shown.get(reference(row))
        row.shown, row.shown_at, row.look_at = number, now, None
        row.differs = number is not None and number > (row.sent or 0)
        if row.differs and row.due_at is None:
            row.due_at = now
        differing += row.differs
        row.save(update_fields=["shown", "shown_at", "look_at", "differs", "due_at"])
    return differing


def _forget(store_id: int, *, now: datetime) -> None:
    ListingStock.objects.filter(store=store_id, look_at__lte=now).update(look_at=None)
