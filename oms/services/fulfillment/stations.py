"""The one door through which a document passes a station: right, stops, move, in that order.

Raising a stop and passing a station lock the same row, so one of them comes first for certain (I6).
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, OrderHold, StopToken, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.hold_words import words
from oms.transitions import fire


class DocumentStopped(Refusal):
    message = _("Stopped: %(reason)s. Put the goods aside and tell your supervisor.")


class DocumentCancelled(DocumentStopped):
    message = _("This document was cancelled. Put the goods back.")


@atomic_service
def advance(
    fulfillment_id: int,
    *,
    action: str,
    permission: str,
    actor: User,
    now: datetime,
    freeze: str = "",
) -> FulfillmentOrder:
    """Move a document through a station; ``freeze`` names what closes it to late siblings.

    :raises NotAllowed: if the person does not hold the right in the warehouse
    :raises DocumentStopped: if it must not go on
    :raises IllegalTransition: if it does not stand at this station
    """
    document = check_open(fulfillment_id, permission=permission, actor=actor)
    fire(document, action, now=now, actor=actor)
    if freeze:
        freeze_document(document, reason=freeze, now=now)
    return document


@atomic_service
def check_open(fulfillment_id: int, *, permission: str, actor: User) -> FulfillmentOrder:
    """Lock a document for a scan that moves nothing yet, and refuse it if it must not go on.

    :raises NotAllowed: if the person does not hold the right in the warehouse
    :raises DocumentStopped: if it must not go on
    """
    rows = FulfillmentOrder.objects.select_related("warehouse").select_for_update(of=("self",))
    document = rows.get(pk=fulfillment_id)
    require(actor, permission, document.warehouse)
    refuse_if_stopped(document)
    return document


def refuse_if_stopped(document: FulfillmentOrder) -> None:
    """:raises DocumentStopped: if the locked document was cancelled, stopped, or is held"""
    if document.status == FulfillmentStatus.CANCELLED:
        raise DocumentCancelled
    token = StopToken.objects.filter(fulfillment=document, lifted_at=None).first()
    if token is not None:
        raise DocumentStopped(reason=words(token.reason))
    holds = OrderHold.objects.filter(
        released_at=None,
        order__items__fulfillment_lines__fulfillment=document,
        order__items__fulfillment_lines__cancelled_at=None,
    )
    hold = holds.first()
    if hold is not None:
        raise DocumentStopped(reason=_words_of(hold))


def _words_of(hold: OrderHold) -> str:
    """A person's own words, or what the program found and where."""
    if hold.detail and hold.owner == OrderHold.Owner.PERSON:
        return hold.detail
    return words(f"{hold.code}: {hold.detail}" if hold.detail else hold.code)


def freeze_document(document: FulfillmentOrder, *, reason: str, now: datetime) -> None:
    """Close a locked document to late siblings; the first reason stays."""
    if document.frozen_at is None:
        document.frozen_at, document.frozen_reason = now, reason[:32]
        document.save(update_fields=["frozen_at", "frozen_reason"])


def stopped_lines(document: FulfillmentOrder) -> set[int]:
    """Return the ids of the lines that were taken out meanwhile: their goods go back."""
    gone = document.lines.filter(cancelled_at__isnull=False)
    return set(gone.values_list("pk", flat=True))
