"""What a label needs: kept when the number is issued, turned into a page when it is printed."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.dto import PlainReceiver
from oms.models import Shipment
from oms.privacy.mask import mask_name, mask_phone
from oms.refusals import Refusal
from warehouse.carriers.installed import carriers
from warehouse.dto import IssuedWaybill, RouteLabel, Sender
from warehouse.labels.model import Label, LabelSize, Party
from warehouse.labels.render import render_labels
from warehouse.models import Waybill
from warehouse.services.waybills.requests import parts_of, receiver_of, sender_of


class NoLabelData(Refusal):
    message = _("The carrier gave no label data with %(waybill)s. Void it and ask for a new one.")


class PrintedByPlatform(Refusal):
    message = _("The platform's own print component prints this label: we cannot draw it.")


def label_data(issued: IssuedWaybill) -> dict[str, Any]:
    """Return what is stored, encrypted, beside the number."""
    return {
        "route": asdict(issued.route) if issued.route else None,
        "origin": issued.origin_code,
        "dest": issued.dest_code,
        "children": list(issued.child_nos),
        "platform": issued.platform,
        "print_data": issued.print_data,
        "raw": dict(issued.raw),
    }


def issued_by_platform(waybill: Waybill) -> bool:
    """Tell whether a platform gave the number, so that its print component prints the label."""
    return bool((waybill.label or {}).get("platform"))


def let_document_go(waybill: Waybill) -> None:
    """Drop a platform's print document, which opens a name and a door for whoever has it; the
    number stays. The caller holds the row."""
    waybill.label = {**(waybill.label or {}), "print_data": ""}
    waybill.holds_document = False
    waybill.save(update_fields=["label", "holds_document"])


def render(waybill: Waybill, *, now: datetime, size: LabelSize = LabelSize.MM_76X130) -> bytes:
    """Draw the label of an issued waybill as PDF; the second print of it is marked as such.

    :raises NoLabelData: if the carrier sent none
    :raises PrintedByPlatform: if it can be opened by its platform's component only
    """
    return render_labels([_label(waybill, now=now)], size=size)


def _label(waybill: Waybill, *, now: datetime) -> Label:
    shipment = waybill.shipment
    route = _route(waybill)
    parts = parts_of(shipment)
    orders = [part.fulfillment_line.order_item.order.order_no for part in parts]
    return Label(
        carrier=str(carriers.get(waybill.account.carrier).label),
        waybill_no=waybill.waybill_no,
        sort_code=route.sort_code,
        bag_place=route.bag_place,
        mapping_codes=tuple(code for code in (route.coding_in, route.coding_out) if code),
        product_name=route.product_name or route.limit_type,
        receiver=_to(receiver_of(shipment)),
        sender=_from(sender_of(shipment)),
        package_no=shipment.package_no,
        order_nos=tuple(dict.fromkeys(orders)),
        goods=tuple(_goods(shipment)),
        cod_amount=shipment.cod_amount if shipment.cod_amount > 0 else None,
        printed_at=f"{timezone.localtime(now):%Y-%m-%d %H:%M}",
        reprint=waybill.print_count > 1,
        qr_payload=route.qr_payload,
    )


def _route(waybill: Waybill) -> RouteLabel:
    stored = (waybill.label or {}).get("route")
    if issued_by_platform(waybill):
        raise PrintedByPlatform
    if not stored:
        raise NoLabelData(waybill=waybill.waybill_no)
    return RouteLabel(**stored)


def _goods(shipment: Shipment) -> list[str]:
    units: dict[str, int] = {}
    for part in parts_of(shipment):
        sku = part.fulfillment_line.sku
        text = f"{sku.code} {sku.name}"
        units[text] = units.get(text, 0) + part.quantity
    return [f"{text} × {count}" for text, count in units.items()]


def _to(receiver: PlainReceiver) -> Party:
    """Labels carry no readable name and number any more (express market rules of 2024)."""
    place = receiver.province + receiver.city + receiver.district + receiver.town
    return Party(
        name=mask_name(receiver.name),
        phone=mask_phone(receiver.phone),
        address=place + receiver.street,
    )


def _from(sender: Sender) -> Party:
    place = sender.address.province + sender.address.city + sender.address.district
    return Party(
        name=sender.company or mask_name(sender.name),
        phone=mask_phone(sender.phone),
        address=place + sender.address.street,
    )
