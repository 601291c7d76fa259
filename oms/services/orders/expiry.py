"""Unpaid orders hold their goods for a while, then let go."""

from datetime import datetime, timedelta

from oms.flows.order import OrderStatus
from oms.models import Order, Store
from oms.models.locking import atomic_service
from oms.services.orders.cancel import cancel_locked

_PAGE = 200
_MAX_PAGES = 50


def expire_unpaid(*, now: datetime) -> int:
    """Cancel what its store does not wait for any longer; return how many."""
    return sum(
        _expire_all(store_id, before=now - timedelta(minutes=minutes), now=now)
        for store_id, minutes in Store.objects.values_list("pk", "unpaid_expiry_minutes")
    )


def _expire_all(store_id: int, *, before: datetime, now: datetime) -> int:
    """Page by page, within reason: the rest waits for the next round."""
    total = 0
    for _page in range(_MAX_PAGES):
        done = _expire(store_id, before=before, now=now)
        total += done
        if not done:
            break
    return total


@atomic_service
def _expire(store_id: int, *, before: datetime, now: datetime) -> int:
    unpaid = Order.objects.filter(store=store_id, status=OrderStatus.UNPAID, ingested_at__lt=before)
    ids = list(unpaid.order_by("pk").values_list("pk", flat=True)[:_PAGE])
    orders = unpaid.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    for order in orders:
        cancel_locked(order, reason="not paid in time", now=now)
    return len(orders)
