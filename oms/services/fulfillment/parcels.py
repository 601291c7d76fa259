"""Parcels: packed from a document, labelled, and handed over, which books everything once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.events import bus
from oms.events.types import PackagesLabelled, PackagesWeighed
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import (
    FulfillmentLine,
    FulfillmentOrder,
    Order,
    Shipment,
    ShipmentLine,
    User,
    Warehouse,
)
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_rows
from oms.refusals import Refusal
from oms.services import counters
from oms.services.fulfillment.contents import unwanted
from oms.services.fulfillment.finishing import finish_where_all_left
from oms.services.fulfillment.shipping import mark_shipped
from oms.services.fulfillment.stations import (
    UnwantedInside,
    check_open,
    freeze_document,
    stops_of,
)
from oms.transitions import fire, fire_rows


class NotPickedYet(Refusal):
    message = _("The document is not picked completely yet.")


class WrongQuantity(Refusal):
    message = _("More units than were picked, or none at all.")


class WrongWeight(Refusal):
    message = _("A parcel weighs more than nothing and %(most)d kg at most.")


class NotWeighedNow(Refusal):
    message = _("This parcel is not weighed any more: %(state)s.")


HEAVIEST_G = 150_000
_PACKABLE = (FulfillmentStatus.PICKED, FulfillmentStatus.PACKED)


@atomic_service
def open_shipment(
    fulfillment_id: int,
    *,
    quantities: Mapping[int, int],
    expected_weight_g: int,
    actor: User,
    now: datetime,
) -> Shipment:
    """Pack units ({document line id: units}) of a picked document into a new parcel.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if it must not go on
    :raises NotPickedYet: if picking has not ended
    :raises UnwantedInside: if some of the units were cancelled
    :raises WrongQuantity: if units are packed that nobody picked
    """
    document = check_open(fulfillment_id, permission="pack", actor=actor)
    if document.status not in _PACKABLE:
        raise NotPickedYet
    shipment = Shipment.objects.create(
        package_no=new_number("PK", now.date()),
        fulfillment=document,
        carrier=document.carrier,
        expected_weight_g=expected_weight_g,
        created_at=now,
        status=ShipmentStatus.PACKED,
        status_at=now,
    )
    _pack_lines(shipment, quantities)
    timeline.record_created(shipment.SUBJECT, [shipment.pk], shipment.status, at=now, actor=actor)
    freeze_document(document, reason="packed", now=now)
    return shipment


def _pack_lines(shipment: Shipment, quantities: Mapping[int, int]) -> None:
    lines = list(shipment.fulfillment.lines.filter(pk__in=quantities).select_related("sku"))
    if len(lines) != len(quantities) or min(quantities.values(), default=0) <= 0:
        raise WrongQuantity
    gone = [line for line in lines if line.packed_quantity + quantities[line.pk] > _wanted(line)]
    if gone:
        raise UnwantedInside(items=", ".join(line.sku.name for line in gone))
    if any(line.packed_quantity + quantities[line.pk] > line.picked_quantity for line in lines):
        raise WrongQuantity
    counters.shift(
        FulfillmentLine.objects.all(), key="pk", column="packed_quantity", units=quantities, sign=1
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, fulfillment_line=line, quantity=quantities[line.pk])
        for line in lines
    )


def _wanted(line: FulfillmentLine) -> int:
    return 0 if line.cancelled_at else line.quantity


@atomic_service
def attach_waybill(
    shipment_id: int,
    *,
    carrier: str,
    waybill_no: str,
    issuer: str,
    account: str,
    actor: User | None,
    now: datetime,
) -> Shipment:
    """Note the waybill that a carrier issued for the parcel.

    :raises IllegalTransition: if the parcel has a waybill already, or was cancelled meanwhile
    """
    shipment, document = _lock_one(shipment_id)
    if actor is not None:
        require(actor, "pack", document.warehouse)
    fire(shipment, "label", now=now, actor=actor, note=waybill_no)
    shipment.carrier, shipment.waybill_no = carrier, waybill_no
    shipment.issuer, shipment.issuing_account = issuer, account
    shipment.save(update_fields=["carrier", "waybill_no", "issuer", "issuing_account"])
    freeze_document(document, reason="waybill", now=now)
    bus.publish(PackagesLabelled([shipment.pk]), now=now)
    return shipment


@atomic_service
def detach_waybill(shipment_id: int, *, actor: User | None, now: datetime, reason: str) -> Shipment:
    """Take a voided waybill off its parcel.

    :raises IllegalTransition: if the parcel has none, or has left
    """
    shipment, document = _lock_one(shipment_id)
    if actor is not None:
        require(actor, "pack", document.warehouse)
    fire(shipment, "unlabel", now=now, actor=actor, note=reason)
    shipment.waybill_no, shipment.issuer, shipment.issuing_account = None, "", ""
    shipment.first_scanned_at = None
    shipment.save(update_fields=["waybill_no", "issuer", "issuing_account", "first_scanned_at"])
    return shipment


@atomic_service
def weigh(shipment_id: int, *, weight_g: int, actor: User, now: datetime) -> Shipment:
    """Note what a parcel that is still here weighs (grams).

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises WrongWeight: if it weighs nothing, or more than a parcel can
    :raises NotWeighedNow: if it has left or was opened again
    """
    shipment, document = _lock_one(shipment_id)
    require(actor, "pack", document.warehouse)
    if not 0 < weight_g <= HEAVIEST_G:
        raise WrongWeight(most=HEAVIEST_G // 1000)
    if shipment.status not in (ShipmentStatus.PACKED, ShipmentStatus.LABELLED):
        raise NotWeighedNow(state=shipment.get_status_display())
    before, shipment.weight_g = shipment.weight_g, weight_g
    shipment.save(update_fields=["weight_g"])
    note = f"{weight_g} g" if before is None else f"{before} g → {weight_g} g"
    timeline.record(Shipment.SUBJECT, shipment.pk, "weigh", at=now, actor=actor, note=note)
    bus.publish(PackagesWeighed([shipment.pk]), now=now)
    return shipment


@atomic_service
def hand_over(shipment_ids: Iterable[int], *, actor: User, now: datetime) -> list[Shipment]:
    """Give labelled parcels to the carrier: all of them, or by raising none.

    Reservations and stock fall, the items' shipped counters rise, and every original order moves,
    also those of a merge. The caller moves the bins in the same transaction. However many parcels
    there are, each of these steps is one statement.

    :raises NotAllowed: if the person may not hand over in a warehouse of them
    :raises DocumentStopped: if one of them must not leave
    :raises IllegalTransition: if one has no label, or has left already
    """
    ids = sorted(set(shipment_ids))
    orders = lock_rows(Order, orders_in(ids))
    documents = _lock_documents(ids)
    shipments = lock_rows(Shipment, ids)
    _check_leaving(list(documents.values()), actor=actor)
    for shipment in shipments:
        shipment.fulfillment = documents[shipment.fulfillment_id]
    fire_rows(shipments, "hand_over", now=now, actor=actor)
    Shipment.objects.filter(pk__in=ids).update(handed_over_at=now)
    mark_shipped(shipments, orders=orders, now=now, actor=actor)
    finish_where_all_left(list(documents.values()), now=now, actor=actor)
    return shipments


def _check_leaving(documents: Sequence[FulfillmentOrder], *, actor: User) -> None:
    for place in Warehouse.objects.filter(pk__in={row.warehouse_id for row in documents}):
        require(actor, "hand_over", place)
    for stop in stops_of(documents).values():
        raise stop
    for items in unwanted([document.pk for document in documents]).values():
        raise UnwantedInside(items=", ".join(items))


def orders_in(shipment_ids: Sequence[int]) -> set[int]:
    """Return the ids of the orders of which goods are in these parcels."""
    parts = ShipmentLine.objects.filter(shipment__in=shipment_ids)
    return set(parts.values_list("fulfillment_line__order_item__order_id", flat=True))


def _lock_one(shipment_id: int) -> tuple[Shipment, FulfillmentOrder]:
    documents = _lock_documents([shipment_id])
    shipment = lock_rows(Shipment, [shipment_id])[0]
    shipment.fulfillment = documents[shipment.fulfillment_id]
    return shipment, shipment.fulfillment


def _lock_documents(shipment_ids: Sequence[int]) -> dict[int, FulfillmentOrder]:
    """Documents before parcels: the one lock order."""
    wanted = Shipment.objects.filter(pk__in=shipment_ids)
    documents = lock_rows(FulfillmentOrder, wanted.values_list("fulfillment_id", flat=True))
    if wanted.count() != len(set(shipment_ids)):
        raise Shipment.DoesNotExist(shipment_ids)
    return {document.pk: document for document in documents}
