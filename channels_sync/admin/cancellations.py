"""Cancellations that a file of history told of: to look at, never to act on."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.exact import grouped
from channels_sync.models import ExternalCancellation, ExternalCancellationLine
from oms.admin import show
from oms.admin.base import StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.admin.record import Panel, Record, Table


class ExternalCancellationAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "undo", 60)
    list_display = ("number", "store_sign", "buyer_ref", "total", "linked", "when")
    list_display_links = ("number",)
    list_filter = (StoreFilter, ("cancelled_at", DayRangeFilter))
    list_select_related = ("store__channel",)
    search_fields = ("number__exact", "buyer_ref__exact")
    search_help_text = _("Number or channel buyer, in full")
    ordering = ("-cancelled_at", "-pk")
    fields = ("number", "store_sign", "buyer_ref", "total", "cancelled_at", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExternalCancellation]:
        rows: QuerySet[ExternalCancellation] = super().get_queryset(request)
        return rows.annotate(line_count=Count("lines"), linked_count=Count("lines__order_line"))

    def panels(self, request: HttpRequest, obj: ExternalCancellation) -> Sequence[Panel]:
        lines = obj.lines.select_related("order_line__order").order_by("position")
        heads = (_("merchant code"), _("title"), _("quantity"), _("unit price"), _("bought with"))
        table = Table(heads, [_cells(line) for line in lines], right=frozenset({2, 3}))
        return [*Record(self, request, obj).panels(), Panel(_("Lines"), table=table)]

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ExternalCancellation) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("amount"), ordering="amount")
    def total(self, row: ExternalCancellation) -> SafeString:
        return format_html(
            '<span class="oms-amount">{} {}</span>', row.currency, grouped(row.amount)
        )

    @admin.display(description=_("lines linked to an order"))
    def linked(self, row: ExternalCancellation) -> str:
        return f"{getattr(row, 'linked_count', 0)} / {getattr(row, 'line_count', 0)}"

    @admin.display(description=_("cancelled"), ordering="cancelled_at")
    def when(self, row: ExternalCancellation) -> SafeString:
        return show.exact(row.cancelled_at)


def _cells(line: ExternalCancellationLine) -> list[SafeString | str]:
    order = line.order_line.order if line.order_line else None
    bought = show.link(order.order_no, columns.order_url(order.pk)) if order else show.NOTHING
    return [line.merchant_code, line.title, str(line.quantity), grouped(line.unit_price), bought]
