"""What platforms say about refunds: what is open, until when they want our answer."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.dto import RefundStage
from oms.models import ChannelRefund

_TONES = {
    RefundStage.WAIT_MERCHANT: "amber",
    RefundStage.WAIT_BUYER_RETURN: "blue",
    RefundStage.WAIT_MERCHANT_RECEIVE: "blue",
    RefundStage.REFUNDING: "blue",
    RefundStage.SUCCESS: "green",
}


class ChannelRefundAdmin(StoreScopedAdmin):
    """A mirror: the platform writes it, people look. What was written in words is not listed."""

    menu = Place(Group.RETURNS, "forum", 15)
    view_permissions = ("view_cases", "open_cases", "approve_returns")
    list_display = ("number", "store_sign", "order_sign", "what", "value", "standing", "due")
    list_display_links = None
    list_filter = (
        StoreFilter,
        ("stage", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("channel_modified_at", DayRangeFilter),
    )
    list_select_related = ("store__channel", "order", "refund")
    search_fields = (
        "channel_refund_no__exact",
        "channel_order_no__exact",
        "case_no__exact",
        "order__order_no__exact",
    )
    search_help_text = _("Platform's refund or order number, order or case number")
    ordering = (F("respond_by").asc(nulls_last=True), "-pk")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "channel_refund_no",
                    "store_sign",
                    "order_sign",
                    "what",
                    "standing",
                    "value",
                    "due",
                    "case_no",
                    "refund",
                    "problem",
                )
            },
        ),
        (_("Way back"), {"fields": ("return_carrier", "return_waybill_no")}),
        (_("Times"), {"fields": ("first_heard_at", "channel_modified_at", "answered_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChannelRefund]:
        rows: QuerySet[ChannelRefund] = super().get_queryset(request)
        return rows.defer("reason")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        waiting = request.GET.get("stage__exact") == RefundStage.WAIT_MERCHANT
        return self.ordering if waiting else ("-pk",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        waiting = super().get_queryset(request).filter(stage=RefundStage.WAIT_MERCHANT)
        first = Tab(_("to answer"), f"stage__exact={RefundStage.WAIT_MERCHANT}", waiting.count())
        return (Tab(_("all"), ""), first)

    @admin.display(description=_("channel refund number"), ordering="pk")
    def number(self, row: ChannelRefund) -> SafeString:
        heard = show.moment(row.first_heard_at, timezone.now())
        url = reverse("admin:oms_channelrefund_change", args=[row.pk])
        return show.stack(show.copyable(row.channel_refund_no, url=url, strong=True), heard)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ChannelRefund) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("order number"))
    def order_sign(self, row: ChannelRefund) -> SafeString:
        if row.order is not None:
            return columns.numbers(row.order)
        return show.stack(row.channel_order_no, show.chip(_("order has not come in"), "amber"))

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, row: ChannelRefund) -> SafeString:
        return show.stack(row.get_kind_display(), row.case_no)

    @admin.display(description=_("amount"), ordering="amount")
    def value(self, row: ChannelRefund) -> SafeString:
        return show.amount(row.amount, row.currency)

    @admin.display(description=_("stage"), ordering="stage")
    def standing(self, row: ChannelRefund) -> SafeString:
        tone = _TONES.get(RefundStage(row.stage), "grey")
        trouble = show.chip(_("look twice"), "red", title=row.problem) if row.problem else ""
        return show.stack(show.chip(row.get_stage_display(), tone), trouble)

    @admin.display(description=_("answer due"), ordering="respond_by")
    def due(self, row: ChannelRefund) -> SafeString | str:
        if row.stage != RefundStage.WAIT_MERCHANT:
            return show.NOTHING
        return show.countdown(row.respond_by, timezone.now())
