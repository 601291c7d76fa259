"""Send approved orders on: line up, merge, route, reserve, release. Runs every minute."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold
from oms.models.locking import atomic_service
from oms.services import routing
from oms.services.fulfillment.documents import make_document, open_items
from oms.services.fulfillment.releasing import release_due
from oms.services.holds import end_holds, place_hold, without_held
from oms.services.inventory.stock import NotEnoughStock
from oms.services.merging.scan import merge_keys
from oms.services.review import review_pending
from oms.services.waiting import line_up
from oms.transitions import fire

TASK = "oms.tasks.dispatch"
_PAGE = 100
_MAX_PAGES = 50
_FREE = (OrderStatus.APPROVED, OrderStatus.WAITING_MERGE)


def dispatch(*, now: datetime) -> dict[str, int]:
    """One round over everything that may go on now; return the counts per step."""
    return {
        "reviewed": _drain(review_pending, now=now),
        "lined_up": _drain(line_up_returned, now=now),
        "merged": merge_due(now=now),
        "routed": _drain(route_due, now=now),
        "released": _drain(release_due, now=now),
    }


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
    """Line up approved orders that came back (from a hold, a recall, an un-merge)."""
    orders = _lock_free(release_at=None, limit=limit, statuses=(OrderStatus.APPROVED,))
    for order in orders:
        order.eligible_at = order.eligible_at or now
    Order.objects.bulk_update(orders, ["eligible_at"], batch_size=500)
    line_up(orders, now=now)
    return len(orders)


def merge_due(*, now: datetime) -> int:
    """Just before they go alone, look once more whether siblings came."""
    due = Order.objects.filter(status__in=_FREE, release_at__lte=now).exclude(merge_key="")
    keys = sorted(set(due.values_list("merge_key", flat=True)))
    return sum(merge_keys(keys[i : i + 50], now=now) for i in range(0, len(keys), 50))


@atomic_service
def route_due(*, now: datetime, limit: int = _PAGE) -> int:
    """Route and reserve orders whose waiting is over; return how many left the queue.

    Nobody has everything: a shortage hold, which ends by itself when stock comes.
    """
    orders = _lock_free(release_at=now, limit=limit, statuses=_FREE)
    for order in orders:
        _route(order, now=now)
    return len(orders)


def _route(order: Order, *, now: datetime) -> None:
    if not open_items([order.pk]):
        _hold_empty(order, now=now)
        return
    decision = routing.decide([order], now=now)
    routing.keep(decision, order=order, group=None, now=now)
    if decision.warehouse_id is not None and _allocate(order, decision.warehouse_id, now=now):
        return
    place_hold(order, code="shortage", owner=OrderHold.Owner.SYSTEM, now=now)


def _allocate(order: Order, warehouse_id: int, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            make_document([order], warehouse_id=warehouse_id, group=None, release_at=now, now=now)
            fire(order, "allocate", now=now)
    except NotEnoughStock:
        return False
    return True


def _hold_empty(order: Order, *, now: datetime) -> None:
    """Only virtual lines or fees: nothing to send, a person delivers it another way."""
    place_hold(order, code="nothing_to_ship", owner=OrderHold.Owner.SYSTEM, now=now)


def _lock_free(
    *, release_at: datetime | None, limit: int, statuses: Sequence[OrderStatus]
) -> list[Order]:
    held = OrderHold.objects.filter(released_at=None).values("order_id")
    rows = Order.objects.filter(status__in=statuses).exclude(pk__in=held)
    if release_at is None:
        rows = rows.filter(release_at=None)
    else:
        rows = rows.filter(release_at__lte=release_at)
    ids = list(rows.order_by("ship_by", "pk").values_list("pk", flat=True)[:limit])
    locked = rows.filter(pk__in=ids).select_related("store", "receiver").order_by("pk")
    return without_held(locked.select_for_update(of=("self",)))


@atomic_service
def retry_shortages(*, now: datetime, limit: int = _PAGE) -> int:
    """End the shortage holds whose orders a warehouse could serve now, oldest payment first."""
    short = OrderHold.objects.filter(code="shortage", released_at=None)
    ids = short.order_by("order__paid_at", "pk").values_list("order_id", flat=True)[:limit]
    orders = Order.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update()
    healed = 0
    for order in orders:
        if routing.decide([order], now=now).warehouse_id is not None:
            end_holds(order, code="shortage", now=now, note="stock came")
            healed += 1
    return healed
