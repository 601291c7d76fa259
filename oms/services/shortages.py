"""Orders that wait for stock: served as soon as it comes, the oldest payment first."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from oms import bulk
from oms.models import Demand, Order, OrderHold, StockLevel
from oms.models.inventory import Condition
from oms.models.locking import atomic_service
from oms.services.allocation import allocate, decide, lock_in_order, skus_of
from oms.services.fulfillment.documents import owed_items
from oms.services.holds import end_holds
from oms.services.merging.facts import FREE, for_parcels, set_keys
from oms.services.routing import shelves_of

_PAGE = 100
_MAX_PAGES = 50


def retry_shortages(*, now: datetime) -> int:
    """Serve every waiting order that a warehouse can serve now; return how many."""
    total = 0
    for _page in range(_MAX_PAGES):
        healed = heal_page(now=now)
        total += healed
        if not healed:
            break
    return total


@atomic_service
def heal_page(*, now: datetime, limit: int = _PAGE) -> int:
    """End the shortage holds of a page of orders and promise them their goods at once, so that no
    later order takes these from them."""
    ids = _curable(now=now)[:limit]
    orders = lock_in_order(_short(), ids=ids)
    for order in orders:
        end_holds(order, code="shortage", now=now, note="stock came")
    free = [order for order in orders if order.status in FREE]
    columns = ["merge_key", "merge_key_version"]
    bulk.update_columns(set_keys(free), columns)
    allocate(free, now=now)
    return len(orders)


def _short() -> QuerySet[Order]:
    """Orders whose one reason to wait is stock; asked again under the lock."""
    active = OrderHold.objects.filter(released_at=None)
    short = active.filter(code="shortage").values("order_id")
    others = active.exclude(code="shortage").values("order_id")
    return Order.objects.filter(pk__in=short).exclude(pk__in=others)


def _curable(*, now: datetime) -> list[int]:
    """Return which of them the shelves could serve one after the other, the oldest payment first.

    Orders that want anything of which no shelf has a piece are not even loaded: on a bad day they
    are tens of thousands. One that does not wait for a warehouse (taken back into review) is not
    short at all.
    """
    rows = for_parcels(_short().filter(~Q(status__in=FREE) | ~Exists(_hopeless())))
    orders = list(rows.order_by(F("paid_at").asc(nulls_last=True), "pk"))
    owed = owed_items([order.pk for order in orders])
    shelves = shelves_of(skus_of(owed), now=now, lock=False)
    return [
        order.pk
        for order in orders
        if order.status not in FREE
        or order.pk not in owed
        or decide(order, shelves=shelves, owed=owed).decision.warehouse_id is not None
    ]


def _hopeless() -> QuerySet[Demand]:
    """Units of an order of which no warehouse has any to give."""
    there = StockLevel.objects.filter(condition=Condition.GOOD, on_hand__gt=F("reserved"))
    owed = Demand.objects.filter(order_item__order=OuterRef("pk"), quantity__gt=0)
    return owed.exclude(sku__in=there.values("sku"))
