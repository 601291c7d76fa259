"""Parcels, as every app sees them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms import registries
from oms.access.checks import scope
from oms.admin import show, unscanned
from oms.admin.base import ChoicesDropdownFilter, page_action
from oms.admin.filters import DayRangeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.orders.happened import timeline_panel
from oms.admin.parcel_acts import ParcelActs
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table
from oms.admin.words import carrier_label
from oms.models import Shipment, User
from oms.queries.parcels import SINCE, WAITING_SINCE, with_since
from oms.queries.parcels import unscanned as unscanned_parcels
from oms.services.fulfillment.typed_waybills import TYPED


class ShipmentAdmin(ParcelActs):
    menu = Place(Group.SHIPPING, "package", 20)
    warehouse_path = "fulfillment__warehouse_id"
    list_display = ("number", "waybill", "store", "document", "standing", "scan", "left_at")
    list_display_links = ("number",)
    list_before_template = "admin/oms/unscanned.html"
    list_filter = (
        unscanned.ScanFilter,
        unscanned.ParcelStoreFilter,
        WarehouseFilter,
        unscanned.CarrierFilter,
        ("status", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
        ("handed_over_at", DayRangeFilter),
    )
    list_select_related = ("fulfillment__warehouse", "fulfillment__store__channel")
    actions = ("upload_now",)
    actions_detail = (*ParcelActs.actions_detail, "upload_this_now")
    steps = unscanned.STEPS
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
            {
                "fields": (
                    "created_at",
                    "handed_over_at",
                    "uploaded_at",
                    "first_scanned_at",
                    "delivered_at",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        return with_since(super().get_queryset(request))

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        late = unscanned_parcels(self.get_queryset(request), now=timezone.now())
        query = f"scan={unscanned.LATE}"
        return (Tab(_("all"), ""), Tab(_("no carrier scan"), query, late.count()))

    def get_ordering(self, request: HttpRequest) -> Any:
        """Whoever looks for what was not scanned wants the longest waiting first."""
        return (WAITING_SINCE, "pk") if request.GET.get("scan") else ("-pk",)

    def has_hand_over_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        allowed = scope(person(request)).ids("hand_over")
        if object_id is None:
            return bool(allowed)
        parcel = self.get_object(request, object_id)
        return parcel is not None and parcel.fulfillment.warehouse_id in allowed

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer to tell the channel while that may still be wanted."""
        offered = super().get_actions_detail(request, object_id)
        parcel = self.get_object(request, object_id)
        waits = parcel is not None and parcel.waybill_no and parcel.uploaded_at is None
        return [one for one in offered if waits or one.path != "upload_this_now"]

    @admin.action(description=_("Tell the channel now"), permissions=("hand_over",))
    def upload_now(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> HttpResponse | None:
        ids = list(queryset.values_list("pk", flat=True))
        return unscanned.tell_now(request, self, ids, action="upload_now")

    @page_action(_("Tell the channel now"), permissions=("hand_over",), icon="outbox")
    def upload_this_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        answer = unscanned.tell_now(request, self, [int(object_id)])
        return answer or redirect("admin:oms_shipment_change", object_id)

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
        late = unscanned.advice(obj, now=timezone.now())
        return [
            *([late] if late else []),
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

    @admin.display(description=_("store"), ordering="fulfillment__store")
    def store(self, parcel: Shipment) -> SafeString:
        return columns.store(parcel.fulfillment.store)

    @admin.display(description=_("first carrier scan"), ordering=SINCE)
    def scan(self, parcel: Shipment) -> SafeString | str:
        return unscanned.scan_sign(parcel, now=timezone.now())

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
