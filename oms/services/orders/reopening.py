"""The money came after we let an order go: it is booked, and a person is told."""

from datetime import datetime

from oms.audit import timeline
from oms.dto import IncomingOrder
from oms.events import bus
from oms.events.types import StockChanged
from oms.flows.order import OrderStatus
from oms.models import Demand, Order, OrderHold, OrderItem, PaymentAllocation, TimelineEntry
from oms.services.holds import place_hold
from oms.services.inventory import demand
from oms.services.orders.differences import pair_lines
from oms.services.orders.lines import demand_items, reprice
from oms.services.orders.money import add_payments
from oms.transitions import fire

_NEVER_PAID = ("", OrderStatus.UNPAID)
"""Where an order stood before it was cancelled; blank: it came in cancelled."""


def paid_late(order: Order, *, incoming: IncomingOrder, now: datetime) -> None:
    """Book the money of a locked, cancelled order that is paid on the channel all the same.

    One that was cancelled while unpaid owes its goods again, under a hold: a person looks whether
    they can still be had. One that was cancelled after payment stays so, and its story tells.
    """
    may_reopen = _was_unpaid(order)
    add_payments([(order, incoming)])
    if not may_reopen:
        timeline.record(Order.SUBJECT, order.pk, "paid_after_cancel", at=now)
        return
    _restore_lines(order, incoming)
    skus = _restore_demand(order, now=now)
    fire(order, "reopen", now=now, note="paid after it was cancelled")
    place_hold(order, code="paid_late", owner=OrderHold.Owner.SYSTEM, now=now)
    bus.publish(StockChanged(sorted(skus)), now=now)


def _was_unpaid(order: Order) -> bool:
    story = TimelineEntry.objects.filter(subject=Order.SUBJECT, subject_id=order.pk)
    end = story.filter(to_status=OrderStatus.CANCELLED).order_by("pk").last()
    return (
        end is not None
        and end.from_status in _NEVER_PAID
        and not PaymentAllocation.objects.filter(order=order).exists()
        and not OrderItem.objects.filter(order=order, shipped_quantity__gt=0).exists()
    )


def _restore_lines(order: Order, incoming: IncomingOrder) -> None:
    pairs = pair_lines(order, incoming=incoming)
    if pairs is None:
        return
    for line, told in pairs:
        line.cancelled_quantity = min(line.cancelled_quantity, told.cancelled_quantity)
        line.save(update_fields=["cancelled_quantity"])
    reprice(pairs, told=incoming)


def _restore_demand(order: Order, *, now: datetime) -> set[int]:
    """Owe again what the cancellation took, except for what the channel itself cancelled."""
    items = list(OrderItem.objects.filter(order=order).select_related("line").order_by("pk"))
    back = {}
    for item in items:
        off = item.quantity // item.line.quantity * item.line.cancelled_quantity
        back[item.pk] = item.cancelled_quantity - off
        item.cancelled_quantity, item.order = off, order
    demand.restore({pk: units for pk, units in back.items() if units > 0})
    known = set(Demand.objects.filter(order_item__in=back).values_list("order_item", flat=True))
    demand_items((item for item in items if item.pk not in known), now=now)
    return {item.sku_id for item in items}
