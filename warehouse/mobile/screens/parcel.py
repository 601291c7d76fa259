"""The label of a parcel, as the packing table shows it."""

from django.urls import reverse

from oms.admin.words import carrier_label
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
from oms.services.fulfillment.typed_waybills import TYPED, is_typed, needs_platform_waybill
from warehouse.flows import WaybillStatus
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import ParcelView
from warehouse.mobile.screens.weight import weighing
from warehouse.models import Waybill
from warehouse.services.waybills.accounts import has_platform_account
from warehouse.services.waybills.contents import issued_by_platform
from warehouse.services.waybills.requesting import live_waybill


def view(shipment: Shipment) -> ParcelView:
    waybill = live_waybill(shipment.pk)
    state = _state(shipment, waybill)
    error, note = _problem(shipment, waybill), ""
    if waybill is not None and waybill.review_reason:
        note = messages.CARRIER_REVIEWS % {"reason": waybill.review_reason}
    count = waybill.print_count if waybill else 0
    scale = weighing(shipment)
    return ParcelView(
        id=shipment.pk,
        package_no=shipment.package_no,
        state=state,
        text=messages.WAYBILL_STATES[state],
        carrier=_carrier(shipment, waybill),
        waybill_no=_number(shipment, waybill, state),
        error=error,
        note=note,
        print_count=count,
        printed=messages.PRINTED % {"n": count} if count else "",
        weight=scale.text,
        weighing=scale.offer,
        urls=_urls(shipment, waybill),
    )


def _state(shipment: Shipment, waybill: Waybill | None) -> str:
    if shipment.status == ShipmentStatus.CANCELLED:
        return "gone"
    if is_typed(shipment):
        return "typed"
    if waybill is not None:
        return waybill.status
    if shipment.issuer == TYPED:
        return "used"
    by_hand = needs_platform_waybill(shipment) and not has_platform_account(shipment.fulfillment)
    return "by_hand" if by_hand else "none"


def _problem(shipment: Shipment, waybill: Waybill | None) -> str:
    """Say why there is no number: of the live attempt, or of the one that had to be voided."""
    if shipment.issuer == TYPED:
        return ""
    if waybill is not None:
        return "" if waybill.status == WaybillStatus.ISSUED else waybill.last_error
    last = Waybill.objects.filter(shipment=shipment).order_by("-attempt").first()
    return last.last_error if last else ""


def _number(shipment: Shipment, waybill: Waybill | None, state: str) -> str:
    if shipment.issuer == TYPED:
        return shipment.waybill_no or ""
    return waybill.waybill_no if waybill and state in ("issued", "used") else ""


def _carrier(shipment: Shipment, waybill: Waybill | None) -> str:
    if shipment.issuer == TYPED:
        return carrier_label(shipment.carrier)
    return carrier_label(waybill.account.carrier) if waybill else ""


def _urls(shipment: Shipment, waybill: Waybill | None) -> dict[str, str]:
    urls = {
        "label": reverse("warehouse:api_label", args=[shipment.pk]),
        "print": reverse("warehouse:api_print", args=[shipment.pk]),
        "type": reverse("warehouse:api_typed", args=[shipment.pk]),
        "weigh": reverse("warehouse:api_weigh", args=[shipment.pk]),
        "untype": reverse("warehouse:api_untyped", args=[shipment.pk]),
    }
    if waybill is not None and issued_by_platform(waybill):
        urls["job"] = reverse("warehouse:api_print_job", args=[waybill.pk])
    elif waybill is not None:
        urls["pdf"] = reverse("warehouse:label_pdf", args=[waybill.pk])
    return urls
