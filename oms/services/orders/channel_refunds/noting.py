"""The one way in for a platform's refund requests: each number once, and its newest word counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from oms import scheduling
from oms.dto import IncomingRefund, RefundStage
from oms.events import bus
from oms.events.contents import to_json
from oms.events.types import ReturnRequested
from oms.models import ChannelRefund, Order, Store
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.orders.channel_refunds.following import follow
from oms.services.orders.channel_refunds.records import as_told, mirrored
from oms.services.orders.revision import Verdict

_RANK = {stage.value: rank for rank, stage in enumerate(RefundStage)}
_MOST = 10**12
_DISPATCH = "oms.tasks.dispatch"


class FaultyRefund(Refusal):
    message = _(
        "The refund request contradicts itself: its number, order, amount or quantities "
        "cannot be right."
    )


@dataclass(frozen=True, slots=True)
class Noted:
    """``order_id`` is None while the order has not come in: the request waits for it."""

    verdict: Verdict
    order_id: int | None = None


@atomic_service
def note_platform_refund(store_id: int, *, refund: IncomingRefund, now: datetime) -> Noted:
    """Take in what a platform says of a refund; told twice, late or out of order, it stays so.

    An open request holds an order that has not left, one that is over lets it go on, and money that
    the platform paid back is booked, once, and its goods are kept. Before its order it waits.

    :raises FaultyRefund: if it cannot be meant so
    """
    refund = replace(refund, modified_at=refund.modified_at or now)
    _check(refund)
    order = _lock_order(store_id, refund.channel_order_no)
    row, is_new = _lock_record(store_id, refund, order, now=now)
    order_id = order.pk if order else None
    if not is_new:
        verdict = preview(row, refund=refund)
        if verdict is not Verdict.UPDATED:
            return Noted(verdict, order_id)
        for column, value in mirrored(refund).items():
            setattr(row, column, value)
        row.order = row.order or order
        row.save()
    if order is not None:
        _follow(order, row, now=now)
    return Noted(Verdict.CREATED if is_new else Verdict.UPDATED, order_id)


def preview(row: ChannelRefund, *, refund: IncomingRefund) -> Verdict:
    """Tell whether a word about a known request is new. Money that went back stays so."""
    if row.channel_order_no != refund.channel_order_no:
        raise FaultyRefund
    modified_at = refund.modified_at or row.channel_modified_at
    known = (row.channel_modified_at, _RANK[row.stage])
    taken_back = row.stage == RefundStage.SUCCESS and refund.status is not RefundStage.SUCCESS
    if taken_back or (modified_at, _RANK[refund.status]) < known:
        return Verdict.STALE
    changed = any(getattr(row, column) != value for column, value in mirrored(refund).items())
    return Verdict.UPDATED if changed else Verdict.UNCHANGED


def preview_platform_refund(store_id: int, *, refund: IncomingRefund) -> Verdict:
    """Tell what noting it would do, and write nothing.

    :raises FaultyRefund: if it cannot be meant so
    """
    _check(refund)
    number = refund.channel_refund_no
    row = ChannelRefund.objects.filter(store=store_id, channel_refund_no=number).first()
    return preview(row, refund=refund) if row else Verdict.CREATED


def catch_up(orders: Iterable[Order], *, now: datetime) -> None:
    """Apply what was said about these locked orders before they came in."""
    by_key = {(order.store_id, order.channel_order_no): order for order in orders}
    rows = ChannelRefund.objects.filter(
        order=None,
        store__in={store for store, _number in by_key},
        channel_order_no__in={number for _store, number in by_key},
    )
    for row in rows.order_by("pk").select_for_update(of=("self",)) if by_key else ():
        order = by_key.get((row.store_id, row.channel_order_no))
        if order is not None:
            row.order = order
            row.save(update_fields=["order"])
            _follow(order, row, now=now)


def sweep(*, now: datetime, limit: int = 100) -> int:
    """Find requests that came in at the same instant as their order; return how many."""
    same = Order.objects.filter(
        store=OuterRef("store"), channel_order_no=OuterRef("channel_order_no")
    )
    rows = ChannelRefund.objects.filter(Exists(same), order=None).order_by("pk")
    pairs = list(rows.values_list("store_id", "channel_order_no")[:limit])
    for store_id, number in pairs:
        _sweep_one(store_id, number, now=now)
    return len(pairs)


@atomic_service
def _sweep_one(store_id: int, number: str, *, now: datetime) -> None:
    order = _lock_order(store_id, number)
    catch_up([order] if order else [], now=now)


def _check(refund: IncomingRefund) -> None:
    numbers = (refund.channel_refund_no, refund.channel_order_no)
    pieces = [line.quantity for line in refund.lines if line.quantity is not None]
    is_sound = (
        all(0 < len(number) <= 64 for number in numbers)
        and refund.amount.is_finite()
        and 0 <= refund.amount < _MOST
        and all(0 < count <= 100_000 for count in pieces)
    )
    if not is_sound:
        raise FaultyRefund


def _lock_order(store_id: int, number: str) -> Order | None:
    rows = Order.objects.filter(store=store_id, channel_order_no=number)
    order_id = rows.values_list("pk", flat=True).first()
    return lock_row(Order, order_id) if order_id else None


def _lock_record(
    store_id: int, refund: IncomingRefund, order: Order | None, *, now: datetime
) -> tuple[ChannelRefund, bool]:
    """Of two at once one writes the row and the other finds it."""
    money = refund.currency or (order or Store.objects.get(pk=store_id)).currency
    first = {
        "channel_order_no": refund.channel_order_no,
        "order": order,
        "first_heard_at": now,
        **mirrored(refund),
        "currency": money,
    }
    row, is_new = ChannelRefund.objects.get_or_create(
        store_id=store_id, channel_refund_no=refund.channel_refund_no, defaults=first
    )
    return lock_row(ChannelRefund, row.pk), is_new


def _follow(order: Order, row: ChannelRefund, *, now: datetime) -> None:
    follow(order, row=row, now=now)
    told = to_json(as_told(row))
    bus.publish(ReturnRequested(row.store_id, row.channel_refund_no, told), now=now)
    scheduling.nudge(_DISPATCH)
