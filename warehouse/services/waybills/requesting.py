"""Ask for a waybill: the row is the intent, and nobody asks twice for one parcel."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.stations import check_open
from oms.transitions import fire
from warehouse.dto import client_order_id
from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.accounts import account_for, is_ciphertext
from warehouse.services.waybills.platform_requests import order_numbers
from warehouse.services.waybills.requests import check_parties

LIVE = (
    WaybillStatus.REQUESTED,
    WaybillStatus.ISSUED,
    WaybillStatus.UNKNOWN,
    WaybillStatus.FAILED,
    WaybillStatus.USED,
)
OPEN = (WaybillStatus.REQUESTED, WaybillStatus.UNKNOWN)
HEAD_START = timedelta(seconds=30)
"""The page that asked calls the carrier itself; the background waits so long before it does."""


class ParcelIsGone(Refusal):
    message = _("This parcel was opened again or has left: %(state)s.")


@atomic_service
def request_waybill(shipment_id: int, *, actor: User, now: datetime) -> Waybill:
    """Write down that a parcel needs a waybill, or return the one it has.

    One that the carrier refused is asked for again, under the same number of ours.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if the document must not go on: then no carrier is called at all
    :raises NoCarrierAccount, NoReceiver, PlatformWaybillOnly, NoSender, ParcelIsGone: as they say
    :raises ForeignCiphertext, NoPlatformOrder: if the store's platform could not take the parcel
    """
    shipment = Shipment.objects.select_related("fulfillment__warehouse").get(pk=shipment_id)
    check_open(shipment.fulfillment_id, permission="pack", actor=actor)
    shipment = lock_row(Shipment, shipment_id)
    waybill = live_waybill(shipment_id)
    if waybill is None:
        if shipment.status != ShipmentStatus.PACKED:
            raise ParcelIsGone(state=shipment.get_status_display())
        return _write(shipment, actor=actor, now=now)
    if waybill.status == WaybillStatus.FAILED:
        if shipment.status != ShipmentStatus.PACKED:
            raise ParcelIsGone(state=shipment.get_status_display())
        _check(shipment)
        fire(waybill, "retry", now=now, actor=actor)
    if waybill.status in OPEN:
        waybill.not_before, waybill.needs_person = now + HEAD_START, False
        waybill.save(update_fields=["not_before", "needs_person"])
    return waybill


def live_waybill(shipment_id: int) -> Waybill | None:
    """Return the parcel's waybill, unless it was voided; refused ones count, to be retried."""
    rows = Waybill.objects.filter(shipment=shipment_id, status__in=LIVE)
    return rows.select_related("account", "shipment").first()


def _check(shipment: Shipment) -> None:
    check_parties(shipment)
    if is_ciphertext(shipment.fulfillment.receiver):
        order_numbers(shipment)


def _write(shipment: Shipment, *, actor: User, now: datetime) -> Waybill:
    _check(shipment)
    earlier = Waybill.objects.filter(shipment=shipment).aggregate(last=Max("attempt"))["last"]
    attempt = (earlier or 0) + 1
    waybill = Waybill.objects.create(
        shipment=shipment,
        account=account_for(shipment.fulfillment),
        attempt=attempt,
        client_order_id=client_order_id(shipment.package_no, attempt),
        requested_by=actor,
        requested_at=now,
        not_before=now + HEAD_START,
        status=WaybillStatus.REQUESTED,
        status_at=now,
    )
    timeline.record_created(waybill.SUBJECT, [waybill.pk], waybill.status, at=now, actor=actor)
    return waybill
