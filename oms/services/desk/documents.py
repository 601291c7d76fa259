"""Stop a whole shipping document, or hand it to the warehouse before its time."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.flows.fulfillment import STOPPABLE, FulfillmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, Order, OrderHold, User
from oms.models.locking import atomic_service, lock_rows
from oms.refusals import Refusal
from oms.services.fulfillment.releasing import release_documents
from oms.services.holds import place_hold

PERMISSION = "release_fulfillment"


class DocumentGone(Refusal):
    message = _("The document is %(status)s: it cannot be stopped here any more.")


class NotToRelease(Refusal):
    message = _("The document is %(status)s: it was handed to the warehouse already.")


class ChangedMeanwhile(Refusal):
    message = _("Another order joined the document this moment. Look again.")


class StoppedAlready(Refusal):
    message = _("All its orders are held by hand already.")


def against_stop(document: FulfillmentOrder) -> Refusal | None:
    if document.status not in STOPPABLE:
        return DocumentGone(status=document.get_status_display())
    return None


def against_early_release(document: FulfillmentOrder) -> Refusal | None:
    if document.status != FulfillmentStatus.ALLOCATED:
        return NotToRelease(status=document.get_status_display())
    return None


@atomic_service
def stop_document(document_id: int, *, actor: User, reason: str, now: datetime) -> list[Order]:
    """Hold every order that stands on a document; return those. None of it leaves until released.

    What nobody has begun comes back from the document; what is being picked or packed is stopped
    where it lies.

    :raises NotAllowed: if the person may not recall documents of the warehouse
    :raises Refusal: if it has left, or everything on it is held by hand already
    """
    document = FulfillmentOrder.objects.select_related("warehouse").get(pk=document_id)
    require(actor, PERMISSION, document.warehouse)
    # Orders before documents, as everywhere; whoever joined while we waited is told, not missed.
    orders = lock_rows(Order, standing_on(document_id))
    document.refresh_from_db(fields=["status"])
    refusal = against_stop(document)
    if refusal is not None:
        raise refusal
    if standing_on(document_id) != {order.pk for order in orders}:
        raise ChangedMeanwhile
    person = OrderHold.Owner.PERSON
    held = OrderHold.objects.filter(released_at=None, owner=person, code="person")
    done = set(held.filter(order__in=orders).values_list("order_id", flat=True))
    fresh = [order for order in orders if order.pk not in done]
    if not fresh:
        raise StoppedAlready
    for order in fresh:
        place_hold(order, code="person", owner=person, detail=reason, now=now, actor=actor)
    return fresh


@atomic_service
def release_early(document_id: int, *, actor: User, now: datetime) -> None:
    """Hand a document to the warehouse now, without waiting for more siblings.

    :raises NotAllowed: if the person may not release documents of the warehouse
    :raises NotToRelease: if it does not wait any more
    """
    document = FulfillmentOrder.objects.select_related("warehouse").get(pk=document_id)
    require(actor, PERMISSION, document.warehouse)
    if not release_documents([document_id], now=now, actor=actor):
        document.refresh_from_db(fields=["status"])
        raise NotToRelease(status=document.get_status_display())


def standing_on(document_id: int) -> set[int]:
    """Return the ids of the orders of which units stand on the document."""
    lines = FulfillmentLine.objects.filter(fulfillment=document_id, cancelled_at=None)
    return set(lines.values_list("order_item__order_id", flat=True))
