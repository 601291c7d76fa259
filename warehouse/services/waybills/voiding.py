"""Give waybills back to the account that issued them; say so when the carrier refuses."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms import scheduling
from oms.access.checks import require
from oms.flows.shipment import ShipmentStatus
from oms.integration.errors import IntegrationError
from oms.models import FulfillmentOrder, Shipment, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.parcels import detach_waybill
from oms.transitions import fire
from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.calling import BUSY_FOR, FIRST_PAUSE, MOST_TRIES
from warehouse.services.waybills.contents import let_document_go
from warehouse.services.waybills.issuers import open_issuer
from warehouse.services.waybills.requesting import live_waybill

DRAIN = "warehouse.tasks.settle_waybills"
_NEVER_SENT = (WaybillStatus.FAILED,)


class ReasonNeeded(Refusal):
    message = _("Say why: the reason stays with the waybill.")


class WaybillIsGone(Refusal):
    message = _("This waybill cannot be voided any more: %(state)s.")


@atomic_service
def ask_void(waybill_id: int, *, actor: User, reason: str, now: datetime) -> Waybill:
    """Have a waybill voided; its parcel cannot be handed over from now on, until it has a new one.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises ReasonNeeded: without a reason
    :raises WaybillIsGone: if it was used or voided before
    """
    shipment = Shipment.objects.get(waybills=waybill_id)
    document = lock_row(FulfillmentOrder, shipment.fulfillment_id)
    require(actor, "pack", document.warehouse)
    if not reason.strip():
        raise ReasonNeeded
    shipment = lock_row(Shipment, shipment.pk)
    waybill = lock_row(Waybill, waybill_id)
    if "ask_void" not in Waybill.FLOW.actions_from(waybill.status):
        raise WaybillIsGone(state=waybill.get_status_display())
    if shipment.status == ShipmentStatus.LABELLED and shipment.waybill_no == waybill.waybill_no:
        detach_waybill(shipment.pk, actor=actor, now=now, reason=reason)
    _ask(waybill, actor=actor, reason=reason, now=now)
    return waybill


def void_unwanted(shipment_id: int, *, reason: str, now: datetime) -> None:
    """Have the waybill of a parcel voided that is opened again, inside the caller's transaction."""
    waybill = live_waybill(shipment_id)
    if waybill is not None and waybill.status != WaybillStatus.USED:
        _ask(lock_row(Waybill, waybill.pk), actor=None, reason=reason, now=now)


def _ask(waybill: Waybill, *, actor: User | None, reason: str, now: datetime) -> None:
    never_sent = waybill.status in _NEVER_SENT or waybill.tries == 0
    has_number = bool(waybill.waybill_no)
    fire(waybill, "ask_void", now=now, actor=actor, note=reason[:300])
    if never_sent and not has_number:
        fire(waybill, "void", now=now, actor=actor, note="the carrier never had it")
        return
    waybill.not_before, waybill.tries, waybill.needs_person = now, 0, False
    waybill.save(update_fields=["not_before", "tries", "needs_person"])
    if waybill.holds_document:
        let_document_go(waybill)
    scheduling.nudge(DRAIN)


def try_void_again(waybill_id: int, *, actor: User, now: datetime) -> Waybill:
    """Tell the carrier once more to void what it refused, or did not answer about.

    :raises NotAllowed: if the person may not pack in the warehouse
    """
    _wake(waybill_id, actor=actor, now=now)
    return call_void(waybill_id, now=now)


@atomic_service
def _wake(waybill_id: int, *, actor: User, now: datetime) -> None:
    shipment = Shipment.objects.get(waybills=waybill_id)
    document = lock_row(FulfillmentOrder, shipment.fulfillment_id)
    require(actor, "pack", document.warehouse)
    waybill = lock_row(Waybill, waybill_id)
    if waybill.status == WaybillStatus.VOID_REFUSED:
        fire(waybill, "ask_void", now=now, actor=actor)
    waybill.not_before, waybill.needs_person = now, False
    waybill.save(update_fields=["not_before", "needs_person"])


def call_void(waybill_id: int, *, now: datetime) -> Waybill:
    """Tell the carrier to void; repeated it is harmless.

    A number that we never saw is looked for first: it may have come about without an answer.
    """
    waybill = _reserve(waybill_id, now=now)
    if waybill is None:
        return Waybill.objects.get(pk=waybill_id)
    try:
        _void(waybill)
    except IntegrationError as error:
        return _note_refusal(waybill_id, error=error, now=now)
    return _note_void(waybill_id, now=now)


def _void(waybill: Waybill) -> None:
    with open_issuer(waybill) as issuer:
        number = waybill.waybill_no
        if not number:
            found = issuer.find(waybill)
            if found is None:
                return
            number = found.waybill_no
        issuer.void(waybill, number)


@atomic_service
def _reserve(waybill_id: int, *, now: datetime) -> Waybill | None:
    rows = Waybill.objects.select_related("account", "shipment").select_for_update(of=("self",))
    waybill = rows.get(pk=waybill_id)
    busy = waybill.busy_until is not None and waybill.busy_until > now
    if waybill.status != WaybillStatus.VOIDING or busy:
        return None
    waybill.busy_until = now + BUSY_FOR
    waybill.tries += 1
    waybill.save(update_fields=["busy_until", "tries"])
    return waybill


@atomic_service
def _note_void(waybill_id: int, *, now: datetime) -> Waybill:
    waybill = lock_row(Waybill, waybill_id)
    waybill.busy_until = None
    waybill.save(update_fields=["busy_until"])
    fire(waybill, "void", now=now)
    return waybill


@atomic_service
def _note_refusal(waybill_id: int, *, error: IntegrationError, now: datetime) -> Waybill:
    waybill = lock_row(Waybill, waybill_id)
    again = error.retryable or error.outcome_unknown
    waybill.busy_until, waybill.last_error = None, str(error)[:300]
    waybill.not_before = now + FIRST_PAUSE * 2 ** min(waybill.tries, MOST_TRIES)
    waybill.needs_person = not again or waybill.tries >= MOST_TRIES
    waybill.save(update_fields=["busy_until", "last_error", "not_before", "needs_person"])
    if not again:
        fire(waybill, "refuse_void", now=now, note=str(error)[:300])
    return waybill
