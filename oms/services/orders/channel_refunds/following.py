"""What a platform's request means for the order: hold it, let it go on, or keep what was paid back.

The order's row is locked by the caller.
"""

from datetime import datetime

from oms.dto import RefundKind, RefundStage
from oms.events import bus
from oms.events.types import RefundDoneByPlatform
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import ChannelRefund, Order, OrderHold, OrderItem
from oms.services.holds import active_holds, end_hold, end_holds, hold_what_is_here, place_hold
from oms.services.orders.cancel import TooLateToCancel, cancel_locked, cancel_units
from oms.services.orders.channel_refunds.booking import book
from oms.services.orders.channel_refunds.records import open_requests
from oms.services.orders.lines import only_gifts_left

HOLD, SEEN = "refund_requested", "refund_seen"
_CHANNEL = OrderHold.Owner.CHANNEL
_STILL_HERE = (*NOTHING_LEFT_THE_BUILDING, OrderStatus.PARTLY_SHIPPED)


def follow(order: Order, *, row: ChannelRefund, now: datetime) -> None:
    """Do what the newest word about a request asks for."""
    if row.stage == RefundStage.WAIT_MERCHANT and row.answered_at is not None:
        row.answered_at = None
        row.save(update_fields=["answered_at"])
    if row.stage in ChannelRefund.OPEN_STAGES:
        if row.answered_at is None:
            _stop(order, row, now=now)
        return
    if row.stage == RefundStage.SUCCESS and row.refund_id is None:
        refund = book(order, row=row, now=now)
        _keep_goods(order, row, now=now)
        if refund is not None:
            bus.publish(RefundDoneByPlatform([refund.pk]), now=now)
    let_go(order, now=now, note=row.channel_refund_no)


def answer(order: Order, *, channel_refund_no: str, now: datetime, note: str) -> None:
    """Note that a request on a locked order was decided here: its goods are no longer held for it,
    whenever the platform says so too."""
    rows = ChannelRefund.objects.filter(order=order, channel_refund_no=channel_refund_no)
    rows.filter(answered_at=None).update(answered_at=now)
    let_go(order, now=now, note=note)


def let_go(order: Order, *, now: datetime, note: str) -> None:
    """End the platform's hold of a locked order, unless a request still asks for it."""
    if open_requests(order).exists():
        return
    for hold in active_holds(order).filter(code=HOLD, owner=_CHANNEL):
        end_hold(order, hold=hold, now=now, note=note)
    end_holds(order, code=SEEN, now=now, note=note)


def _stop(order: Order, row: ChannelRefund, *, now: datetime) -> None:
    hold_what_is_here(order, code=HOLD, owner=_CHANNEL, detail=row.channel_refund_no, now=now)
    # The request itself is here now: it holds the order from now on.
    end_holds(order, code=SEEN, now=now, note=row.channel_refund_no)


def _keep_goods(order: Order, row: ChannelRefund, *, now: datetime) -> None:
    """What was paid back must not leave; units that the channel cancelled before stay counted."""
    if order.status not in _STILL_HERE:
        return
    items = list(OrderItem.objects.filter(order=order).order_by("pk"))
    if row.kind == RefundKind.RETURN_REFUND and any(item.shipped_quantity for item in items):
        return
    units = {item.pk: _still_to_cancel(item) for item in items}
    is_whole = all(item.quantity == item.cancelled_quantity + units[item.pk] for item in items)
    reason = f"paid back by the platform: {row.channel_refund_no}"
    try:
        if is_whole and order.status in NOTHING_LEFT_THE_BUILDING:
            cancel_locked(order, reason=reason, now=now)
        elif any(units.values()):
            cancel_units(order, units=units, reason=reason, now=now)
            _watch_gifts(order, now=now)
    except TooLateToCancel as refusal:
        row.problem = str(refusal)[:300]
        row.save(update_fields=["problem"])


def _still_to_cancel(item: OrderItem) -> int:
    wanted = item.refunded_quantity - item.cancelled_quantity
    here = item.quantity - item.cancelled_quantity - item.shipped_quantity
    return max(min(wanted, here), 0)


def _watch_gifts(order: Order, *, now: datetime) -> None:
    if order.status in NOTHING_LEFT_THE_BUILDING and only_gifts_left(order):
        place_hold(order, code="only_gifts_left", owner=OrderHold.Owner.SYSTEM, now=now)
