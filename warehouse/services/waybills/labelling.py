"""The label of one parcel, as the packing table asks for it: number, print, reprint."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.audit import timeline
from oms.models import Shipment, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.stations import check_open
from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.calling import call_carrier
from warehouse.services.waybills.contents import render
from warehouse.services.waybills.requesting import OPEN, live_waybill, request_waybill
from warehouse.services.waybills.voiding import ReasonNeeded

_NUMBERED = (WaybillStatus.ISSUED, WaybillStatus.USED)


class NoWaybillYet(Refusal):
    message = _("The parcel has no waybill yet.")


class NotPrintedYet(Refusal):
    message = _("Print the label from the packing table: every print is counted.")


def label_parcel(shipment_id: int, *, actor: User, now: datetime) -> Waybill:
    """Get a parcel its waybill: intent committed, carrier called, result committed.

    Repeated it goes on where it stands; an unknown outcome is looked up first.

    :raises Refusal: as ``request_waybill`` says; then no carrier was called
    """
    waybill = request_waybill(shipment_id, actor=actor, now=now)
    if waybill.status in OPEN:
        waybill = call_carrier(waybill.pk, now=now)
    return waybill


@atomic_service
def note_print(shipment_id: int, *, actor: User, now: datetime, reason: str = "") -> Waybill:
    """Count a print of a parcel's label; the second one and every other needs a reason.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if the document must not go on
    :raises NoWaybillYet: if there is nothing to print
    :raises ReasonNeeded: for a reprint without one
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    check_open(shipment.fulfillment_id, permission="pack", actor=actor)
    found = live_waybill(shipment_id)
    if found is None or found.status not in _NUMBERED:
        raise NoWaybillYet
    waybill = lock_row(Waybill, found.pk)
    if waybill.print_count and not reason.strip():
        raise ReasonNeeded
    waybill.print_count += 1
    waybill.save(update_fields=["print_count"])
    action = "print" if waybill.print_count == 1 else "reprint"
    timeline.record(
        Waybill.SUBJECT, waybill.pk, action, at=now, actor=actor, note=reason.strip()[:300]
    )
    return waybill


def label_pdf(waybill_id: int, *, actor: User, now: datetime) -> bytes:
    """Return the label of a print that was counted.

    :raises Waybill.DoesNotExist: missing and forbidden look the same to the caller
    :raises DocumentStopped: if the document must not go on
    :raises NotPrintedYet: if no print was counted
    :raises NoLabelData: if the carrier sent none
    """
    return render(printable(waybill_id, actor=actor), now=now)


@atomic_service
def printable(waybill_id: int, *, actor: User) -> Waybill:
    """Return a waybill of which a print was counted, for whoever packs in its warehouse.

    :raises Waybill.DoesNotExist: missing and forbidden look the same to the caller
    :raises DocumentStopped: if the document must not go on
    :raises NotPrintedYet: if no print was counted
    """
    allowed = scope(actor).ids("pack")
    rows = Waybill.objects.select_related(
        "account", "shipment__fulfillment__warehouse", "shipment__fulfillment__receiver"
    )
    waybill = rows.get(
        pk=waybill_id, status__in=_NUMBERED, shipment__fulfillment__warehouse__in=allowed
    )
    check_open(waybill.shipment.fulfillment_id, permission="pack", actor=actor)
    if waybill.print_count == 0:
        raise NotPrintedYet
    return waybill
