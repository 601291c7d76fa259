"""Parcels, as every app sees them."""

from collections.abc import Iterator, Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms import registries
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter
from oms.admin.filters import DayRangeFilter
from oms.admin.menu import Group, Place
from oms.admin.orders.happened import timeline_panel
from oms.admin.parcel_acts import ParcelActs
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table
from oms.admin.words import carrier_label
from oms.models import Shipment, User
from oms.services.fulfillment.typed_waybills import TYPED


class ShipmentAdmin(ParcelActs):
    menu = Place(Group.SHIPPING, "package", 20)
    warehouse_path = "fulfillment__warehouse_id"
    list_display = ("number", "waybill", "document", "standing", "weights", "left_at")
    list_display_links = ("number",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
        ("handed_over_at", DayRangeFilter),
    )
    list_select_related = ("fulfillment__warehouse",)
    search_fields = ("package_no__exact", "waybill_no__exact", "fulfillment__fulfillment_no__exact")
    search_help_text = _("Package, waybill or document number")
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "package_no",
                    "standing",
                    "fulfillment",
                    "carrier_name",
                    "waybill",
                    "issuer_name",
                    "cod_amount",
                )
            },
        ),
        (_("Size"), {"fields": ("weights", "length_mm", "width_mm", "height_mm")}),
        (
            _("Times"),
            {"fields": ("created_at", "handed_over_at", "first_scanned_at", "delivered_at")},
        ),
    )

    def panels(self, request: HttpRequest, obj: Shipment) -> Sequence[Panel]:
        lines = obj.lines.select_related("fulfillment_line__sku").order_by("pk")
        rows = [
            [
                line.fulfillment_line.sku.code,
                line.fulfillment_line.sku.name,
                str(line.quantity),
                ", ".join(map(str, line.serials)) or show.NOTHING,
            ]
            for line in lines
        ]
        heads = (_("SKU code"), _("name"), _("quantity"), _("serial numbers"))
        goods = Panel(_("Goods"), table=Table(heads, rows, frozenset({2})))
        return [
            *Record(self, request, obj).panels(),
            goods,
            *_contributed(obj, person(request)),
            timeline_panel(Shipment.SUBJECT, obj.pk),
        ]

    @admin.display(description=_("package number"), ordering="pk")
    def number(self, parcel: Shipment) -> str:
        return parcel.package_no

    @admin.display(description=_("waybill"))
    def waybill(self, parcel: Shipment) -> SafeString | str:
        if not parcel.waybill_no:
            return show.NOTHING
        return show.stack(show.copyable(parcel.waybill_no), carrier_label(parcel.carrier))

    @admin.display(description=_("carrier"))
    def carrier_name(self, parcel: Shipment) -> str:
        return carrier_label(parcel.carrier)

    @admin.display(description=_("waybill issuer"))
    def issuer_name(self, parcel: Shipment) -> str:
        if parcel.issuer == TYPED:
            return gettext("entered by hand")
        return carrier_label(parcel.issuer) or show.NOTHING

    @admin.display(description=_("document"))
    def document(self, parcel: Shipment) -> SafeString:
        document = parcel.fulfillment
        return show.stack(document.fulfillment_no, document.warehouse.name)

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, parcel: Shipment) -> SafeString:
        chip = show.status_chip(parcel.status, parcel.get_status_display())
        return show.stack(chip, show.moment(parcel.status_at, timezone.now()))

    @admin.display(description=_("weight"))
    def weights(self, parcel: Shipment) -> SafeString | str:
        if parcel.weight_g is None:
            return show.NOTHING
        expected = gettext("expected %(n)s g") % {"n": parcel.expected_weight_g}
        return show.stack(f"{parcel.weight_g} g", expected if parcel.expected_weight_g else "")

    @admin.display(description=_("handed over"), ordering="handed_over_at")
    def left_at(self, parcel: Shipment) -> SafeString:
        return show.moment(parcel.handed_over_at, timezone.now())


def _contributed(parcel: Shipment, user: User) -> Iterator[Panel]:
    for panel in registries.parcel_panels:
        html = panel.render(parcel, user)
        if html:
            yield Panel(panel.title, html=SafeString(html), key=panel.key)
