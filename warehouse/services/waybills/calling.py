"""Call the carrier about a waybill. Never inside a transaction, always with the same number of
ours, and never two callers at once. Whatever it answers is committed; what it did not answer is
asked again until somebody knows."""

from datetime import datetime, timedelta

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.shipment import ShipmentStatus
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import FulfillmentOrder, Shipment
from oms.models.locking import atomic_service, lock_row
from oms.services.fulfillment.parcels import attach_waybill
from oms.services.fulfillment.stations import DocumentStopped, refuse_if_stopped
from oms.transitions import fire
from warehouse.carriers.base import Undeliverable
from warehouse.dto import IssuedWaybill
from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.contents import label_data
from warehouse.services.waybills.issuers import open_issuer
from warehouse.services.waybills.requesting import OPEN

BUSY_FOR = timedelta(seconds=30)
FIRST_PAUSE = timedelta(seconds=15)
MOST_TRIES = 8


def call_carrier(waybill_id: int, *, now: datetime) -> Waybill:
    """Get the number of a requested waybill, or find out whether an earlier call brought one.

    Somebody else calling just now, or a waybill that needs no call, is left alone.
    """
    waybill = _reserve(waybill_id, now=now)
    if waybill is None:
        return Waybill.objects.get(pk=waybill_id)
    try:
        issued = _ask(waybill)
    except IntegrationError as error:
        return _note_failure(waybill_id, error=error, now=now)
    return _note_number(waybill_id, issued=issued, now=now)


def _ask(waybill: Waybill) -> IssuedWaybill:
    """:raises IntegrationError: also when the account itself is not set up"""
    with open_issuer(waybill) as issuer:
        if waybill.status == WaybillStatus.UNKNOWN:
            found = issuer.find(waybill)
            if found is not None:
                return found
        return issuer.create(waybill)


@atomic_service
def _reserve(waybill_id: int, *, now: datetime) -> Waybill | None:
    """Take the call upon us: committed before it is made, so that nobody else makes it too."""
    document, _shipment, waybill = _lock(waybill_id)
    busy = waybill.busy_until is not None and waybill.busy_until > now
    if waybill.status not in OPEN or busy:
        return None
    try:
        refuse_if_stopped(document)
    except DocumentStopped as stop:
        _stop(document, waybill, str(stop), now=now)
        return None
    waybill.busy_until = now + BUSY_FOR
    waybill.tries += 1
    waybill.save(update_fields=["busy_until", "tries"])
    return waybill


def _stop(document: FulfillmentOrder, waybill: Waybill, why: str, *, now: datetime) -> None:
    """Nobody is called for a stopped document; what may exist already is found out, and voided if
    the document is gone for good."""
    waybill.last_error, waybill.not_before = why[:300], now + FIRST_PAUSE * 4
    waybill.save(update_fields=["last_error", "not_before"])
    if waybill.tries == 0:
        fire(waybill, "fail", now=now, note=why[:300])
    elif document.status == FulfillmentStatus.CANCELLED:
        _ask_void(waybill, now=now, note=why)


@atomic_service
def _note_number(waybill_id: int, *, issued: IssuedWaybill, now: datetime) -> Waybill:
    document, shipment, waybill = _lock(waybill_id)
    waybill.waybill_no = issued.waybill_no
    waybill.carrier_order_id = issued.carrier_order_id[:64]
    waybill.label = label_data(issued)
    waybill.holds_document = bool(issued.print_data)
    waybill.sort_code = issued.route.sort_code[:64] if issued.route else ""
    waybill.review_reason = issued.reason[:200] if issued.needs_review else ""
    waybill.issued_at, waybill.busy_until, waybill.last_error = now, None, ""
    waybill.save()
    if waybill.status not in OPEN:
        return waybill  # it is being voided: that call needed this number
    fire(waybill, "issue", now=now, note=issued.waybill_no)
    gone = document.status == FulfillmentStatus.CANCELLED
    if gone or shipment.status != ShipmentStatus.PACKED:
        _ask_void(waybill, now=now, note="taken back while the carrier was asked")
        return waybill
    attach_waybill(
        shipment.pk,
        carrier=waybill.account.carrier,
        waybill_no=issued.waybill_no,
        issuer=issued.platform or waybill.account.carrier,
        account=waybill.account.name,
        actor=None,
        now=now,
    )
    return waybill


@atomic_service
def _note_failure(waybill_id: int, *, error: IntegrationError, now: datetime) -> Waybill:
    _document, _shipment, waybill = _lock(waybill_id)
    waybill.busy_until, waybill.last_error = None, str(error)[:300]
    waybill.not_before = now + FIRST_PAUSE * 2 ** min(waybill.tries, MOST_TRIES)
    waybill.needs_person = waybill.tries >= MOST_TRIES
    if isinstance(error, Undeliverable):
        waybill.waybill_no = error.waybill.waybill_no
    waybill.save()
    if waybill.status not in OPEN:
        return waybill
    spent = isinstance(error, Undeliverable) or (
        error.outcome_unknown and error.kind is ErrorKind.FATAL
    )
    if spent:
        # Our number is used up at the carrier: cleared there, the next attempt takes another.
        _ask_void(waybill, now=now, note=str(error))
    elif error.outcome_unknown:
        if waybill.status == WaybillStatus.REQUESTED:
            fire(waybill, "doubt", now=now, note=str(error)[:300])
    elif not error.retryable:
        fire(waybill, "fail", now=now, note=str(error)[:300])
    return waybill


def _ask_void(waybill: Waybill, *, now: datetime, note: str) -> None:
    waybill.not_before, waybill.tries, waybill.needs_person = now, 0, False
    waybill.save(update_fields=["not_before", "tries", "needs_person"])
    fire(waybill, "ask_void", now=now, note=note[:300])


def _lock(waybill_id: int) -> tuple[FulfillmentOrder, Shipment, Waybill]:
    """Documents before parcels before waybills."""
    shipment = Shipment.objects.get(waybills=waybill_id)
    document = lock_row(FulfillmentOrder, shipment.fulfillment_id)
    shipment = lock_row(Shipment, shipment.pk)
    rows = Waybill.objects.select_related("account", "shipment__fulfillment")
    waybill = rows.select_for_update(of=("self",)).get(pk=waybill_id)
    return document, shipment, waybill
