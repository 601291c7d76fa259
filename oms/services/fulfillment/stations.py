"""The one door through which a document passes a station: right, stops, move, in that order.

Raising a stop and passing a station lock the same row, so one of them comes first for certain (I6).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value
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


class UnwantedInside(DocumentStopped):
    """Units were cancelled that lie in a sealed parcel."""

    message = _("Cancelled, but still in the parcel: %(items)s. Put it aside, it will be opened.")


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
    stop = stops_of([document]).get(document.pk)
    if stop is not None:
        raise stop


def stops_of(documents: Sequence[FulfillmentOrder]) -> dict[int, DocumentStopped]:
    """Return why documents must not go on, those that may are missing: cancelled, stopped, held.

    It costs the same for one as for many. Only under their locks is the answer still true when it
    is used.
    """
    stops: dict[int, DocumentStopped] = {
        document.pk: DocumentCancelled()
        for document in documents
        if document.status == FulfillmentStatus.CANCELLED
    }
    standing = [document.pk for document in documents if document.pk not in stops]
    if standing:
        for _rank, _pk, document_id, reason, owner, code in sorted(_raised(standing)):
            text = _words_of(reason, owner=owner, code=code) if code else words(reason)
            stops.setdefault(document_id, DocumentStopped(reason=text))
    return stops


def _raised(document_ids: Sequence[int]) -> QuerySet[Any, Any]:
    """Stops first, then holds, each in the order in which they came: by one query."""
    nothing = Value("")
    tokens = StopToken.objects.filter(fulfillment__in=document_ids, lifted_at=None)
    on = "order__items__fulfillment_lines__"
    holds = OrderHold.objects.order_by().filter(
        released_at=None,
        **{f"{on}fulfillment__in": document_ids, f"{on}cancelled_at": None},
    )
    first = tokens.values_list(Value(0), "pk", "fulfillment_id", "reason", nothing, nothing)
    return first.union(
        holds.values_list(Value(1), "pk", f"{on}fulfillment_id", "detail", "owner", "code")
    )


def _words_of(detail: str, *, owner: str, code: str) -> str:
    """A person's own words, or what the program found and where."""
    if detail and owner == OrderHold.Owner.PERSON:
        return detail
    return words(f"{code}: {detail}" if detail else code)


def freeze_document(document: FulfillmentOrder, *, reason: str, now: datetime) -> None:
    """Close a locked document to late siblings; the first reason stays."""
    if document.frozen_at is None:
        document.frozen_at, document.frozen_reason = now, reason[:32]
        document.save(update_fields=["frozen_at", "frozen_reason"])
