"""A parcel in the words of a platform's waybill service."""

from django.utils.translation import gettext_lazy as _

from oms.dto import (
    CipherReceiver,
    Consignor,
    ParcelItem,
    PlatformWaybillRequest,
)
from oms.models import Order, Receiver, Shipment
from oms.refusals import Refusal
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.waybills.accounts import is_ciphertext
from warehouse.services.waybills.requests import (
    NoReceiver,
    cod_of,
    parts_of,
    receiver_of,
    weight_of,
)


class ForeignCiphertext(Refusal):
    message = _(
        "Order %(order)s belongs to another store: the platform opens an address only for the "
        "store that sold. Pack its goods into a parcel of their own."
    )


class NoPlatformOrder(Refusal):
    message = _("No order of this parcel has a number at the platform: enter a waybill by hand.")


def build(waybill: Waybill) -> PlatformWaybillRequest:
    """Return the request of this attempt; the same row always gives the same request.

    :raises ForeignCiphertext, NoPlatformOrder, NoReceiver: if the platform could not take it
    """
    shipment, account = waybill.shipment, waybill.account
    row = shipment.fulfillment.receiver
    if row is None:
        raise NoReceiver
    return PlatformWaybillRequest(
        request_no=waybill.client_order_id,
        carrier=account.carrier,
        channel_order_nos=order_numbers(shipment),
        receiver=_cipher(row) if is_ciphertext(row) else receiver_of(shipment),
        sender=_sender(shipment, account),
        items=tuple(
            ParcelItem(name=part.fulfillment_line.sku.name, quantity=part.quantity)
            for part in parts_of(shipment)
        ),
        weight_g=weight_of(shipment),
        branch_code=account.branch_code,
        product=account.product,
        template_url=account.template_url,
        monthly_account=account.monthly_card,
        cod_amount=cod_of(shipment),
    )


def order_numbers(shipment: Shipment) -> tuple[str, ...]:
    """Return the platform's numbers of a parcel's orders, first the one that gave its receiver.

    Goods sent again go under the order they belong to.

    :raises ForeignCiphertext: if one is another store's
    :raises NoPlatformOrder: if none has a number there
    """
    document = shipment.fulfillment
    orders = {part.fulfillment_line.order_item.order for part in parts_of(shipment)}
    for order in orders:
        if order.store_id != document.store_id:
            raise ForeignCiphertext(order=order.order_no)
    ordered = sorted(orders, key=lambda each: (not _is_owner(each, document.receiver), each.pk))
    numbers = dict.fromkeys(_number(order) for order in ordered)
    found = tuple(number for number in numbers if number)
    if not found:
        raise NoPlatformOrder
    return found


def _is_owner(order: Order, receiver: Receiver | None) -> bool:
    return receiver is not None and order.receiver_id == receiver.pk


def _number(order: Order) -> str:
    at: Order | None = order
    while at is not None:
        if at.channel_order_no:
            return at.channel_order_no
        at = at.origin_order
    return ""


def _cipher(row: Receiver) -> CipherReceiver:
    told = row.platform_cipher or {}
    return CipherReceiver(
        platform_ref=row.platform_ref,
        name_cipher=told.get("name", ""),
        phone_cipher=told.get("phone", ""),
        street_cipher=told.get("street", ""),
        name_mask=row.name_mask,
        phone_mask=row.phone_mask,
        street_mask=row.street_mask,
        country=row.country,
        province=row.province,
        city=row.city,
        district=row.district,
        town=row.town,
    )


def _sender(shipment: Shipment, account: CarrierAccount) -> Consignor:
    """The service knows a shop by the address that its branch has on file, word for word."""
    warehouse = shipment.fulfillment.warehouse
    ours = {
        "province": warehouse.province,
        "city": warehouse.city,
        "district": warehouse.district,
        "street": warehouse.address,
    }
    place = account.branch_place or ours
    return Consignor(
        name=warehouse.contact_name,
        phone=warehouse.contact_phone,
        province=place.get("province", ""),
        city=place.get("city", ""),
        district=place.get("district", ""),
        town=place.get("town", ""),
        street=place.get("street", ""),
    )
