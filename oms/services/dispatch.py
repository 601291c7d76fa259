"""Send approved orders on: line up, merge, route, reserve, release. Runs every minute."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from oms.flows.order import OrderStatus
from oms.models import Order
from oms.models.locking import atomic_service
from oms.services.allocation import allocate, lock_free
from oms.services.fulfillment.releasing import release_due
from oms.services.merging.scan import merge_siblings
from oms.services.orders.channel_refunds.noting import sweep as sweep_refunds
from oms.services.review import review_pending
from oms.services.rounds import Round
from oms.services.shortages import retry_shortages
from oms.services.waiting import line_up

__all__ = ["TASK", "dispatch", "line_up_returned", "retry_shortages", "route_due"]

TASK = "oms.tasks.dispatch"
_PAGE = 100
_MAX_PAGES = 50


def dispatch(*, now: datetime) -> dict[str, int]:
    """One round over everything that may go on now; return the counts per step.

    Just before orders go alone, it is looked once more whether siblings came. A step that fails
    does not keep the others from their work.

    :raises PartsFailed: after the last step, if one of them failed
    """
    due = Order.objects.filter(release_at__lte=now)
    steps: dict[str, Callable[[], int]] = {
        "reviewed": lambda: _drain(review_pending, now=now),
        "lined_up": lambda: _drain(line_up_returned, now=now),
        "merged": lambda: merge_siblings(due, now=now),
        "routed": lambda: _drain(route_due, now=now),
        "released": lambda: _drain(release_due, now=now),
    }
    parts = Round("dispatch")
    parts.run("refunds", lambda: sweep_refunds(now=now))
    done = {name: parts.run(name, step) for name, step in steps.items()}
    parts.close()
    return done


def _drain(step: Callable[..., int], *, now: datetime) -> int:
    """Repeat a page-sized step until it finds nothing, within reason."""
    total = 0
    for _page in range(_MAX_PAGES):
        done = step(now=now)
        total += done
        if not done:
            break
    return total


@atomic_service
def line_up_returned(*, now: datetime, limit: int = _PAGE) -> int:
    """Line up approved orders that came back (from a hold, a recall, a new address)."""
    orders = lock_free(Q(status=OrderStatus.APPROVED, release_at=None), limit=limit)
    line_up(orders, now=now)
    return len(orders)


@atomic_service
def route_due(*, now: datetime, limit: int = _PAGE) -> int:
    """Route and reserve orders whose waiting is over; return how many left the queue."""
    orders = lock_free(Q(release_at__lte=now), limit=limit)
    allocate(orders, now=now)
    return len(orders)
