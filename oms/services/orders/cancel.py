"""Cancel an order or some of its units, as far as the goods can still be kept."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.events import bus
from oms.events.types import StockChanged
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import Order, OrderHold, OrderItem, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.documents import open_quantity
from oms.services.fulfillment.progress import deliver_orders
from oms.services.fulfillment.taking_out import Part, active_lines
from oms.services.inventory import demand
from oms.services.recall import Answer, pull_back, pull_units, stop_waiting
from oms.transitions import fire


class TooLateToCancel(Refusal):
    message = _("The order has left already: open a return or have the parcel intercepted.")


@atomic_service
def cancel_order(order_id: int, *, actor: User, reason: str, now: datetime) -> None:
    """Cancel an order by hand: its goods are free again, siblings in its parcel stay.

    :raises NotAllowed: if the person may not cancel orders of the store
    :raises TooLateToCancel: if it is on the road
    """
    order = lock_row(Order, order_id)
    require(actor, "cancel_orders", order.store)
    cancel_locked(order, reason=reason, now=now, actor=actor)


def cancel_locked(order: Order, *, reason: str, now: datetime, actor: User | None = None) -> None:
    """Cancel an order whose row the caller has locked.

    :raises TooLateToCancel: if it is on the road
    """
    if order.status not in NOTHING_LEFT_THE_BUILDING:
        raise TooLateToCancel
    if pull_back(order, reason=reason, now=now, actor=actor) is Answer.LEFT:
        raise TooLateToCancel
    left = {item.pk: open_quantity(item) for item in _items(order)}
    demand.cancel({pk: units for pk, units in left.items() if units})
    _close_holds(order, now=now, note="cancelled")
    fire(order, "cancel", now=now, actor=actor, note=reason)
    _stock_changed(order, now=now)


def close_external(order: Order, *, reason: str, now: datetime) -> None:
    """The channel says that somebody else shipped it: it must not leave here too.

    :raises TooLateToCancel: if it is on the road from here
    """
    if pull_back(order, reason=reason, now=now, actor=None) is Answer.LEFT:
        raise TooLateToCancel
    demand.drop_all([order.pk])
    _close_holds(order, now=now, note="shipped elsewhere")
    fire(order, "close_external", now=now, note=reason)
    _stock_changed(order, now=now)


def cancel_units(
    order: Order, *, units: Mapping[int, int], reason: str, now: datetime, actor: User | None = None
) -> None:
    """Cancel some units of items ({item id: units}) of a locked order; the rest goes on.

    Units on no document go first, then those on documents that have not left. An order of which
    nothing is left to ship leaves its document and its siblings.

    :raises TooLateToCancel: if more is to be cancelled than can still be kept
    """
    if all(_owed(item) <= units.get(item.pk, 0) for item in _items(order)):
        pull_back(order, reason=reason, now=now, actor=actor)
        stop_waiting(order, now=now)
    parts = _parts(order, units)
    pull_units(order, parts=parts, reason=reason, now=now, actor=actor)
    demand.cancel(units)
    if order.status == OrderStatus.PARTLY_SHIPPED and not any(
        _owed(item) for item in _items(order)
    ):
        fire(order, "ship", now=now, actor=actor, note=reason)
        deliver_orders([order.pk], now=now)
    timeline.record(
        Order.SUBJECT,
        order.pk,
        "cancel_units",
        at=now,
        actor=actor,
        note=reason,
        detail={str(pk): quantity for pk, quantity in units.items()},
    )
    _stock_changed(order, now=now)


def _owed(item: OrderItem) -> int:
    return item.quantity - item.cancelled_quantity - item.shipped_quantity


def _items(order: Order) -> QuerySet[OrderItem]:
    return OrderItem.objects.filter(order=order).order_by("pk")


def _parts(order: Order, units: Mapping[int, int]) -> list[Part]:
    """Return what must come off which document so that the units can be cancelled."""
    lines = active_lines([order.pk])
    parts: list[Part] = []
    for item in _items(order):
        missing = units.get(item.pk, 0) - open_quantity(item)
        for line in (line for line in lines if line.order_item_id == item.pk):
            taken = min(max(missing, 0), line.reservation.quantity)
            if taken:
                parts.append((line, taken))
                missing -= taken
        if missing > 0:
            raise TooLateToCancel
    return parts


def _close_holds(order: Order, *, now: datetime, note: str) -> None:
    active = OrderHold.objects.filter(order=order, released_at=None)
    active.update(released_at=now, release_note=note)


def _stock_changed(order: Order, *, now: datetime) -> None:
    skus = OrderItem.objects.filter(order=order).values_list("sku_id", flat=True)
    bus.publish(StockChanged(sorted(set(skus))), now=now)
