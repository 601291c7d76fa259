"""Waybills: what the carriers gave, refused or did not answer."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    ChoicesDropdownFilter,
    DropdownFilter,
    WarehouseScopedAdmin,
    page_action,
)
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.filters import DayRangeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.reach import holds, person
from oms.admin.reasons import ReasonForm
from oms.admin.words import carrier_label
from warehouse.flows import WAYBILLS_IN_TROUBLE, WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.voiding import ask_void, try_void_again

B = WaybillStatus
TONES = {
    B.REQUESTED: "grey",
    B.ISSUED: "blue",
    B.UNKNOWN: "amber",
    B.FAILED: "red",
    B.VOIDING: "amber",
    B.VOID_REFUSED: "red",
    B.VOIDED: "grey",
    B.USED: "green",
}
_QUEUES = (B.FAILED, B.UNKNOWN, B.VOID_REFUSED, B.VOIDING)


class TroubleFilter(DropdownFilter):
    title = _("trouble")
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("in trouble"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Waybill]) -> QuerySet[Waybill]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(status__in=WAYBILLS_IN_TROUBLE)


class WaybillAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SHIPPING, "receipt_long", 25)
    warehouse_path = "shipment__fulfillment__warehouse_id"
    list_display = ("number", "parcel", "standing", "account_name", "sort_code", "printed", "why")
    list_display_links = None
    list_filter = (
        WarehouseFilter,
        ("status", ChoicesDropdownFilter),
        TroubleFilter,
        ("requested_at", DayRangeFilter),
    )
    list_select_related = ("shipment__fulfillment", "account", "requested_by")
    search_fields = (
        "waybill_no__exact",
        "client_order_id__exact",
        "shipment__package_no__exact",
        "shipment__fulfillment__fulfillment_no__exact",
    )
    search_help_text = _("Waybill, package or document number")
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "number",
                    "parcel",
                    "standing",
                    "account_name",
                    "client_order_id",
                    "carrier_order_id",
                    "sort_code",
                    "review_reason",
                )
            },
        ),
        (_("Printing"), {"fields": ("print_count",)}),
        (
            _("Calls"),
            {
                "fields": (
                    "requested_by",
                    "requested_at",
                    "issued_at",
                    "tries",
                    "not_before",
                    "needs_person",
                    "last_error",
                )
            },
        ),
    )
    actions_detail = ("ask_again", "void")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        rows: QuerySet[Waybill] = self.get_queryset(request).order_by()
        counts = rows.aggregate(
            **{str(one): Count("pk", filter=Q(**{"status": one})) for one in _QUEUES}
        )
        queues = (Tab(one.label, f"status__exact={one}", counts[one]) for one in _QUEUES)
        return (Tab(_("all"), ""), *queues)

    def title_of(self, row: Waybill) -> str:
        return str(row)

    def has_pack_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if object_id is None:
            return False
        row = self.get_queryset(request).filter(pk=object_id).first()
        return row is not None and holds(request, row.shipment.fulfillment.warehouse_id, "pack")

    @page_action(_("Ask again"), permissions=("pack",), icon="refresh", primary=True)
    def ask_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.get_queryset(request).get(pk=object_id)
        question = Question(
            title=_("Ask again"),
            text=gettext("The carrier is asked under the same number: never twice for one parcel."),
            yes=_("Ask again"),
            back=_page(object_id),
        )

        def do() -> str:
            user, now = person(request), timezone.now()
            if row.status in (B.VOIDING, B.VOID_REFUSED):
                again = try_void_again(row.pk, actor=user, now=now)
            else:
                again = label_parcel(row.shipment_id, actor=user, now=now)
            return f"{again}: {again.get_status_display()} {again.last_error}"

        return confirmed(request, self, question, do)

    @page_action(_("Void"), permissions=("pack",), icon="block")
    def void(self, request: HttpRequest, object_id: int) -> HttpResponse:
        form = ReasonForm(submitted(request))
        question = Question(
            title=_("Void the waybill"),
            text=gettext("The parcel cannot leave until it has a new one. Say why."),
            yes=_("Void"),
            back=_page(object_id),
            form=form,
            danger=True,
        )

        def do() -> str:
            reason = form.cleaned_data["reason"]
            ask_void(object_id, actor=person(request), reason=reason, now=timezone.now())
            return gettext("The carrier will be told at once.")

        return confirmed(request, self, question, do)

    @admin.display(description=_("waybill"), ordering="pk")
    def number(self, row: Waybill) -> SafeString:
        return show.copyable(str(row), url=_page(row.pk), strong=True)

    @admin.display(description=_("parcel"))
    def parcel(self, row: Waybill) -> SafeString:
        document = row.shipment.fulfillment.fulfillment_no
        return show.stack(show.copyable(row.shipment.package_no), document)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, row: Waybill) -> SafeString:
        label = row.get_status_display()
        chip = show.status_chip(row.status, label, tone=TONES[WaybillStatus(row.status)])
        return show.row((chip, show.moment(row.status_at, timezone.now())))

    @admin.display(description=_("carrier account"), ordering="account")
    def account_name(self, row: Waybill) -> SafeString:
        return show.stack(str(carrier_label(row.account.carrier)), row.account.name)

    @admin.display(description=_("printed"), ordering="print_count")
    def printed(self, row: Waybill) -> str:
        return str(row.print_count or "")

    @admin.display(description=_("last error"))
    def why(self, row: Waybill) -> str:
        return row.last_error or row.review_reason


def _page(waybill_id: int) -> str:
    return reverse("admin:warehouse_waybill_change", args=[waybill_id])
