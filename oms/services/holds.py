"""Named reasons why an order may not go on: placed by many, released one by one."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import Order, OrderHold, StopToken, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.taking_out import active_lines
from oms.services.recall import Answer, pull_back, stop_waiting

Owner = OrderHold.Owner


class TooLateToHold(Refusal):
    message = _("The order has left already; it can only be intercepted on the road.")


class HoldNotFound(Refusal):
    message = _("This hold has been released already.")


class HeldByChannel(Refusal):
    message = _("The platform holds this order: it is released there, not here.")


@atomic_service
def hold_order(order_id: int, *, actor: User, detail: str, now: datetime) -> Answer:
    """Hold an order by hand; return how far its goods could be stopped.

    :raises NotAllowed: if the person may not review orders of the store
    :raises TooLateToHold: if it is on the road
    """
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    return place_hold(order, code="person", owner=Owner.PERSON, detail=detail, now=now, actor=actor)


def place_hold(
    order: Order,
    *,
    code: str,
    owner: str,
    now: datetime,
    detail: str = "",
    actor: User | None = None,
) -> Answer:
    """Place a hold on a locked order and pull its goods back; placed twice it stays one.

    :raises TooLateToHold: if it is on the road
    """
    if order.status not in NOTHING_LEFT_THE_BUILDING:
        raise TooLateToHold
    active = OrderHold.objects.filter(order=order, code=code, owner=owner, released_at=None)
    if not active.exists():
        OrderHold.objects.create(
            order=order, code=code, owner=owner, detail=detail[:300], placed_at=now, placed_by=actor
        )
        note = f"{code}: {detail}" if detail else code
        timeline.record(Order.SUBJECT, order.pk, "hold", at=now, actor=actor, note=note[:500])
    answer = pull_back(order, reason=code, now=now, actor=actor, keep_place=True)
    if answer is Answer.FREE:
        order.eligible_at = None
        order.save(update_fields=["eligible_at"])
        stop_waiting(order, now=now)
    return answer


def hold_what_is_here(
    order: Order, *, code: str, owner: str, now: datetime, detail: str = ""
) -> None:
    """Hold a locked order, or of one that has left in part the rest; what has left is not held."""
    if order.status in NOTHING_LEFT_THE_BUILDING:
        place_hold(order, code=code, owner=owner, detail=detail, now=now)
    elif order.status == OrderStatus.PARTLY_SHIPPED:
        _hold_rest(order, code=code, owner=owner, detail=detail, now=now)


def _hold_rest(order: Order, *, code: str, owner: str, now: datetime, detail: str) -> None:
    """Hold what is still here of a locked order that has left in part; placed twice it stays one.

    Its documents are locked first, so that every station either passed before or sees it.
    """
    active_lines([order.pk])
    if not active_holds(order).filter(code=code, owner=owner).exists():
        OrderHold.objects.create(
            order=order, code=code, owner=owner, detail=detail[:300], placed_at=now
        )
        note = f"{code}: {detail}" if detail else code
        timeline.record(Order.SUBJECT, order.pk, "hold", at=now, note=note[:500])


@atomic_service
def release_hold(hold_id: int, *, actor: User, note: str, now: datetime) -> None:
    """Release one hold by hand; the order goes on when it was the last.

    :raises NotAllowed: if the person may not review orders of the store
    :raises HoldNotFound: if it is not active any more
    :raises HeldByChannel: if the platform forbids shipping
    """
    order_id = OrderHold.objects.values_list("order_id", flat=True).get(pk=hold_id)
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    hold = OrderHold.objects.get(pk=hold_id)
    if hold.released_at is not None:
        raise HoldNotFound
    if hold.owner == Owner.CHANNEL:
        raise HeldByChannel
    end_hold(order, hold=hold, now=now, actor=actor, note=note)


@atomic_service
def release_holds(
    order_id: int, *, hold_ids: Collection[int], actor: User, note: str, now: datetime
) -> None:
    """Release some holds of one order by hand, all of them or none.

    :raises NotAllowed: if the person may not review orders of the store
    :raises HoldNotFound: if one of them is not active any more, or none is named
    :raises HeldByChannel: if one of them is the platform's
    """
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    holds = list(active_holds(order).filter(pk__in=hold_ids).order_by("pk"))
    if not holds or len(holds) != len(set(hold_ids)):
        raise HoldNotFound
    if any(hold.owner == Owner.CHANNEL for hold in holds):
        raise HeldByChannel
    for hold in holds:
        end_hold(order, hold=hold, now=now, actor=actor, note=note)


def end_hold(
    order: Order, *, hold: OrderHold, now: datetime, actor: User | None = None, note: str = ""
) -> None:
    """Release a hold of a locked order: by a person, or because its cause is gone."""
    hold.released_at, hold.released_by, hold.release_note = now, actor, note[:300]
    hold.save(update_fields=["released_at", "released_by", "release_note"])
    text = f"{hold.code}: {note}" if note else hold.code
    timeline.record(Order.SUBJECT, order.pk, "release_hold", at=now, actor=actor, note=text[:500])
    if not active_holds(order).exists():
        _go_on(order, now=now)


def end_holds(order: Order, *, code: str, now: datetime, note: str = "") -> None:
    for hold in active_holds(order).filter(code=code):
        end_hold(order, hold=hold, now=now, note=note)


def active_holds(order: Order) -> models.QuerySet[OrderHold]:
    return OrderHold.objects.filter(order=order, released_at=None)


def without_held(orders: Iterable[Order]) -> list[Order]:
    """Return the locked orders that nobody holds: asked under the lock, so that a hold which was
    placed while we waited for it counts."""
    rows = list(orders)
    held = set(
        OrderHold.objects.filter(order__in=rows, released_at=None).values_list(
            "order_id", flat=True
        )
    )
    return [order for order in rows if order.pk not in held]


def _go_on(order: Order, *, now: datetime) -> None:
    """Nothing stands in the way any more: ready from now on, and stations may go on."""
    order.eligible_at = now if order.status != OrderStatus.UNPAID else None
    order.save(update_fields=["eligible_at"])
    # Only what holds have stopped: a sealed parcel with cancelled units must still be opened.
    codes = OrderHold.objects.filter(order=order).values("code")
    tokens = StopToken.objects.filter(order=order, lifted_at=None, reason__in=codes)
    tokens.update(lifted_at=now, lift_reason="hold released")
