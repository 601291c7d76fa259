"""Records of the floor: scans, put-backs, hand-overs. Nobody changes them here."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, WarehouseScopedAdmin
from oms.admin.filters import DayRangeFilter, SkuCodeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.record import Panel, Record, Table, row_link
from oms.admin.words import carrier_label
from warehouse.flows import PutBackStatus
from warehouse.models import Handover, Parcel, PutBackTask, ScanLog


class ScanLogAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SHIPPING, "barcode_scanner", 60)
    view_permissions = ("manage_waves",)
    list_display = ("when", "user", "station", "code", "kind", "outcome", "message", "device")
    list_display_links = None
    list_filter = (
        WarehouseFilter,
        ("result", ChoicesDropdownFilter),
        ("server_at", DayRangeFilter),
    )
    list_select_related = ("user", "warehouse")
    search_fields = ("code__exact", "idem_key__exact", "user__username__exact")
    search_help_text = _("Code or person, in full")
    ordering = ("-pk",)
    fields = (
        "when",
        "client_at",
        "user",
        "warehouse",
        "station",
        "device",
        "code",
        "kind",
        "outcome",
        "message",
        "context",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (Tab(_("all"), ""), Tab(_("refused"), "result__exact=refused"))

    @admin.display(description=_("received"), ordering="pk")
    def when(self, row: ScanLog) -> SafeString:
        return show.moment(row.server_at, timezone.now())

    @admin.display(description=_("result"), ordering="result")
    def outcome(self, row: ScanLog) -> SafeString:
        tone = "green" if row.result == ScanLog.Result.ACCEPTED else "red"
        return show.chip(row.get_result_display(), tone)


class PutBackTaskAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SHIPPING, "move_down", 50)
    list_display = ("goods", "warehouse", "quantity", "lies_in", "standing", "reason", "worker")
    list_display_links = ("goods",)
    list_filter = (
        WarehouseFilter,
        SkuCodeFilter,
        ("status", ChoicesDropdownFilter),
    )
    list_select_related = ("sku", "warehouse", "from_bin", "worker", "shipment")
    ordering = ("-pk",)
    fields = (
        "goods",
        "quantity",
        "lot",
        "warehouse",
        "fulfillment",
        "lies_in",
        "suggested_bin",
        "to_bin",
        "reason",
        "standing",
        "worker",
        "created_at",
        "done_at",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        rows = self.get_queryset(request).filter(status=PutBackStatus.OPEN)
        waiting = Tab(_("to be put back"), "status__exact=open", rows.count())
        return (Tab(_("all"), ""), waiting)

    def title_of(self, row: PutBackTask) -> str:
        return f"{row.quantity} × {row.sku.code}"

    @admin.display(description=_("SKU"), ordering="sku__code")
    def goods(self, row: PutBackTask) -> SafeString:
        return show.stack(row.sku.code, row.sku.name)

    @admin.display(description=_("lies in"))
    def lies_in(self, row: PutBackTask) -> SafeString:
        parcel = row.shipment.package_no if row.shipment else ""
        return show.stack(row.from_bin.code, parcel)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, row: PutBackTask) -> SafeString:
        tones = {"open": "amber", "taken": "blue", "done": "green"}
        label = row.get_status_display()
        return show.status_chip(row.status, label, tone=tones.get(row.status, "grey"))


class HandoverAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SHIPPING, "local_shipping", 30)
    list_display = ("number", "warehouse", "opened_by", "when", "standing", "parcels")
    list_display_links = ("number",)
    list_filter = (WarehouseFilter, ("opened_at", DayRangeFilter))
    list_select_related = ("warehouse", "opened_by")
    ordering = ("-pk",)
    fields = ("number", "warehouse", "opened_by", "when", "standing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        rows: QuerySet[Handover] = super().get_queryset(request)
        return rows.annotate(parcel_count=Count("parcels"))

    def panels(self, request: HttpRequest, obj: Handover) -> Sequence[Panel]:
        rows = Parcel.objects.filter(handover=obj).select_related("shipment").order_by("pk")
        table = Table(
            (_("waybill"), _("carrier"), _("parcel")),
            [
                [
                    row.shipment.waybill_no or "",
                    str(carrier_label(row.shipment.carrier)),
                    row_link(self.admin_site, request, row.shipment),
                ]
                for row in rows
            ],
        )
        return [*Record(self, request, obj).panels(), Panel(_("Parcels"), table=table)]

    def title_of(self, row: Handover) -> str:
        return gettext("Hand-over %(number)s") % {"number": row.pk}

    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: Handover) -> str:
        return str(row.pk)

    @admin.display(description=_("opened"), ordering="opened_at")
    def when(self, row: Handover) -> SafeString:
        return show.moment(row.opened_at, timezone.now())

    @admin.display(description=_("state"), ordering="closed_at")
    def standing(self, row: Handover) -> SafeString:
        if row.closed_at is None:
            return show.chip(_("being collected"), "blue")
        return show.chip(_("handed over"), "green", title=str(row.closed_at))

    @admin.display(description=_("parcels"))
    def parcels(self, row: Any) -> int:
        return int(row.parcel_count)
