"""The dock: parcels are scanned one after another, then the carrier takes all of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.events import bus
from oms.events.types import PackagesShipped
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment, ShipmentLine, User, Warehouse
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment import parcels as shared_parcels
from oms.services.fulfillment.contents import unwanted
from oms.services.fulfillment.stations import check_open, stops_of
from oms.transitions import fire_rows
from warehouse.flows import WaybillStatus
from warehouse.models import Handover, Parcel, Waybill
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.packing.ending import end_work
from warehouse.services.stock.bins import take_all

PERMISSION = "hand_over"
MOST_PARCELS = 200


class NotAParcel(Refusal):
    message = _("Scan the waybill of a parcel.")


class NotLabelled(Refusal):
    message = _("This parcel has no waybill yet. Label it first.")


class OpenedAgain(Refusal):
    message = _("This parcel was taken back: its waybill is void. Put it aside.")


class GoneAlready(Refusal):
    message = _("This parcel was handed over before.")


class AtAnotherDock(Refusal):
    message = _("%(person)s has scanned this parcel already.")


class NothingScanned(Refusal):
    message = _("No parcel was scanned yet.")


class EnoughForOnce(Refusal):
    message = _("%(most)d parcels: hand these over first.")


def current(user: User, *, warehouse_id: int) -> Handover | None:
    rows = Handover.objects.filter(warehouse=warehouse_id, opened_by=user, closed_at=None)
    return rows.first()


def _lock_current(user: User, *, warehouse_id: int) -> Handover | None:
    """Return the open hand-over, nobody else scanning into it or closing it; the database looks at
    ``closed_at`` again when the wait is over."""
    rows = Handover.objects.filter(warehouse=warehouse_id, opened_by=user, closed_at=None)
    return rows.select_for_update().first()


def _lock_or_open(user: User, *, warehouse_id: int, now: datetime) -> Handover:
    while (mine := _lock_current(user, warehouse_id=warehouse_id)) is None:
        # Another device under the same login may open one in this moment: then that is locked.
        Handover.objects.get_or_create(
            warehouse_id=warehouse_id, opened_by=user, closed_at=None, defaults={"opened_at": now}
        )
    return mine


def collected(handover: Handover | None) -> list[Parcel]:
    """Return the parcels that were scanned, the latest first."""
    if handover is None:
        return []
    rows = Parcel.objects.filter(handover=handover).select_related("shipment__fulfillment")
    return list(rows.order_by("-scanned_at", "-pk"))


def waiting(warehouse_id: int) -> dict[str, int]:
    """Count labelled parcels that have not left, by carrier."""
    rows = Shipment.objects.filter(
        fulfillment__warehouse=warehouse_id, status=ShipmentStatus.LABELLED
    )
    counted = rows.values_list("carrier").annotate(n=Count("pk")).order_by("carrier")
    return dict(counted)


@atomic_service
def at_dock(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Take one scan at the dock.

    :raises NotAllowed: if the person may not hand over in the warehouse
    :raises DocumentStopped: if the parcel must not leave
    :raises Refusal: one of this module, if the parcel cannot leave now
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    match scan.command:
        case Command.HAND_OVER:
            return hand_over(warehouse_id, actor=actor, now=now)
        case Command.UNDO:
            return _take_off(_lock_current(actor, warehouse_id=warehouse_id))
    shipment_id = scan.id_of("waybill") or scan.id_of("package")
    if shipment_id is None:
        raise NotAParcel
    return _collect(warehouse_id, shipment_id, actor=actor, now=now)


def _collect(warehouse_id: int, shipment_id: int, *, actor: User, now: datetime) -> Outcome:
    # The hand-over before documents and parcels, as when it is closed.
    mine = _lock_or_open(actor, warehouse_id=warehouse_id, now=now)
    shipment = Shipment.objects.get(pk=shipment_id)
    if shipment.status in (ShipmentStatus.PACKED, ShipmentStatus.LABELLED):
        check_open(shipment.fulfillment_id, permission=PERMISSION, actor=actor)
    shipment = lock_row(Shipment, shipment_id)
    _require_labelled(shipment)
    parcel = Parcel.objects.select_for_update().get(shipment=shipment)
    # What is closed has left without this parcel: it binds nobody.
    open_one = parcel.handover if parcel.handover and not parcel.handover.closed_at else None
    if open_one is not None and open_one.opened_by_id != actor.pk:
        raise AtAnotherDock(person=str(open_one.opened_by))
    facts = {"waybill": shipment.waybill_no or ""}
    if open_one is not None:
        # Its channel was asked again for this scan, so that the answer is as young as the scan.
        parcel.scanned_at = now
        parcel.save(update_fields=["scanned_at"])
        return Outcome("parcel_scanned_before", facts, tone=Tone.INFO)
    if Parcel.objects.filter(handover=mine).count() >= MOST_PARCELS:
        raise EnoughForOnce(most=MOST_PARCELS)
    parcel.handover, parcel.scanned_at = mine, now
    parcel.save(update_fields=["handover", "scanned_at"])
    return Outcome("parcel_collected", facts)


def _require_labelled(shipment: Shipment) -> None:
    if shipment.status == ShipmentStatus.PACKED:
        raise NotLabelled
    if shipment.status == ShipmentStatus.CANCELLED:
        raise OpenedAgain
    if shipment.status != ShipmentStatus.LABELLED:
        raise GoneAlready


def _take_off(handover: Handover | None) -> Outcome:
    scanned = collected(handover)
    if not scanned:
        raise NothingScanned
    _release(scanned[:1])
    return Outcome("parcel_taken_off", {"waybill": scanned[0].shipment.waybill_no or ""}, Tone.INFO)


def _release(parcels: Sequence[Parcel]) -> None:
    rows = Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels])
    rows.update(handover=None, scanned_at=None)


@atomic_service
def hand_over(warehouse_id: int, *, actor: User, now: datetime) -> Outcome:
    """Give everything that was scanned to the carriers: books, bins and event in one transaction.

    If one of the parcels was stopped meanwhile, it is taken off and nothing is handed over: the
    person takes it out of the cage and says so again.

    :raises NotAllowed: if the person may not hand over in the warehouse
    :raises NothingScanned: if there is nothing
    :raises DocumentStopped: if a stop came in this very moment
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    handover = _lock_current(actor, warehouse_id=warehouse_id)
    scanned = collected(handover)
    if handover is None or not scanned:
        raise NothingScanned
    stopped = _stopped(scanned)
    if stopped:
        _release(stopped)
        numbers = ", ".join(parcel.shipment.waybill_no or "" for parcel in stopped)
        return Outcome("parcels_stopped", {"waybills": numbers}, tone=Tone.STOP)
    ids = sorted(parcel.shipment_id for parcel in scanned)
    shared_parcels.hand_over(ids, actor=actor, now=now)
    end_work({parcel.shipment.fulfillment_id for parcel in scanned}, now=now)
    used = Waybill.objects.filter(shipment__in=ids, status=WaybillStatus.ISSUED)
    fire_rows(list(used.order_by("pk").select_for_update()), "use", now=now, actor=actor)
    _empty_bins(scanned)
    handover.closed_at = now
    handover.save(update_fields=["closed_at"])
    bus.publish(PackagesShipped(ids), now=now)
    return Outcome("handed_over", {"n": len(ids)}, tone=Tone.DONE)


def _stopped(scanned: Sequence[Parcel]) -> list[Parcel]:
    """Read without a lock: the shared service asks again under it."""
    documents = {row.shipment.fulfillment_id: row.shipment.fulfillment for row in scanned}
    stopped = {*stops_of(list(documents.values())), *unwanted(documents)}
    return [
        parcel
        for parcel in scanned
        if parcel.shipment.status != ShipmentStatus.LABELLED
        or parcel.shipment.fulfillment_id in stopped
    ]


def _empty_bins(scanned: Sequence[Parcel]) -> None:
    """The books of these goods were moved before, so the bins come in the same order as ever."""
    bins = {parcel.shipment_id: parcel.bin_id for parcel in scanned}
    parts = ShipmentLine.objects.filter(shipment__in=bins).select_related("fulfillment_line")
    units = Counter[tuple[int, int]]()
    for part in parts:
        units[bins[part.shipment_id], part.fulfillment_line.sku_id] += part.quantity
    take_all(units)
