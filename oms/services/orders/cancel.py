"""Cancel an order or some of its units, as far as the goods can still be kept."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.events import bus
from oms.events.types import StockChanged
from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import Order, OrderHold, OrderItem, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.documents import open_quantity
from oms.services.fulfillment.taking_out import active_lines, shrink, take_out
from oms.services.inventory import demand
from oms.services.recall import Answer, pull_back
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
    for item in OrderItem.objects.filter(order=order).order_by("pk"):
        if open_quantity(item):
            demand.cancel(item.pk, quantity=open_quantity(item))
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

    Units on no document go first, then those on documents that have not left.

    :raises TooLateToCancel: if more is to be cancelled than can still be kept
    """
    lines = active_lines([order.pk])
    for item in OrderItem.objects.filter(order=order, pk__in=units).order_by("pk"):
        missing = units[item.pk] - open_quantity(item)
        for line in (line for line in lines if line.order_item_id == item.pk):
            taken = min(max(missing, 0), line.quantity)
            if taken == line.quantity:
                take_out([line], reason=reason, now=now, actor=actor)
            elif taken:
                shrink(line, units=taken, reason=reason, now=now)
            missing -= taken
        if missing > 0:
            raise TooLateToCancel
        demand.cancel(item.pk, quantity=units[item.pk])
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


def _close_holds(order: Order, *, now: datetime, note: str) -> None:
    active = OrderHold.objects.filter(order=order, released_at=None)
    active.update(released_at=now, release_note=note)


def _stock_changed(order: Order, *, now: datetime) -> None:
    skus = OrderItem.objects.filter(order=order).values_list("sku_id", flat=True)
    bus.publish(StockChanged(sorted(set(skus))), now=now)
