"""Ask the channel in the last moment: was a refund opened since? Then the parcel stays here.

Called outside of any transaction, because it calls out; what it found is written in one per order.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import ChannelRefund, FulfillmentLine, Order, OrderHold, Store
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.registries import NoAnswer, refund_askers
from oms.services.holds import end_holds, hold_what_is_here
from oms.services.orders.channel_refunds.following import SEEN

PATIENCE = 3.0
"""Seconds that a station waits, whatever the platforms do."""
_AT_ONCE = 20
_AT_FIRST = 1
"""How long a channel takes shows at the first answer: of several that come one by one the last may
come too late, and then none did."""
_LEAST = 0.05
"""With fewer seconds than this nobody is asked any more."""
_STILL_HERE = (*NOTHING_LEFT_THE_BUILDING, OrderStatus.PARTLY_SHIPPED)
_ASK_AGAIN = timedelta(minutes=5)
_OVERRULED = timedelta(hours=24)
_MOST = 100
_UNREAD = ("buyer_memo", "seller_memo", "invoice_request")


class NoAnswerYet(Refusal):
    message = _(
        "The platform does not say whether the buyer asked for a refund: %(orders)s. Put the "
        "parcel aside and scan it again in a minute."
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of asking for many documents brought.

    ``held`` are the orders whose channel shows an open refund. ``left`` are the documents that are
    still to be asked for; ``unanswered`` the numbers of those orders among them whose channel is
    silent and whose store waits for it.
    """

    held: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    unanswered: tuple[str, ...] = ()


def ask_before_leaving(document_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """Hold the orders of these documents for which the channel shows an open refund; return them.

    Where it does not answer within ``PATIENCE`` seconds, the store's setting decides.

    :raises NoAnswerYet: if a store waits for the answer
    """
    told = _look(document_ids, first=_AT_ONCE, now=now)
    waiting = [order.order_no for order in told.silent if order.store.waits_for_refund_answer]
    if waiting:
        raise NoAnswerYet(orders=", ".join(waiting))
    _note_silence(told.silent, now=now)
    return frozenset(order.pk for order in told.opened)


def ask_for_many(document_ids: Collection[int], *, now: datetime) -> Turn:
    """Do the same for more documents than ``PATIENCE`` may suffice for: what is left waits for the
    next turn, and no answer that came is lost. Some channels are asked order by order."""
    told = _look(document_ids, first=_AT_FIRST, now=now)
    waiting = [order for order in told.silent if order.store.waits_for_refund_answer]
    _note_silence([order for order in told.silent if order not in waiting], now=now)
    lines = FulfillmentLine.objects.filter(
        fulfillment__in=document_ids,
        order_item__order__in=[order.pk for order in (*told.left, *waiting)],
        cancelled_at=None,
    )
    return Turn(
        held=frozenset(order.pk for order in told.opened),
        left=frozenset(lines.values_list("fulfillment", flat=True)),
        unanswered=tuple(order.order_no for order in waiting),
    )


def _look(document_ids: Collection[int], *, first: int, now: datetime) -> "_Told":
    """Ask, hold what has an open refund, and have the requests read."""
    if not list(refund_askers):
        return _Told()
    orders = _askable(document_ids)
    overruled = _overruled(orders, now=now)
    asked = [order for order in orders if order.pk not in overruled]
    told = _ask(asked, until=time.monotonic() + PATIENCE, first=first)
    for order in told.opened:
        hold_seen(order.pk, now=now)
    _let_know(told.opened, now=now)
    return told


def _note_silence(orders: Iterable[Order], *, now: datetime) -> None:
    for order in orders:
        timeline.record(Order.SUBJECT, order.pk, "refund_check_unanswered", at=now)


def recheck(*, now: datetime) -> int:
    """Ask again for orders that are held since a refund was seen; let those go on whose is over.

    Return how many went on. What became a request of its own is held by that.
    """
    holds = OrderHold.objects.filter(code=SEEN, released_at=None, placed_at__lte=now - _ASK_AGAIN)
    ids = _whose_turn(list(holds.order_by("pk").values_list("order_id", flat=True)), now=now)
    orders = list(Order.objects.filter(pk__in=ids).select_related("store").order_by("pk"))
    told = _ask(orders, until=time.monotonic() + 10 * PATIENCE)
    for order in told.clear:
        end_seen(order.pk, note="no open refund on the channel", now=now)
    return len(told.clear)


def _whose_turn(order_ids: list[int], *, now: datetime) -> list[int]:
    """Return as many as are asked for at once, the next ones each time: those of a store that does
    not answer would stand before all others for ever."""
    turn = int(now.timestamp() // _ASK_AGAIN.total_seconds())
    start = turn * _MOST % max(len(order_ids), 1)
    return [*order_ids[start:], *order_ids[:start]][:_MOST]


@atomic_service
def hold_seen(order_id: int, *, now: datetime) -> None:
    """Hold an order because its channel shows an open refund."""
    order = lock_row(Order, order_id)
    hold_what_is_here(order, code=SEEN, owner=OrderHold.Owner.SYSTEM, now=now)


@atomic_service
def end_seen(order_id: int, *, note: str, now: datetime) -> None:
    end_holds(lock_row(Order, order_id), code=SEEN, now=now, note=note)


def _askable(document_ids: Collection[int]) -> list[Order]:
    """Leave out what is held anyway, and where a person here knows of the refund and let it go."""
    lines = FulfillmentLine.objects.filter(fulfillment__in=document_ids, cancelled_at=None)
    rows = Order.objects.filter(
        pk__in=lines.values("order_item__order"), status__in=_STILL_HERE
    ).exclude(channel_order_no=None)
    held = OrderHold.objects.filter(order=OuterRef("pk"), released_at=None)
    decided = ChannelRefund.objects.filter(order=OuterRef("pk"), answered_at__isnull=False)
    rows = rows.filter(~Exists(held), ~Exists(decided))
    return list(rows.select_related("store").defer(*_UNREAD).order_by("pk"))


def _overruled(orders: Sequence[Order], *, now: datetime) -> set[int]:
    """Return the orders whose hold a person ended: he looked, and it is not held anew."""
    ended = OrderHold.objects.filter(order__in=orders, code=SEEN, released_by__isnull=False)
    return set(ended.filter(released_at__gte=now - _OVERRULED).values_list("order_id", flat=True))


@dataclass(slots=True)
class _Told:
    """What channels said of orders; those of which nobody can be asked are in none of them. For
    those that are ``left`` there was no time, though their channel answers."""

    opened: list[Order] = field(default_factory=list)
    clear: list[Order] = field(default_factory=list)
    silent: list[Order] = field(default_factory=list)
    left: list[Order] = field(default_factory=list)


def _ask(orders: Iterable[Order], *, until: float, first: int = _AT_ONCE) -> _Told:
    told = _Told()
    for store, group in _by_store(orders).items():
        if first == _AT_ONCE:
            for at in range(0, len(group), _AT_ONCE):
                part = group[at : at + _AT_ONCE]
                told.silent += [] if _ask_store(store, part, told=told, until=until) else part
        else:
            _ask_by_pace(store, group, told=told, until=until, first=first)
    return told


def _ask_by_pace(
    store: Store, group: Sequence[Order], *, told: _Told, until: float, first: int
) -> None:
    """Ask for as many at once as the last answer's pace allows, so that none comes too late."""
    size, at = first, 0
    while at < len(group):
        began = time.monotonic()
        if until - began < _LEAST:
            told.left += group[at:]
            return
        part = group[at : at + size]
        if not _ask_store(store, part, told=told, until=until):
            # A channel that has just answered is slow, and one that was given the rest of another's
            # time was hardly asked; only one that had its time is silent.
            was_hurried = until - began < PATIENCE / 2
            late = told.left if at or was_hurried else told.silent
            late += group[at:]
            return
        pace = max(time.monotonic() - began, _LEAST / _AT_ONCE) / len(part)
        size = max(1, min(_AT_ONCE, int((until - time.monotonic()) / 2 / pace)))
        at += len(part)


def _ask_store(store: Store, orders: Sequence[Order], *, told: _Told, until: float) -> bool:
    """Return whether the channel answered, or has nobody to ask."""
    numbers = [order.channel_order_no or "" for order in orders]
    for asker in refund_askers:
        try:
            found = asker.ask(store.pk, numbers=numbers, seconds=until - time.monotonic())
        except NoAnswer:
            return False
        if found is not None:
            told.opened += [order for order in orders if order.channel_order_no in found]
            told.clear += [order for order in orders if order.channel_order_no not in found]
            return True
    return True


def _let_know(opened: Sequence[Order], *, now: datetime) -> None:
    for store, orders in _by_store(opened).items():
        for asker in refund_askers:
            numbers = [order.channel_order_no or "" for order in orders]
            asker.reread(store.pk, numbers=numbers, now=now)


def _by_store(orders: Iterable[Order]) -> Mapping[Store, list[Order]]:
    groups: dict[Store, list[Order]] = defaultdict(list)
    for order in orders:
        groups[order.store].append(order)
    return groups
