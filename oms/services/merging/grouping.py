"""Write merges that were decided on: the documents over them, and the rows that say why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, Order, User
from oms.models.base import new_number
from oms.routing.choice import Decision
from oms.services import memberships
from oms.services.fulfillment.documents import Owed, Plan, make_documents, promises, put_on
from oms.services.fulfillment.releasing import announce
from oms.services.merging.facts import settings_of
from oms.services.routing import Kept, keep
from oms.transitions import fire_many

_WHY = "same buyer, same address, paid"
_BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Merge:
    """Orders that stand on no document, and the warehouse that has everything for them."""

    orders: Sequence[Order]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Join:
    """Late siblings for an open document; what stands on it keeps its stock and wave place."""

    document: FulfillmentOrder
    inside: Sequence[Order]
    newcomers: Sequence[Order]


def make_merges(
    merges: Sequence[Merge], *, owed: Owed, now: datetime, actor: User | None = None
) -> None:
    """:raises NotEnoughStock: if a warehouse does not have everything any more"""
    groups = [_build_group(merge.orders[0], now=now, actor=actor) for merge in merges]
    MergeGroup.objects.bulk_create(groups, batch_size=500)
    pairs = list(zip(groups, merges, strict=True))
    plans = [
        Plan(merge.orders, _warehouse(merge.decision), _release_at(merge.orders, now=now), group)
        for group, merge in pairs
    ]
    make_documents(plans, owed=owed, now=now)
    keep((Kept(merge.decision, group=group) for group, merge in pairs), now=now)
    _enter([(group, merge.orders) for group, merge in pairs], now=now, actor=actor)


def join_documents(
    joins: Sequence[Join], *, owed: Owed, now: datetime, actor: User | None = None
) -> None:
    """:raises NotEnoughStock: if a document's warehouse does not have the newcomers' goods"""
    single = [join for join in joins if join.document.merge_group_id is None]
    for join in single:
        join.document.merge_group = _build_group(join.inside[0], now=now, actor=actor)
        join.document.order = None
    MergeGroup.objects.bulk_create(_group(join) for join in single)
    for join in joins:
        _promise_anew(join, now=now)
    columns = ["order", "merge_group", "ship_by", "is_urgent", "release_at"]
    FulfillmentOrder.objects.bulk_update([join.document for join in joins], columns, batch_size=200)
    put_on(((join.document, join.newcomers) for join in joins), owed=owed, now=now)
    entries = [(_group(join), join.inside) for join in single]
    entries += [(_group(join), join.newcomers) for join in joins]
    _enter(entries, now=now, actor=actor)
    for join in joins:
        note = ", ".join(order.order_no for order in join.newcomers)[:500]
        document = join.document
        timeline.record(document.SUBJECT, document.pk, "join", at=now, actor=actor, note=note)
    released = [
        join.document.pk for join in joins if join.document.status != FulfillmentStatus.ALLOCATED
    ]
    announce(released, now=now)


def note_apart(orders: Sequence[Order], *, why: str, now: datetime) -> None:
    for order in orders:
        timeline.record(Order.SUBJECT, order.pk, "not_merged", at=now, note=why)


def _build_group(first: Order, *, now: datetime, actor: User | None) -> MergeGroup:
    chosen = settings_of(first.store)
    return MergeGroup(
        group_no=new_number("MG", now.date()),
        store=first.store,
        merge_key=first.merge_key,
        merge_key_version=first.merge_key_version,
        reasons=[_BY_HAND if actor else _WHY],
        settings={name: str(value) for name, value in asdict(chosen).items()},
        made_by=actor,
        made_at=now,
    )


def _promise_anew(join: Join, *, now: datetime) -> None:
    """The earliest deadline of all, and not later than the newcomers may leave."""
    document, orders = join.document, [*join.inside, *join.newcomers]
    document.ship_by, document.is_urgent = promises(orders)
    ends = [_release_at(join.newcomers, now=now)]
    if document.release_at is not None:
        ends.append(document.release_at)
    document.release_at = min(ends)


def _enter(
    entries: Sequence[tuple[MergeGroup, Sequence[Order]]], *, now: datetime, actor: User | None
) -> None:
    memberships.join(
        ((group.pk, order.pk) for group, orders in entries for order in orders), now=now
    )
    moving = [order.pk for _group, orders in entries for order in orders if not _is_merged(order)]
    note = _BY_HAND if actor else _WHY
    fire_many(Order, moving, "merge", now=now, actor=actor, note=note)
    for group, orders in entries:
        numbers = [order.order_no for order in orders]
        append("merge", group.group_no, at=now, actor=actor, facts={"orders": numbers})


def _is_merged(order: Order) -> bool:
    return order.status == OrderStatus.MERGED


def _release_at(orders: Sequence[Order], *, now: datetime) -> datetime:
    """The first of them whose waiting ends takes the others along."""
    return min((order.release_at or now for order in orders), default=now)


def _group(join: Join) -> MergeGroup:
    group = join.document.merge_group
    assert group is not None  # noqa: S101  # made above where it was missing
    return group


def _warehouse(decision: Decision) -> int:
    if decision.warehouse_id is None:
        raise ValueError("a merge without a warehouse")
    return decision.warehouse_id
