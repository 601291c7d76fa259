"""Make a merge, or let orders join one: the document over them, and the rows that say why."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, Order, User
from oms.models.base import new_number
from oms.services import memberships, routing
from oms.services.fulfillment.documents import add_orders, make_document, tighten_promises
from oms.services.inventory.stock import NotEnoughStock
from oms.services.merging.facts import settings_of
from oms.transitions import fire_many


def merge_free(orders: Sequence[Order], *, now: datetime, actor: User | None = None) -> int:
    """Merge orders that stand on no document; return how many, 0 if no warehouse has everything.

    Then each goes its own way: an order that can ship never waits for a sibling's missing goods.
    """
    decision = routing.decide(orders, now=now)
    if decision.warehouse_id is None:
        _note_apart(orders, why="no warehouse has everything", now=now)
        return 0
    try:
        with transaction.atomic():
            group = _make_group(orders, now=now, actor=actor)
            make_document(
                orders,
                warehouse_id=decision.warehouse_id,
                group=group,
                release_at=_release_at(orders, now=now),
                now=now,
            )
            routing.keep(decision, order=None, group=group, now=now)
            _enter(group, orders, now=now, actor=actor)
    except NotEnoughStock:
        _note_apart(orders, why="stock went to somebody else", now=now)
        return 0
    return len(orders)


def join_document(
    document: FulfillmentOrder,
    *,
    free: Sequence[Order],
    inside: Sequence[Order],
    now: datetime,
    actor: User | None = None,
) -> int:
    """Let late siblings join an open document; what stands on it keeps its stock and wave place.

    :raises NotEnoughStock: if the document's warehouse does not have the newcomers' goods
    """
    if not free:
        return 0
    add_orders(document, orders=free, now=now)
    if document.merge_group_id is None:
        group = _make_group(inside, now=now, actor=actor)
        document.order, document.merge_group = None, group
        document.save(update_fields=["order", "merge_group"])
        _enter(group, inside, now=now, actor=actor)
    else:
        group = MergeGroup.objects.get(pk=document.merge_group_id)
    _enter(group, free, now=now, actor=actor)
    tighten_promises(document, orders=[*inside, *free])
    note = ", ".join(order.order_no for order in free)
    timeline.record(document.SUBJECT, document.pk, "join", at=now, actor=actor, note=note[:500])
    return len(free)


def _make_group(orders: Sequence[Order], *, now: datetime, actor: User | None) -> MergeGroup:
    first = orders[0]
    chosen = settings_of(first.store)
    return MergeGroup.objects.create(
        group_no=new_number("MG", now.date()),
        store=first.store,
        merge_key=first.merge_key,
        merge_key_version=first.merge_key_version,
        reasons=["same buyer, same address, paid"] if actor is None else ["by hand"],
        settings={name: str(value) for name, value in asdict(chosen).items()},
        made_by=actor,
        made_at=now,
    )


def _enter(
    group: MergeGroup, orders: Sequence[Order], *, now: datetime, actor: User | None
) -> None:
    ids = [order.pk for order in orders]
    memberships.join(group.pk, order_ids=ids, now=now)
    moving = [order.pk for order in orders if order.status != OrderStatus.MERGED]
    fire_many(Order, moving, "merge", now=now, actor=actor, note=group.group_no)
    numbers = [order.order_no for order in orders]
    append("merge", group.group_no, at=now, actor=actor, facts={"orders": numbers})


def _release_at(orders: Sequence[Order], *, now: datetime) -> datetime:
    """The first of them whose waiting ends takes the others along."""
    return min((order.release_at or now for order in orders), default=now)


def _note_apart(orders: Sequence[Order], *, why: str, now: datetime) -> None:
    for order in orders:
        timeline.record(Order.SUBJECT, order.pk, "not_merged", at=now, note=why)
