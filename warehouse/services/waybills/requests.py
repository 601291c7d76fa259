"""A parcel in the carrier's words."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from oms.dto import PlainReceiver
from oms.models import Shipment, ShipmentLine
from oms.refusals import Refusal
from warehouse.dto import Address, CargoLine, Sender, WaybillRequest
from warehouse.models import Waybill
from warehouse.services.waybills.accounts import has_platform_account, is_ciphertext

UNKNOWN_WEIGHT_G = 1000
"""What carriers bill at least: told when nobody knows the weight of the goods."""


class NoReceiver(Refusal):
    message = _("The parcel has no receiver.")


class PlatformWaybillOnly(Refusal):
    message = _(
        "The address belongs to the platform: print the waybill with the platform's own tool, then "
        "enter its number."
    )


class NoSender(Refusal):
    message = _("The warehouse %(warehouse)s has no contact, phone or address to send from.")


def check_parties(shipment: Shipment) -> None:
    """Refuse before anything is written what no carrier could take.

    :raises NoReceiver, PlatformWaybillOnly, NoSender: whichever is wrong
    """
    receiver, warehouse = shipment.fulfillment.receiver, shipment.fulfillment.warehouse
    if receiver is None or receiver.erased_at is not None:
        raise NoReceiver
    if is_ciphertext(receiver) and not has_platform_account(shipment.fulfillment):
        raise PlatformWaybillOnly
    if not (warehouse.contact_name and warehouse.contact_phone and warehouse.address):
        raise NoSender(warehouse=warehouse.name)


def build(waybill: Waybill) -> WaybillRequest:
    """Return the request of this attempt; the same row always gives the same request."""
    shipment = waybill.shipment
    return WaybillRequest(
        package_no=shipment.package_no,
        attempt=waybill.attempt,
        sender=sender_of(shipment),
        receiver=receiver_of(shipment),
        cargo=tuple(_cargo(shipment)),
        weight_g=weight_of(shipment),
        product_code=waybill.account.product,
        cod_amount=cod_of(shipment),
    )


def sender_of(shipment: Shipment) -> Sender:
    warehouse = shipment.fulfillment.warehouse
    return Sender(
        name=warehouse.contact_name,
        phone=warehouse.contact_phone,
        company=shipment.fulfillment.store.name,
        address=Address(
            province=warehouse.province,
            city=warehouse.city,
            district=warehouse.district,
            street=warehouse.address,
        ),
    )


def receiver_of(shipment: Shipment) -> PlainReceiver:
    """:raises NoReceiver: if there is none"""
    row = shipment.fulfillment.receiver
    if row is None:
        raise NoReceiver
    return PlainReceiver(
        name=row.name,
        phone=row.phone,
        country=row.country,
        province=row.province,
        city=row.city,
        district=row.district,
        town=row.town,
        street=row.street,
        postcode=row.postcode,
    )


def parts_of(shipment: Shipment) -> list[ShipmentLine]:
    rows = ShipmentLine.objects.filter(shipment=shipment).order_by("pk")
    return list(rows.select_related("fulfillment_line__sku", "fulfillment_line__order_item__order"))


def _cargo(shipment: Shipment) -> list[CargoLine]:
    return [
        CargoLine(name=part.fulfillment_line.sku.name, quantity=part.quantity)
        for part in parts_of(shipment)
    ]


def weight_of(shipment: Shipment) -> int:
    """Return grams: weighed, else reckoned, else what carriers bill at least."""
    return shipment.weight_g or shipment.expected_weight_g or UNKNOWN_WEIGHT_G


def cod_of(shipment: Shipment) -> Decimal | None:
    return shipment.cod_amount if shipment.cod_amount > 0 else None
