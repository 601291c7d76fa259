"""Find siblings and put them on one document."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from oms.flows.order import MERGEABLE, OrderStatus
from oms.models import FulfillmentOrder, Order, Store
from oms.models.locking import atomic_service
from oms.scheduling import last_success
from oms.services.holds import without_held
from oms.services.inventory.stock import NotEnoughStock
from oms.services.merging.facts import settings_of
from oms.services.merging.grouping import join_document, merge_free

LEASE = "oms.merge_scan"
_FREE = (OrderStatus.APPROVED, OrderStatus.WAITING_MERGE)
_KEYS_A_TRANSACTION = 50


def scan(*, now: datetime) -> int:
    """Merge what belongs together; return how many orders found siblings.

    Looked at are the orders that became ready since the look-back, or since the last scan that
    succeeded: a hold, a late pull or an hour of downtime loses nothing. They are matched against
    every open, unfrozen order or document of the same key, of any age.
    """
    keys = sorted(_keys_in_window(now=now))
    merged = 0
    for start in range(0, len(keys), _KEYS_A_TRANSACTION):
        merged += merge_keys(keys[start : start + _KEYS_A_TRANSACTION], now=now)
    return merged


def _keys_in_window(*, now: datetime) -> set[str]:
    look_back = {store.pk: settings_of(store).look_back for store in Store.objects.all()}
    if not look_back:
        return set()
    missed_since = last_success(LEASE) or now
    start = min(now - max(look_back.values()), missed_since)
    window = Order.objects.filter(status__in=_FREE, eligible_at__gte=start).exclude(merge_key="")
    rows = window.values_list("merge_key", "store_id", "eligible_at")
    return {
        key
        for key, store_id, eligible_at in rows
        if eligible_at is not None
        and eligible_at >= min(now - look_back.get(store_id, timedelta(0)), missed_since)
    }


@atomic_service
def merge_keys(keys: Collection[str], *, now: datetime) -> int:
    """Merge the siblings of these keys, each key for itself; return how many orders were merged."""
    siblings: dict[str, list[Order]] = defaultdict(list)
    for order in _locked_siblings(keys):
        siblings[order.merge_key].append(order)
    documents = _open_documents([order.pk for group in siblings.values() for order in group])
    merged = 0
    for key in sorted(siblings):
        free = [order for order in siblings[key] if order.status in _FREE]
        placed = {pk: documents[pk] for order in siblings[key] if (pk := order.pk) in documents}
        merged += _merge_one_key(free, placed, siblings[key], now=now)
    return merged


def _locked_siblings(keys: Collection[str]) -> list[Order]:
    """Every order that may still share a parcel, locked by pk: two scanners wait for each other,
    because skipping locked rows would split a group between them."""
    open_orders = Order.objects.filter(
        Q(status__in=MERGEABLE) | Q(status=OrderStatus.MERGED), merge_key__in=list(keys)
    )
    rows = open_orders.select_related("store", "receiver").order_by("pk")
    return without_held(rows.select_for_update(of=("self",)))


def _open_documents(order_ids: Collection[int]) -> dict[int, FulfillmentOrder]:
    """Return the unfrozen document on which each order stands, documents locked."""
    open_rows = FulfillmentOrder.objects.filter(
        frozen_at=None,
        status__in=("allocated", "released", "waved"),
        lines__cancelled_at=None,
        lines__order_item__order__in=order_ids,
    )
    pairs = open_rows.values_list("lines__order_item__order_id", "pk").distinct()
    standing = dict(pairs)
    locked = {
        document.pk: document
        for document in FulfillmentOrder.objects.filter(pk__in=set(standing.values()))
        .order_by("pk")
        .select_for_update()
        if document.frozen_at is None
    }
    return {order: locked[pk] for order, pk in standing.items() if order and pk in locked}


def _merge_one_key(
    free: list[Order],
    placed: dict[int, FulfillmentOrder],
    siblings: list[Order],
    *,
    now: datetime,
) -> int:
    """Join the oldest open document if its warehouse has the goods, else make one together."""
    if not free:
        return 0
    for document in sorted(set(placed.values()), key=lambda row: row.pk):
        inside = [order for order in siblings if placed.get(order.pk) == document]
        limit = _limit(siblings[0]) - len(inside)
        try:
            with transaction.atomic():
                return join_document(document, free=free[:limit], inside=inside, now=now)
        except NotEnoughStock:
            continue
    free = free[: _limit(siblings[0])]
    return merge_free(free, now=now) if len(free) > 1 else 0


def _limit(order: Order) -> int:
    return settings_of(order.store).max_orders or 10_000
