"""Open orders follow the listings that changed: page by page, each order in its own transaction.

A worker that dies goes on from the last page noted; an order that followed already changes nothing.
"""

import logging
from collections.abc import Collection
from datetime import datetime
from traceback import extract_tb

from django.db import OperationalError, transaction

from oms import scheduling
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import ListingChange
from oms.models.locking import atomic_service
from oms.services.listings.changing import FOLLOW
from oms.services.listings.rewriting import follow
from oms.services.listings.touched import open_orders
from oms.services.orders.ingest import DISPATCH

log = logging.getLogger(__name__)

PAGE = 50


def follow_due(*, now: datetime) -> int:
    """Let a page of open orders follow each change that is under way; return how many did."""
    changes = ListingChange.objects.filter(followed_at=None).select_related("listing")
    followed = sum(_follow_page(row, now=now) for row in changes.order_by("pk")[:PAGE])
    if ListingChange.objects.filter(followed_at=None).exists():
        scheduling.nudge(FOLLOW)
    return followed


def _follow_page(row: ListingChange, *, now: datetime) -> int:
    page = list(open_orders(row.listing, after=row.next_order).values_list("pk", flat=True)[:PAGE])
    followed = stayed = 0
    for order_id in page:
        moved = _follow_one(order_id, row, now=now)
        followed += bool(moved)
        stayed += moved is None
    _note_page(row.pk, page=page, followed=followed, stayed=stayed, now=now)
    return followed


def _follow_one(order_id: int, row: ListingChange, *, now: datetime) -> set[int] | None:
    try:
        with transaction.atomic():
            moved = follow(order_id, listing_id=row.listing_id, actor=row.changed_by, now=now)
            if moved:
                bus.publish(StockChanged(sorted(moved)), now=now)
                scheduling.nudge(DISPATCH)
    except OperationalError:
        # Another one was in the way: the page is done again.
        raise
    except Exception as fault:  # noqa: BLE001  # one faulty order must not stop all the others
        kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
        log.error("order %s cannot follow a listing: %s at %s", order_id, kind, where)  # noqa: TRY400
        return None
    return moved


@atomic_service
def _note_page(
    change_id: int, *, page: Collection[int], followed: int, stayed: int, now: datetime
) -> None:
    row = ListingChange.objects.select_for_update().get(pk=change_id)
    row.next_order = max([row.next_order, *page])
    row.remapped, row.kept = row.remapped + followed, row.kept + stayed
    if len(page) < PAGE:
        row.followed_at = now
    row.save(update_fields=["next_order", "remapped", "kept", "followed_at"])
