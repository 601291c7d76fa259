"""Before a parcel is packed or leaves, its orders' channels are asked for refunds just opened."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oms.access.checks import may
from oms.flows.shipment import ShipmentStatus
from oms.models import FulfillmentOrder, Shipment, User, Warehouse
from oms.refusals import Refusal
from oms.services.live_refunds import NoAnswerYet, ask_before_leaving, ask_for_many
from warehouse.models import Parcel, PickSlot
from warehouse.services.barcodes import Command, Scan


class StillAsking(Refusal):
    message = _(
        "The platforms are still being asked for refunds of %(n)d parcels. Hand over once more."
    )


_GOOD_FOR = timedelta(minutes=30)
"""How long an answer holds that was given when the parcel was scanned at the dock."""


def look(
    station: str, *, warehouse_id: int, scan: Scan, actor: User, now: datetime
) -> frozenset[int]:
    """Ask for what a scan is about to pack or to let go; return the orders that are held now.

    The station refuses them by their hold. It takes three seconds at most, and nothing is locked
    meanwhile. Whoever may not work there asks nobody.

    :raises NoAnswerYet: if a store's parcels wait for an answer that does not come
    :raises StillAsking: if there are more parcels than can be asked for in that time
    """
    find = {"pack": _to_pack, "hand_over": _to_leave}.get(station)
    place = Warehouse.objects.filter(pk=warehouse_id).first() if find else None
    if find is None or place is None or not may(actor, station, place):
        return frozenset()
    if station == "hand_over" and scan.command is Command.HAND_OVER:
        return _ask_again(_waiting_for_long(place, actor, now=now), now=now)
    documents = find(warehouse_id, scan, actor, now)
    here = FulfillmentOrder.objects.filter(pk__in=documents, warehouse=place)
    ids = list(here.values_list("pk", flat=True)) if documents else []
    try:
        return ask_before_leaving(ids, now=now) if ids else frozenset()
    except NoAnswerYet:
        # For a tote of many there may never be time enough: the dock asks for each by itself.
        if station == "pack" and len(ids) > 1:
            return frozenset()
        raise


def _to_pack(_warehouse: int, scan: Scan, _actor: User, _now: datetime) -> Collection[int]:
    """Ask when a document or its tote is opened, before anybody works on it."""
    if (document := scan.id_of("document")) is not None:
        return [document]
    if (tote := scan.id_of("bin")) is not None:
        slots = PickSlot.objects.filter(tote=tote, closed_at=None)
        return list(slots.values_list("fulfillment_id", flat=True))
    return []


def _to_leave(_warehouse: int, scan: Scan, _actor: User, _now: datetime) -> Collection[int]:
    """Ask for the parcel in hand."""
    number = scan.id_of("waybill") or scan.id_of("package") or 0
    mine = Shipment.objects.filter(pk=number, status=ShipmentStatus.LABELLED)
    return list(mine.values_list("fulfillment_id", flat=True))


def _waiting_for_long(place: Warehouse, actor: User, *, now: datetime) -> QuerySet[Parcel]:
    """Return the parcels in the cage whose channel was asked too long ago."""
    since = now - _GOOD_FOR
    mine = Parcel.objects.filter(
        handover__warehouse=place, handover__opened_by=actor, handover__closed_at=None
    )
    is_old = Q(refunds_asked_at=None) | Q(refunds_asked_at__lt=since)
    return mine.filter(is_old, scanned_at__lt=since)


def _ask_again(parcels: QuerySet[Parcel], *, now: datetime) -> frozenset[int]:
    """Nothing leaves before all of them were asked for; each turn begins where the last ended."""
    waiting = dict(parcels.values_list("pk", "shipment__fulfillment_id"))
    if not waiting:
        return frozenset()
    turn = ask_for_many(set(waiting.values()), now=now)
    asked = [pk for pk, document in waiting.items() if document not in turn.left]
    Parcel.objects.filter(pk__in=asked).update(refunds_asked_at=now)
    if turn.unanswered:
        raise NoAnswerYet(orders=", ".join(turn.unanswered))
    if turn.left:
        raise StillAsking(n=len(waiting) - len(asked))
    return turn.held
