"""A waybill that a person printed elsewhere, with the platform's own tool, typed in by hand.

An address that belongs to a platform is readable for nobody but its e-waybill service: the number
comes back to us on paper.
"""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from oms.flows.shipment import ShipmentStatus
from oms.models import FulfillmentOrder, Receiver, Shipment, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.registries import resolve_barcode, waybill_forms
from oms.services.fulfillment.parcels import attach_waybill, detach_waybill
from oms.services.fulfillment.stations import check_open

TYPED = "typed"
"""The issuer of a number that nobody's service gave us: no carrier is told when it is taken off."""
CARRIERS = ("sf", "zto", "yto", "sto", "yunda", "jt", "ems", "china_post", "jd", "deppon", "best")
"""Our codes of the carriers that the platforms' tools print for; channels translate them."""

_ANY_FORM = re.compile(r"(?=.*\d{6})[A-Z0-9]{8,30}", re.ASCII)


class UnknownCarrier(Refusal):
    message = _("Choose the carrier of the waybill.")


class NoWaybillNumber(Refusal):
    message = _("%(number)s is no waybill number of this carrier. Scan the barcode of the waybill.")


class NumberIsOurs(Refusal):
    message = _("%(number)s is a code of our own, not a waybill. Scan the barcode of the waybill.")


class NumberTaken(Refusal):
    message = _("Waybill %(number)s is on parcel %(parcel)s already.")


class NumberTakenJustNow(Refusal):
    message = _("Another parcel has waybill %(number)s already.")


class NoNumberWanted(Refusal):
    message = _("This parcel takes no waybill now: %(state)s.")


class NotTyped(Refusal):
    message = _("The waybill of this parcel was not entered by hand, or the parcel has left.")


class TakingOffReasonMissing(Refusal):
    message = _("Say why: the reason stays with the parcel.")


def needs_platform_waybill(shipment: Shipment) -> bool:
    """Tell whether only the platform's own tool can print this parcel's waybill."""
    receiver = shipment.fulfillment.receiver
    return receiver is not None and receiver.kind != Receiver.Kind.PLAIN


@atomic_service
def type_waybill(
    shipment_id: int, *, carrier: str, waybill_no: str, actor: User, now: datetime
) -> Shipment:
    """Put a waybill that was printed elsewhere on a packed parcel; a repeat changes nothing.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if the document must not go on
    :raises UnknownCarrier, NoWaybillNumber, NumberIsOurs, NumberTaken, NumberTakenJustNow: for a
        wrong entry
    :raises NoNumberWanted: if the parcel has a waybill, was opened again, or has left
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    check_open(shipment.fulfillment_id, permission="pack", actor=actor)
    number = _read(waybill_no, carrier=carrier)
    shipment = lock_row(Shipment, shipment_id)
    if is_typed(shipment) and (shipment.carrier, shipment.waybill_no) == (carrier, number):
        return shipment
    if shipment.status != ShipmentStatus.PACKED:
        raise NoNumberWanted(state=shipment.get_status_display())
    _refuse_known(number, actor=actor)
    try:
        with transaction.atomic():
            return attach_waybill(
                shipment_id,
                carrier=carrier,
                waybill_no=number,
                issuer=TYPED,
                account="",
                actor=actor,
                now=now,
            )
    except IntegrityError as error:
        raise NumberTakenJustNow(number=number) from error


@atomic_service
def take_off_typed(shipment_id: int, *, reason: str, actor: User, now: datetime) -> Shipment:
    """Take a number that was typed off its parcel again, while the parcel is still here.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises TakingOffReasonMissing: without a reason
    :raises NotTyped: if a carrier issued it, there is none, or the parcel has left
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    if not reason.strip():
        raise TakingOffReasonMissing
    lock_row(FulfillmentOrder, shipment.fulfillment_id)
    shipment = lock_row(Shipment, shipment_id)
    if not is_typed(shipment):
        raise NotTyped
    return detach_waybill(shipment_id, actor=actor, now=now, reason=reason.strip()[:300])


def is_typed(shipment: Shipment) -> bool:
    """Tell whether the parcel stands here under a number that was entered by hand."""
    return shipment.issuer == TYPED and shipment.status == ShipmentStatus.LABELLED


def _read(raw: str, *, carrier: str) -> str:
    """Return the number as it is printed: capitals, no blanks."""
    if carrier not in CARRIERS:
        raise UnknownCarrier
    number = "".join(raw.split()).upper()
    form = next((one for one in waybill_forms if one.key == carrier), None)
    if not _ANY_FORM.fullmatch(number) or (form is not None and not form.fits(number)):
        raise NoWaybillNumber(number=number[:40])
    return number


def _refuse_known(number: str, *, actor: User) -> None:
    """Paper is mixed up easily: the number of another parcel, or the code on the tote beside it."""
    other = Shipment.objects.filter(waybill_no=number).first()
    if other is not None:
        raise NumberTaken(number=number, parcel=other.package_no)
    if Shipment.objects.filter(package_no=number).exists() or resolve_barcode(actor, number):
        raise NumberIsOurs(number=number)
