"""A known order comes again: what changed on the channel, and what that means here."""

from datetime import datetime
from enum import StrEnum

from oms.audit import timeline
from oms.dto import ChannelStatus, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold
from oms.services.holds import active_holds, end_holds, place_hold
from oms.services.orders.address import readdress
from oms.services.orders.cancel import (
    TooLateToCancel,
    cancel_locked,
    cancel_units,
    close_external,
)
from oms.services.orders.differences import (
    Pairs,
    cancelled_now,
    changed_columns,
    hold_changed,
    is_open,
    moved,
    pair_lines,
)
from oms.services.orders.money import add_payments
from oms.transitions import fire


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    REFUSED = "refused"


_GONE = (ChannelStatus.SHIPPED, ChannelStatus.COMPLETED)


def compare(order: Order, *, incoming: IncomingOrder) -> Verdict:
    """Tell whether a revision would change anything. An older one never does."""
    if incoming.channel_modified_at < order.channel_modified_at:
        return Verdict.STALE
    pairs = pair_lines(order, incoming=incoming)
    changed = (
        bool(changed_columns(order, incoming=incoming))
        or moved(order, incoming=incoming)
        or (is_open(order) and pairs is not None and bool(cancelled_now(pairs)))
        or hold_changed(order, incoming=incoming)
    )
    return Verdict.UPDATED if changed else Verdict.UNCHANGED


def revise(order: Order, *, incoming: IncomingOrder, now: datetime) -> Verdict:
    """Bring a locked order in line with a newer revision; every consequence follows from here."""
    verdict = compare(order, incoming=incoming)
    if verdict is Verdict.STALE:
        at = incoming.channel_modified_at.isoformat()
        detail = {"revision_of": at}
        timeline.record(Order.SUBJECT, order.pk, "older_revision", at=now, detail=detail)
    if verdict is not Verdict.UPDATED:
        return verdict
    columns = changed_columns(order, incoming=incoming)
    _mirror(order, columns, now=now)
    if is_open(order):
        _follow_status(order, incoming, now=now)
    elif incoming.channel_status is ChannelStatus.COMPLETED:
        _complete(order, now=now)
    if is_open(order):
        _follow_contents(order, incoming, now=now)
    return verdict


def _mirror(order: Order, columns: dict[str, object], *, now: datetime) -> None:
    for column, value in columns.items():
        setattr(order, column, value)
    order.revision += 1
    order.save(update_fields=[*columns, "revision"])
    timeline.record(Order.SUBJECT, order.pk, "revise", at=now, detail={"changed": sorted(columns)})


def _follow_status(order: Order, incoming: IncomingOrder, *, now: datetime) -> None:
    if incoming.channel_status is ChannelStatus.CANCELLED:
        _try_to_cancel(order, now=now)
    elif incoming.channel_status in _GONE:
        close_external(order, reason="shipped on the channel", now=now)
    elif order.status == OrderStatus.UNPAID and incoming.channel_status is ChannelStatus.PAID:
        add_payments([(order, incoming)])
        fire(order, "pay", now=now)
        if not active_holds(order).exists():
            order.eligible_at = now
            order.save(update_fields=["eligible_at"])


def _try_to_cancel(order: Order, *, now: datetime) -> None:
    try:
        cancel_locked(order, reason="cancelled on the channel", now=now)
    except TooLateToCancel:
        timeline.record(Order.SUBJECT, order.pk, "cancelled_too_late", at=now)


def _complete(order: Order, *, now: datetime) -> None:
    if order.status in order.FLOW.step("complete").sources:
        fire(order, "complete", now=now)


def _follow_contents(order: Order, incoming: IncomingOrder, *, now: datetime) -> None:
    pairs = pair_lines(order, incoming=incoming)
    if pairs is None:
        # Added, removed or enlarged lines: a person decides, nothing leaves until then.
        owner = OrderHold.Owner.SYSTEM
        place_hold(order, code="changed_on_channel", owner=owner, now=now)
    else:
        _follow_cancelled(order, pairs, now=now)
    if moved(order, incoming=incoming) and incoming.receiver is not None:
        readdress(order, receiver=incoming.receiver, now=now)
        end_holds(order, code="no_receiver", now=now)
        end_holds(order, code="address_incomplete", now=now)
    if hold_changed(order, incoming=incoming):
        if incoming.platform_hold:
            owner, detail = OrderHold.Owner.CHANNEL, incoming.platform_hold
            place_hold(order, code="platform", owner=owner, detail=detail, now=now)
        else:
            end_holds(order, code="platform", now=now, note="released by the platform")


def _follow_cancelled(order: Order, pairs: Pairs, *, now: datetime) -> None:
    units: dict[int, int] = {}
    for line, pieces in cancelled_now(pairs).items():
        for item in line.items.all():
            units[item.pk] = item.quantity // line.quantity * pieces
        line.cancelled_quantity += pieces
        line.save(update_fields=["cancelled_quantity"])
    if units:
        cancel_units(order, units=units, reason="cancelled on the channel", now=now)
