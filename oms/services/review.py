"""Review: an order passes by itself unless something must be looked at."""

import logging
from collections.abc import Sequence
from datetime import datetime
from traceback import extract_tb

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, OrderItem, Receiver, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.rules.review import ReviewFacts, holds_for
from oms.services.holds import active_holds, place_hold, without_held
from oms.services.recall import Answer, pull_back
from oms.services.waiting import line_up
from oms.transitions import fire, fire_rows

log = logging.getLogger(__name__)

_PAGE = 200
_ENCRYPTED = ("buyer_memo", "seller_memo", "invoice_request")


class StillHeld(Refusal):
    message = _("The order is held: release its holds first.")


class CannotUnapprove(Refusal):
    message = _("The warehouse works on the order already: hold or cancel it instead.")


def review_pending(*, now: datetime, limit: int = _PAGE) -> int:
    """Review the oldest waiting orders that nobody holds; return how many were looked at.

    One that cannot even be read is held for a technician; the others pass.
    """
    held = OrderHold.objects.filter(released_at=None).values("order_id")
    waiting = Order.objects.filter(status=OrderStatus.PENDING_REVIEW).exclude(pk__in=held)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    try:
        return _review_together(ids, now=now)
    except OperationalError:
        raise  # The database's fault, not an order's.
    except Exception as fault:  # noqa: BLE001  # alone, each shows whether it is to blame
        log.warning("review one by one after %s", type(fault).__name__)
    return sum(_review_apart(order_id, now=now) for order_id in ids)


def _review_apart(order_id: int, *, now: datetime) -> int:
    try:
        return _review_together([order_id], now=now)
    except OperationalError:
        raise
    except Exception as fault:  # noqa: BLE001  # the others must not wait for its repair
        kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
        log.error("review of order %s: %s at %s", order_id, kind, where)  # noqa: TRY400
        return _hold_unreadable(order_id, kind, now=now)


@atomic_service
def _hold_unreadable(order_id: int, kind: str, *, now: datetime) -> int:
    """Hold an order without reading what is encrypted in it."""
    rows = Order.objects.defer(*_ENCRYPTED).filter(status=OrderStatus.PENDING_REVIEW, pk=order_id)
    order = rows.select_for_update().first()
    if order is not None:
        owner = OrderHold.Owner.SYSTEM
        place_hold(order, code="needs_technician", owner=owner, detail=kind, now=now)
    return 1


@atomic_service
@transaction.atomic
def _review_together(ids: Sequence[int], *, now: datetime) -> int:
    """All of them or none: inside somebody's transaction the savepoint keeps it usable."""
    locked = Order.objects.filter(pk__in=ids, status=OrderStatus.PENDING_REVIEW)
    rows = locked.select_related("store", "receiver").order_by("pk")
    orders = without_held(rows.select_for_update(of=("self",), no_key=True))
    shippable = set(OrderItem.objects.filter(order__in=orders).values_list("order_id", flat=True))
    passing = []
    for order in orders:
        found = list(holds_for(_facts(order, needs_receiver=order.pk in shippable)))
        for code, detail in found:
            owner = OrderHold.Owner.SYSTEM
            place_hold(order, code=code, owner=owner, detail=detail, now=now)
        if not found:
            passing.append(order)
    _approve(passing, now=now)
    return len(orders)


def _approve(orders: Sequence[Order], *, now: datetime, actor: User | None = None) -> None:
    fire_rows(orders, "approve", now=now, actor=actor)
    line_up(orders, now=now)


@atomic_service
def approve_order(order_id: int, *, actor: User, now: datetime) -> None:
    """Approve one order by hand, whatever the automatic review would say.

    :raises NotAllowed: if the person may not review orders of the store
    :raises StillHeld: while a hold is active
    :raises IllegalTransition: if it does not wait for review
    """
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    if active_holds(order).exists():
        raise StillHeld
    _approve([order], now=now, actor=actor)


@atomic_service
def unapprove_order(order_id: int, *, actor: User, reason: str, now: datetime) -> None:
    """Take an approval back (反审): the order waits for review again, under a person's hold.

    :raises NotAllowed: if the person may not review orders of the store
    :raises CannotUnapprove: if the warehouse works on it or it has left
    """
    order = lock_row(Order, order_id)
    require(actor, "review_orders", order.store)
    answer = pull_back(order, reason=reason, now=now, actor=actor, keep_place=True)
    if answer is not Answer.FREE:
        raise CannotUnapprove
    fire(order, "unapprove", now=now, actor=actor, note=reason)
    owner = OrderHold.Owner.PERSON
    place_hold(order, code="person", owner=owner, detail=reason, now=now, actor=actor)


def _facts(order: Order, *, needs_receiver: bool) -> ReviewFacts:
    receiver = order.receiver
    due = order.goods_amount + order.freight - order.seller_discount - order.platform_discount
    return ReviewFacts(
        is_prepaid=order.payment_terms == Order.Terms.PREPAID,
        paid_amount=order.paid_amount,
        due_amount=due,
        needs_receiver=needs_receiver,
        has_receiver=receiver is not None,
        has_phone=_has(receiver, "phone"),
        has_street=_has(receiver, "street"),
        has_region=bool(receiver and (receiver.city or receiver.province)),
    )


def _has(receiver: Receiver | None, part: str) -> bool:
    """A platform's reference stands for the whole address, which only the platform can read."""
    if receiver is None:
        return False
    cipher = receiver.platform_cipher or {}
    return bool(getattr(receiver, part) or cipher.get(part) or receiver.platform_ref)
