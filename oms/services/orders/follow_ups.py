"""Orders that follow from another one: an exchange, or something sent again. They cost nothing, go
the way of every order, and no channel is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from oms import scheduling
from oms.access.checks import require
from oms.audit import timeline
from oms.dto import ChannelStatus, CipherReceiver, PlainReceiver
from oms.events import bus
from oms.events.types import StockChanged
from oms.evidence.append import append
from oms.flows.order import OrderStatus
from oms.models import Order, OrderItem, OrderLine, Receiver, Sku, User
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row
from oms.queries.stock import sellable
from oms.refusals import Refusal
from oms.services.merging.facts import set_keys
from oms.services.orders.lines import demand_items
from oms.services.orders.receivers import build_receiver

SHIP_WITHIN = timedelta(hours=48)
"""The buyer has waited once already: a follow-up is due as any other order is."""
RIGHT = "edit_orders"
_DISPATCH = "oms.tasks.dispatch"
_MOST = 10_000


class NothingToSend(Refusal):
    message = _("Say what is to be sent: at least one item, with a quantity.")


class NotEnoughToSend(Refusal):
    message = _("%(sku)s: only %(units)d can be sold now, %(wanted)d are needed.")


class NowhereToSend(Refusal):
    message = _("The first order has no receiver: say where it is to go.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``quantity`` units of a SKU."""

    sku_id: int
    quantity: int


Somewhere = PlainReceiver | CipherReceiver


@atomic_service
def make_exchange(
    origin_order_id: int,
    *,
    case_no: str,
    items: Sequence[Wanted],
    actor: User | None,
    now: datetime,
    receiver: Somewhere | None = None,
) -> Order:
    """Make the order that sends something else for what came back; for one case it is made once.

    It goes where the first order went unless ``receiver`` says otherwise. One that was cancelled
    may be made anew.

    :raises NotAllowed: if a person asks who may not edit orders of the store
    :raises NothingToSend: without items
    :raises NotEnoughToSend: if so much of it is not free to be sold
    :raises NowhereToSend: if no receiver is known
    """
    origin = _origin(origin_order_id, actor=actor)
    known = Order.objects.filter(made_for=case_no).exclude(status=OrderStatus.CANCELLED).first()
    if known is not None:
        return known
    where = _receiver(origin, receiver, now=now)
    row = _build(origin, Order.Kind.EXCHANGE, where, now=now)
    row.made_for = case_no
    return _write(row, items, actor=actor, now=now)


@atomic_service
def make_reship(
    origin_order_id: int,
    *,
    items: Sequence[Wanted],
    reason: str,
    actor: User,
    now: datetime,
    receiver: Somewhere | None = None,
) -> Order:
    """Make the order that sends something again, or makes something good, without a return.

    :raises NotAllowed: if the person may not edit orders of the store
    :raises NothingToSend, NotEnoughToSend, NowhereToSend: as for an exchange
    """
    origin = _origin(origin_order_id, actor=actor)
    where = _receiver(origin, receiver, now=now)
    row = _build(origin, Order.Kind.RESHIP, where, now=now)
    row.seller_memo = reason[:500]
    return _write(row, items, actor=actor, now=now)


def _origin(order_id: int, *, actor: User | None) -> Order:
    order = lock_row(Order, order_id)
    if actor is not None:
        require(actor, RIGHT, order.store)
    return order


def _receiver(origin: Order, told: Somewhere | None, *, now: datetime) -> Receiver:
    if told is not None:
        row = build_receiver(told, now=now)
        row.save(force_insert=True)
        return row
    if origin.receiver is None:
        raise NowhereToSend
    return origin.receiver


def _build(origin: Order, kind: str, receiver: Receiver, *, now: datetime) -> Order:
    return Order(
        order_no=new_number("SO", now.date()),
        kind=kind,
        origin_order=origin,
        store=origin.store,
        channel_status=ChannelStatus.PAID.value,
        channel_modified_at=now,
        buyer=origin.buyer,
        receiver=receiver,
        currency=origin.currency,
        ordered_at=now,
        paid_at=now,
        ingested_at=now,
        eligible_at=now,
        ship_by=now + SHIP_WITHIN,
        status=OrderStatus.PENDING_REVIEW,
        status_at=now,
    )


def _write(order: Order, items: Sequence[Wanted], *, actor: User | None, now: datetime) -> Order:
    skus = _check(items)
    set_keys([order])
    order.save(force_insert=True)
    rows = [_add(order, skus[one.sku_id], one.quantity, place) for place, one in enumerate(items)]
    demanded = demand_items(rows, now=now)
    timeline.record_created(Order.SUBJECT, [order.pk], order.status, at=now, actor=actor)
    origin = order.origin_order
    assert origin is not None  # noqa: S101  # built from it
    note = order.order_no
    timeline.record(Order.SUBJECT, origin.pk, "follow_up", at=now, actor=actor, note=note)
    facts = {"origin": origin.order_no, "kind": order.kind, "case": order.made_for}
    append("order.follow_up", order.order_no, at=now, actor=actor, facts=facts)
    bus.publish(StockChanged(sorted(demanded)), now=now)
    scheduling.nudge(_DISPATCH)
    return order


def _check(items: Sequence[Wanted]) -> dict[int, Sku]:
    """Return the goods, if all of them are free to be sold."""
    if not items or any(not 0 < one.quantity <= _MOST for one in items):
        raise NothingToSend
    wanted: dict[int, int] = {}
    for one in items:
        wanted[one.sku_id] = wanted.get(one.sku_id, 0) + one.quantity
    skus = Sku.objects.in_bulk(sorted(wanted))
    if skus.keys() != wanted.keys():
        raise NothingToSend
    free = sellable(wanted)
    for sku_id, units in sorted(wanted.items()):
        if free[sku_id].units < units:
            code, left = skus[sku_id].code, max(free[sku_id].units, 0)
            raise NotEnoughToSend(sku=code, units=left, wanted=units)
    return skus


def _add(order: Order, sku: Sku, quantity: int, place: int) -> OrderItem:
    line = OrderLine.objects.create(
        order=order,
        position=place + 1,
        source=OrderLine.Source.PERSON,
        title=sku.name[:300],
        merchant_code=sku.code[:100],
        quantity=quantity,
        unit_price=0,
        paid_share=0,
    )
    return OrderItem.objects.create(order=order, line=line, sku=sku, quantity=quantity)
