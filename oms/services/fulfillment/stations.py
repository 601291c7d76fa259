"""The one door through which a document passes a station: right, stops, move, in that order.

Raising a stop and passing a station lock the same row, so one of them comes first for certain (I6).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require_at
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, OrderHold, StopToken, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.hold_words import words
from oms.statements import Template
from oms.transitions import fire

_ANY = -1


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
    document = lock_row(FulfillmentOrder, fulfillment_id)
    require_at(actor, permission, warehouse_id=document.warehouse_id)
    refuse_if_stopped(document)
    return document


def lock_open(fulfillment_id: int, *, permission: str, actor: User) -> None:
    """Do what ``check_open`` does for a scan that needs nothing of the document itself, inside the
    caller's transaction: two short statements.

    :raises NotAllowed: if the person does not hold the right in the warehouse
    :raises DocumentStopped: if it must not go on
    """
    [(status, warehouse_id)] = _locking().rows({_ANY: fulfillment_id})
    require_at(actor, permission, warehouse_id=warehouse_id)
    for stop in _stops_among({fulfillment_id: status}).values():
        raise stop


@cache
def _locking() -> Template:
    rows = FulfillmentOrder.objects.order_by().filter(pk=_ANY).select_for_update()
    return Template.of(rows.values_list("status", "warehouse_id"))


def refuse_if_stopped(document: FulfillmentOrder) -> None:
    """:raises DocumentStopped: if the locked document was cancelled, stopped, or is held"""
    for stop in stops_of([document]).values():
        raise stop


def stops_of(documents: Iterable[FulfillmentOrder]) -> dict[int, DocumentStopped]:
    """Return why documents must not go on, those that may are missing: cancelled, stopped, held.

    It costs the same for one as for many. Only under their locks is the answer still true when it
    is used.
    """
    return _stops_among({document.pk: document.status for document in documents})


def _stops_among(standing: Mapping[int, str]) -> dict[int, DocumentStopped]:
    stops: dict[int, DocumentStopped] = {
        pk: DocumentCancelled()
        for pk, status in standing.items()
        if status == FulfillmentStatus.CANCELLED
    }
    others = [pk for pk in standing if pk not in stops]
    if others:
        for _rank, _pk, document_id, reason, owner, code in sorted(_raised(others)):
            text = _words_of(reason, owner=owner, code=code) if code else words(reason)
            stops.setdefault(document_id, DocumentStopped(reason=text))
    return stops


def _raised(document_ids: Sequence[int]) -> list[Any]:
    """Stops first, then holds, each in the order in which they came: by one query."""
    places = range(-len(document_ids), 0)
    return _raising(len(document_ids)).rows(dict(zip(places, document_ids, strict=True)))


@lru_cache(maxsize=64)
def _raising(count: int) -> Template:
    nothing, anybody = Value(""), range(-count, 0)
    tokens = StopToken.objects.order_by().filter(fulfillment__in=anybody, lifted_at=None)
    on = "order__items__fulfillment_lines__"
    holds = OrderHold.objects.order_by().filter(
        released_at=None, **{f"{on}fulfillment__in": anybody, f"{on}cancelled_at": None}
    )
    first = tokens.values_list(Value(0), "pk", "fulfillment_id", "reason", nothing, nothing)
    return Template.of(
        first.union(
            holds.values_list(Value(1), "pk", f"{on}fulfillment_id", "detail", "owner", "code")
        )
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
