"""Merge what a person says belongs together; every promise to buyer and platform still holds."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.access.checks import require
from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.fulfillment.documents import Owed, owed_items
from oms.services.merging.facts import FREE, facts_of, for_parcels, set_keys, settings_of
from oms.services.merging.grouping import Join, Merge, join_documents, make_merges
from oms.services.merging.scan import open_documents
from oms.services.merging.words import for_good, not_now, spoken
from oms.services.recall import pull_back
from oms.services.routing import shelves_of
from oms.services.standing import standings


class CannotMerge(Refusal):
    message = gettext_lazy("These orders cannot share a parcel: %(reasons)s.")


class TooFew(Refusal):
    message = gettext_lazy("Choose at least two orders.")


class TogetherAlready(Refusal):
    message = gettext_lazy("These orders share a parcel already.")


class TooManyForAParcel(Refusal):
    message = gettext_lazy("The store allows %(most)d orders in a parcel; these would be %(n)d.")


class NoWarehouseHasAll(Refusal):
    message = gettext_lazy("No warehouse has everything for all of them.")


@atomic_service
def merge_by_hand(order_ids: Collection[int], *, actor: User, now: datetime) -> MergeGroup:
    """Put orders into one parcel now, as far as nothing forbids it; return their merge.

    Orders on open documents of their own leave these; who shares such a document with them stays
    there. Whoever was kept apart before no longer is.

    :raises Order.DoesNotExist: if one of them does not exist
    :raises NotAllowed: if the person may not merge orders of one of the stores
    :raises Refusal: with every reason why they cannot share a parcel; nothing is changed then
    """
    chosen = _lock(order_ids)
    for store in {order.store for order in chosen}:
        require(actor, "merge_orders", store)
    documents = open_documents([order.pk for order in chosen if order.status not in FREE])
    base = min(documents.values(), key=lambda row: row.pk, default=None)
    inside = _inside(base, chosen, documents)
    refuse_unfit(chosen, inside=inside, now=now)
    newcomers = [order for order in chosen if order.pk not in {one.pk for one in inside}]
    if not newcomers:
        raise TogetherAlready
    _check_room(chosen[0], count=len(inside) + len(newcomers))
    for order in newcomers:
        if order.status not in FREE:
            pull_back(order, reason="merged by hand", now=now, actor=actor)
    _let_in(chosen)
    owed = owed_items([order.pk for order in newcomers])
    _write(newcomers, base=base, inside=inside, owed=owed, actor=actor, now=now)
    return MergeGroup.objects.get(memberships__order=chosen[0], memberships__left_at=None)


def refuse_unfit(orders: Sequence[Order], *, inside: Sequence[Order], now: datetime) -> None:
    """:raises CannotMerge: naming every reason, of the orders' facts and of how they stand"""
    first, *others = {order.pk: order for order in (*orders, *inside)}.values()
    found = [
        reason
        for other in others
        for reason in spoken(for_good(facts_of(first), other=facts_of(other)))
    ]
    ids = [order.pk for order in orders]
    for standing in standings(Order.objects.filter(pk__in=ids).order_by("pk")):
        number = standing.order.order_no
        found += [f"{number} {why}" for why in not_now(standing, now=now)]
    if found:
        raise CannotMerge(reasons=_("; ").join(dict.fromkeys(found)))


def _lock(order_ids: Collection[int]) -> list[Order]:
    """Lock the orders and everybody who is in a merge with one of them, by pk."""
    ids = set(order_ids)
    if len(ids) < 2:
        raise TooFew
    groups = MergeMembership.objects.filter(order__in=ids, left_at=None).values("group")
    beside = MergeMembership.objects.filter(group__in=groups, left_at=None)
    wanted = ids | set(beside.values_list("order", flat=True))
    rows = for_parcels(Order.objects.filter(pk__in=wanted)).order_by("pk")
    locked = list(rows.select_for_update(of=("self",), no_key=True))
    chosen = [order for order in locked if order.pk in ids]
    if len(chosen) != len(ids):
        raise Order.DoesNotExist
    return chosen


def _inside(
    base: FulfillmentOrder | None, chosen: Sequence[Order], documents: dict[int, FulfillmentOrder]
) -> list[Order]:
    """Return who stands on the document that the others join."""
    if base is None:
        return []
    if base.merge_group_id is None:
        return [order for order in chosen if documents.get(order.pk) == base]
    members = MergeMembership.objects.filter(group=base.merge_group_id, left_at=None)
    rows = Order.objects.filter(pk__in=members.values("order"))
    return list(for_parcels(rows).order_by("pk"))


def _check_room(order: Order, *, count: int) -> None:
    most = settings_of(order.store).max_orders
    if most and count > most:
        raise TooManyForAParcel(most=most, n=count)


def _let_in(orders: Sequence[Order]) -> None:
    for order in orders:
        order.is_kept_apart = False
    set_keys(orders)
    columns = ["is_kept_apart", "merge_key", "merge_key_version"]
    Order.objects.bulk_update(orders, columns, batch_size=200)


def _write(
    newcomers: Sequence[Order],
    *,
    base: FulfillmentOrder | None,
    inside: Sequence[Order],
    owed: Owed,
    actor: User,
    now: datetime,
) -> None:
    items = [item for order in newcomers for item in owed.get(order.pk, ())]
    if any(order.pk not in owed for order in newcomers):
        raise CannotMerge(reasons=_("one of them has nothing to ship"))
    shelves = shelves_of({item.sku_id for item in items}, now=now)
    if base is not None:
        if not shelves.fits(base.warehouse_id, items):
            raise NoWarehouseHasAll
        join_documents([Join(base, inside, newcomers)], owed=owed, now=now, actor=actor)
        return
    decision = shelves.decide(newcomers, items)
    if decision.warehouse_id is None:
        raise NoWarehouseHasAll
    make_merges([Merge(newcomers, decision)], owed=owed, now=now, actor=actor)
