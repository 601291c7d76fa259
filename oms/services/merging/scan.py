"""Find siblings and put them on one document."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from oms.flows.fulfillment import OPEN_FOR_SIBLINGS
from oms.flows.order import MERGEABLE, OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, Store
from oms.models.locking import atomic_service, lock_rows
from oms.scheduling import last_success
from oms.services import memberships
from oms.services.fulfillment.documents import owed_items
from oms.services.holds import without_held
from oms.services.merging.facts import FREE, for_parcels, settings_of
from oms.services.merging.grouping import join_documents, make_merges, note_apart
from oms.services.merging.planning import Planner
from oms.services.routing import shelves_of

LEASE = "oms.merge_scan"


def scan(*, now: datetime) -> int:
    """Merge what belongs together; return how many orders found siblings.

    Looked at are the orders that became ready since the look-back, or since the last scan that
    succeeded: a hold, a late pull or an hour of downtime loses nothing. They are matched against
    every open, unfrozen order or document of the same key, of any age.
    """
    return merge_siblings(Order.objects.filter(_in_window(now=now)), now=now)


def merge_siblings(orders: QuerySet[Order], *, now: datetime) -> int:
    """Merge free orders of these with their siblings, whoever those are."""
    keys = _keys_with_siblings(orders.filter(status__in=FREE))
    size = 40 if connection.vendor == "sqlite" else 200
    batches = (keys[start : start + size] for start in range(0, len(keys), size))
    return sum(merge_keys(batch, now=now) for batch in batches)


def _in_window(*, now: datetime) -> Q:
    stores: dict[timedelta, list[int]] = {}
    for store in Store.objects.all():
        stores.setdefault(settings_of(store).look_back, []).append(store.pk)
    missed_since = last_success(LEASE) or now
    window = Q(pk__in=())
    for look_back, ids in stores.items():
        window |= Q(store__in=ids, eligible_at__gte=min(now - look_back, missed_since))
    return window


def _keys_with_siblings(orders: QuerySet[Order]) -> list[str]:
    """Return the keys under which another order or document is open beside one of these."""
    key = OuterRef("merge_key")
    twins = Order.objects.filter(status__in=MERGEABLE, merge_key=key).exclude(merge_key="")
    groups = MergeGroup.objects.filter(
        merge_key=key,
        fulfillments__status__in=OPEN_FOR_SIBLINGS,
        fulfillments__frozen_at=None,
    )
    near = Exists(twins.exclude(pk=OuterRef("pk"))) | Exists(groups)
    keys = orders.exclude(merge_key="").filter(near).values_list("merge_key", flat=True)
    return sorted(set(keys))


@atomic_service
def merge_keys(keys: Collection[str], *, now: datetime) -> int:
    """Merge the siblings of these keys, each key for itself; return how many orders were merged."""
    siblings = _locked_siblings(keys, now=now)
    documents = open_documents([order.pk for order in siblings if order.status not in FREE])
    owed = owed_items([order.pk for order in siblings if order.status in FREE])
    if not owed:
        return 0
    skus = {item.sku_id for items in owed.values() for item in items}
    groups = {document.merge_group_id for document in documents.values()} - {None}
    planner = Planner(
        shelves=shelves_of(skus, now=now),
        owed=owed,
        documents=documents,
        members=memberships.members(pk for pk in groups if pk is not None),
    )
    for key in sorted(set(keys)):
        planner.plan([order for order in siblings if order.merge_key == key])
    make_merges(planner.merges, owed=owed, now=now)
    join_documents(planner.joins, owed=owed, now=now)
    note_apart(planner.apart, why="no warehouse has everything", now=now)
    return planner.merged_count


def _locked_siblings(keys: Collection[str], *, now: datetime) -> Sequence[Order]:
    """Every order that may share a parcel now, locked by pk: two scanners wait for each other,
    because skipping locked rows would split a group between them."""
    rows = Order.objects.exclude(merge_key="")
    ids = set(rows.filter(status__in=MERGEABLE, merge_key__in=keys).values_list("pk", flat=True))
    inside = MergeMembership.objects.filter(
        left_at=None,
        group__merge_key__in=keys,
        group__fulfillments__status__in=OPEN_FOR_SIBLINGS,
        group__fulfillments__frozen_at=None,
    )
    ids.update(inside.values_list("order", flat=True))
    rows = rows.filter(pk__in=ids, status__in=(*MERGEABLE, OrderStatus.MERGED))
    locked = for_parcels(rows).order_by("pk").select_for_update(of=("self",), no_key=True)
    orders = without_held(locked)
    return [order for order in orders if order.not_before is None or order.not_before <= now]


def open_documents(order_ids: Collection[int]) -> dict[int, FulfillmentOrder]:
    """Return the unfrozen document on which each order stands, documents locked."""
    open_rows = FulfillmentOrder.objects.filter(
        frozen_at=None,
        status__in=OPEN_FOR_SIBLINGS,
        lines__cancelled_at=None,
        lines__order_item__order__in=order_ids,
    )
    standing = dict(open_rows.values_list("lines__order_item__order_id", "pk").distinct())
    locked = {
        document.pk: document
        for document in lock_rows(FulfillmentOrder, standing.values())
        if document.frozen_at is None and document.status in OPEN_FOR_SIBLINGS
    }
    return {order: locked[pk] for order, pk in standing.items() if order and pk in locked}
