"""A known order comes again: what changed on the channel, and what that means here."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from oms.audit import timeline
from oms.dto import ChannelStatus, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold
from oms.services.fulfillment.uploads import told_by_us
from oms.services.holds import active_holds, end_holds, place_hold
from oms.services.orders.address import readdress
from oms.services.orders.cancel import cancel_locked, cancel_units, close_external
from oms.services.orders.differences import (
    Pairs,
    cancelled_now,
    changed_columns,
    hold_changed,
    is_older,
    is_open,
    keeps_units,
    moved,
    pair_lines,
)
from oms.services.orders.lines import only_gifts_left, reprice
from oms.services.orders.money import add_payments
from oms.services.orders.reopening import paid_late
from oms.services.orders.seller_notes import Note, follow_channel
from oms.services.recall import line_up_anew, stop_waiting, tighten_documents
from oms.transitions import fire


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    REFUSED = "refused"


_GONE = (ChannelStatus.SHIPPED, ChannelStatus.COMPLETED)
_TOLD = (ChannelStatus.PARTLY_SHIPPED, *_GONE)
_PARCEL = {"promised_carrier", "is_presale", "not_before"}
"""Columns that decide with whom, how and when an order leaves."""
_SYSTEM = OrderHold.Owner.SYSTEM


def compare(order: Order, *, incoming: IncomingOrder) -> Verdict:
    """Tell whether a revision would change anything. An older one never does."""
    if is_older(order, incoming=incoming):
        return Verdict.STALE
    pairs = pair_lines(order, incoming=incoming)
    changed = (
        bool(changed_columns(order, incoming=incoming))
        or moved(order, incoming=incoming)
        or (keeps_units(order) and pairs is not None and bool(cancelled_now(pairs)))
        or hold_changed(order, incoming=incoming)
    )
    return Verdict.UPDATED if changed else Verdict.UNCHANGED


def revise(order: Order, *, incoming: IncomingOrder, now: datetime) -> Verdict:
    """Bring a locked order in line with a newer revision; every consequence follows from here."""
    verdict = compare(order, incoming=incoming)
    if verdict is Verdict.STALE:
        detail = {"revision_of": incoming.channel_modified_at.isoformat()}
        timeline.record(Order.SUBJECT, order.pk, "older_revision", at=now, detail=detail)
    if verdict is not Verdict.UPDATED:
        return verdict
    columns, note = changed_columns(order, incoming=incoming), Note.of(order)
    _mirror(order, columns, now=now)
    follow_channel(order, incoming=incoming, before=note, now=now)
    _follow_status(order, incoming, columns, now=now)
    if is_open(order):
        _follow_contents(order, incoming, now=now)
        _follow_promises(order, columns, now=now)
    elif keeps_units(order):
        _follow_cancelled(order, pair_lines(order, incoming=incoming), now=now)
    return verdict


def _mirror(order: Order, columns: dict[str, object], *, now: datetime) -> None:
    for column, value in columns.items():
        setattr(order, column, value)
    order.revision += 1
    order.save(update_fields=[*columns, "revision"])
    timeline.record(Order.SUBJECT, order.pk, "revise", at=now, detail={"changed": sorted(columns)})


def _follow_status(
    order: Order, incoming: IncomingOrder, columns: Collection[str], *, now: datetime
) -> None:
    status = incoming.channel_status
    if not is_open(order):
        _follow_late(order, incoming, columns, now=now)
    elif status is ChannelStatus.CANCELLED:
        cancel_locked(order, reason="cancelled on the channel", now=now)
    elif status in _TOLD and told_by_us(order):
        pass  # the channel repeats what we told it of a parcel that is still here
    elif status in _GONE:
        close_external(order, reason="shipped on the channel", now=now)
    else:
        if order.status == OrderStatus.UNPAID and status is not ChannelStatus.UNPAID:
            _pay(order, incoming, now=now)
        if status is ChannelStatus.PARTLY_SHIPPED and "channel_status" in columns:
            # Nothing of it left here, and which units left elsewhere is not told.
            place_hold(order, code="partly_shipped_elsewhere", owner=_SYSTEM, now=now)


def _follow_late(
    order: Order, incoming: IncomingOrder, columns: Collection[str], *, now: datetime
) -> None:
    """What the channel says of an order that has left, or is over."""
    status, is_off = incoming.channel_status, order.status == OrderStatus.CANCELLED
    if "channel_status" not in columns:
        return
    if status is ChannelStatus.PAID and is_off:
        paid_late(order, incoming=incoming, now=now)
    if status is ChannelStatus.COMPLETED and order.status in order.FLOW.step("complete").sources:
        fire(order, "complete", now=now)
    over = is_off or order.status in order.FLOW.terminal
    if status is ChannelStatus.CANCELLED and not over:
        timeline.record(Order.SUBJECT, order.pk, "cancelled_too_late", at=now)


def _pay(order: Order, incoming: IncomingOrder, *, now: datetime) -> None:
    add_payments([(order, incoming)])
    pairs = pair_lines(order, incoming=incoming)
    if pairs is not None:
        reprice(pairs, told=incoming)
    fire(order, "pay", now=now)
    if not active_holds(order).exists():
        order.eligible_at = now
        order.save(update_fields=["eligible_at"])


def _follow_contents(order: Order, incoming: IncomingOrder, *, now: datetime) -> None:
    pairs = pair_lines(order, incoming=incoming)
    if pairs is None:
        # Added, removed or enlarged lines: a person decides, nothing leaves until then.
        place_hold(order, code="changed_on_channel", owner=_SYSTEM, now=now)
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


def _follow_cancelled(order: Order, pairs: Pairs | None, *, now: datetime) -> None:
    """Units cancelled here before are not cancelled twice, and what has left stays cancelled too
    late: the buyer sends it back."""
    units: dict[int, int] = {}
    late = 0
    for line, pieces in cancelled_now(pairs or []).items():
        line.cancelled_quantity += pieces
        line.save(update_fields=["cancelled_quantity"])
        for item in line.items.all():
            wanted = item.quantity // line.quantity * line.cancelled_quantity
            missing = max(wanted - item.cancelled_quantity, 0)
            here = item.quantity - item.cancelled_quantity - item.shipped_quantity
            units[item.pk] = min(missing, here)
            late += missing - units[item.pk]
    if any(units.values()):
        cancel_units(order, units=units, reason="cancelled on the channel", now=now)
        if is_open(order) and only_gifts_left(order):
            place_hold(order, code="only_gifts_left", owner=_SYSTEM, now=now)
    if late:
        detail = {"units": late}
        timeline.record(Order.SUBJECT, order.pk, "cancelled_too_late", at=now, detail=detail)


def _follow_promises(order: Order, columns: Collection[str], *, now: datetime) -> None:
    """Another carrier or day: it leaves its siblings. Another deadline: they hurry with it."""
    if _PARCEL.intersection(columns):
        line_up_anew(order, reason="promise changed on the channel", now=now)
    elif "ship_by" in columns:
        tighten_documents(order)
        if order.status == OrderStatus.WAITING_MERGE:
            stop_waiting(order, now=now)
    if "paid_amount" in columns and order.status == OrderStatus.PENDING_REVIEW:
        # The review looks at the amounts again and holds it anew if they still differ.
        end_holds(order, code="amount_mismatch", now=now, note="paid amount changed")
