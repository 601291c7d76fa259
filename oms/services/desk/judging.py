"""Why an act is not possible on an order as it stands; None when it is."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import OrderHold
from oms.refusals import Refusal
from oms.services.holds import HeldByChannel, HoldNotFound, TooLateToHold
from oms.services.merging.facts import FREE
from oms.services.merging.undoing import ApartAlready, MergeFrozen, NotApart
from oms.services.orders.cancel import TooLateToCancel
from oms.services.review import CannotUnapprove, StillHeld
from oms.services.standing import Standing

S = OrderStatus
_OVER = (S.CANCELLED, S.CLOSED_EXTERNAL)
_APPROVED = (*FREE, S.ALLOCATED, S.RELEASED, S.MERGED)
_Owner = OrderHold.Owner


class OrderIsOver(Refusal):
    message = _("The order is over already (%(status)s).")


class HeldAlready(Refusal):
    message = _("It is held by hand already.")


class NotToReview(Refusal):
    message = _("It does not wait for review (%(status)s).")


class NotApproved(Refusal):
    message = _("It has no approval that could be taken back (%(status)s).")


class NothingWaits(Refusal):
    message = _("It does not wait for siblings (%(status)s).")


class GoesOnAlready(Refusal):
    message = _("Its waiting is over: it goes on within a minute.")


class NotMerged(Refusal):
    message = _("It is in no merge.")


class DecideOneByOne(Refusal):
    message = _("The buyer asks for a refund: open the order and decide it there.")


def against_hold(standing: Standing, *, now: datetime) -> Refusal | None:
    status = standing.order.status
    if status in _OVER:
        return OrderIsOver(status=standing.order.get_status_display())
    if status not in NOTHING_LEFT_THE_BUILDING:
        return TooLateToHold()
    by_hand = (hold.owner == _Owner.PERSON and hold.code == "person" for hold in standing.holds)
    return HeldAlready() if any(by_hand) else None


def endable(standing: Standing) -> list[OrderHold]:
    """Return the holds that a person may end: all but the platform's own."""
    return [hold for hold in standing.holds if hold.owner != _Owner.CHANNEL]


def endable_in_bulk(standing: Standing) -> list[OrderHold]:
    """A refund that a buyer asks for is looked at, order by order."""
    return [hold for hold in endable(standing) if hold.code != "refund_requested"]


def against_release(standing: Standing, *, now: datetime) -> Refusal | None:
    if not standing.holds:
        return HoldNotFound()
    return None if endable(standing) else HeldByChannel()


def against_release_in_bulk(standing: Standing, *, now: datetime) -> Refusal | None:
    refusal = against_release(standing, now=now)
    if refusal is None and not endable_in_bulk(standing):
        return DecideOneByOne()
    return refusal


def against_approve(standing: Standing, *, now: datetime) -> Refusal | None:
    if standing.order.status != S.PENDING_REVIEW:
        return NotToReview(status=standing.order.get_status_display())
    return StillHeld() if standing.holds else None


def against_unapprove(standing: Standing, *, now: datetime) -> Refusal | None:
    if standing.order.status not in _APPROVED:
        return NotApproved(status=standing.order.get_status_display())
    return CannotUnapprove() if standing.is_claimed else None


def against_release_now(standing: Standing, *, now: datetime) -> Refusal | None:
    order = standing.order
    if standing.holds:
        return StillHeld()
    waiting = [
        part.document
        for part in standing.parts
        if part.document.status == FulfillmentStatus.ALLOCATED
    ]
    if order.status not in FREE and not waiting:
        return NothingWaits(status=order.get_status_display())
    ends = [document.release_at for document in waiting] or [order.release_at]
    return GoesOnAlready() if all(at is not None and at <= now for at in ends) else None


def against_cancel(standing: Standing, *, now: datetime) -> Refusal | None:
    status = standing.order.status
    if status in _OVER:
        return OrderIsOver(status=standing.order.get_status_display())
    return None if status in NOTHING_LEFT_THE_BUILDING else TooLateToCancel()


def against_take_out(standing: Standing, *, now: datetime) -> Refusal | None:
    if standing.order.status != S.MERGED:
        return NotMerged()
    claimed = [part.document for part in standing.parts if part.is_frozen]
    return MergeFrozen(reason=claimed[0].get_status_display()) if claimed else None


def against_keep_apart(standing: Standing, *, now: datetime) -> Refusal | None:
    order = standing.order
    if order.is_kept_apart:
        return ApartAlready()
    # Before its review it has no key yet; on a document of its own it is found by late siblings.
    fits = order.status in (*FREE, S.ALLOCATED, S.RELEASED) and not standing.is_claimed
    return None if fits else NothingWaits(status=order.get_status_display())


def against_allow_merging(standing: Standing, *, now: datetime) -> Refusal | None:
    order = standing.order
    return None if order.is_kept_apart and order.status in FREE else NotApart()
