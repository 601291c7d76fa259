"""What each shop may sell: the rule of the store, every listing's number and how it came about."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import ListingStock, StockRule
from channels_sync.services.stock import by_hand
from channels_sync.services.stock.offering import Share
from channels_sync.services.stock.rules import set_rule
from oms.admin import show
from oms.admin.base import StoreScopedAdmin
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.filters import StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table

_SEEN_WITH = ("import_orders", by_hand.RIGHT)
_SHOWN = 50
_PARTS = ("on_hand", "reserved", "demand", "safety", "exclusive", "own", "units_each", "pieces")


class StockRuleAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "rule", 52)
    view_permissions = _SEEN_WITH
    change_permissions = add_permissions = (by_hand.RIGHT,)
    superuser_adds = superuser_changes = True
    list_display = ("store_sign", "is_on", "share_percent", "keep_back", "ceiling")
    list_display_links = ("store_sign",)
    list_select_related = ("store__channel",)
    ordering = ("store",)
    fields = ("store", "is_on", "share_percent", "keep_back", "ceiling")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("store",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        share = Share(percent=obj.share_percent, keep_back=obj.keep_back, ceiling=obj.ceiling)
        row = set_rule(
            obj.store_id,
            share=share,
            is_on=obj.is_on,
            actor=person(request),
            now=timezone.now(),
        )
        obj.pk, obj._state.adding = row.pk, False

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, rule: StockRule) -> SafeString:
        return columns.store(rule.store)


class ListingStockAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "inventory", 53)
    view_permissions = _SEEN_WITH
    list_display = ("what", "store_sign", "standing", "wanted", "sent", "shown", "when", "why")
    list_display_links = ("what",)
    list_filter = (StoreFilter,)
    list_select_related = ("store__channel", "listing")
    search_fields = (
        "listing__channel_product_id__exact",
        "listing__channel_sku_id__exact",
        "listing__merchant_code__exact",
        "listing__sku__code__exact",
    )
    search_help_text = _("Channel product, channel SKU, merchant code or SKU code, in full")
    ordering = ("-pk",)
    actions = ("send_now",)
    fields = ("what", "store_sign", "standing", "wanted", "sent", "shown", "when", "why")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (
            Tab(_("all"), ""),
            Tab(_("waits for a person"), "is_blocked__exact=1"),
            Tab(_("differs"), "differs__exact=1"),
        )

    def panels(self, request: HttpRequest, obj: ListingStock) -> Sequence[Panel]:
        return [*Record(self, request, obj).panels(), _sum(obj)]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return self.get_queryset(request).exists()

    @admin.action(description=_("Send the number now"), permissions=["send"])
    def send_now(
        self, request: HttpRequest, queryset: QuerySet[ListingStock]
    ) -> HttpResponse | None:
        rows = list(queryset.select_related("listing").order_by("pk"))
        back = reverse("admin:channels_sync_listingstock_changelist")
        if is_confirmed(request):
            ids = [row.pk for row in rows]
            count = by_hand.send_now(ids, actor=person(request), now=timezone.now())
            messages.success(request, gettext("Sent within the next minute: %(n)d.") % {"n": count})
            return HttpResponseRedirect(back)
        question = Question(
            title=_("Send the number now"),
            text=_("Each shop gets the number as it is this moment, a zero too."),
            yes=_("Send the number now"),
            back=back,
            will=[f"{row.listing} · {row.wanted}" for row in rows[:_SHOWN]],
            hidden=(
                ("action", "send_now"),
                *(("_selected_action", str(row.pk)) for row in rows),
            ),
        )
        return ask(request, self, question)

    @admin.display(description=_("listing"))
    def what(self, row: ListingStock) -> SafeString:
        return show.stack(str(row.listing), row.listing.merchant_code)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ListingStock) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("state"))
    def standing(self, row: ListingStock) -> SafeString:
        if row.is_blocked:
            return show.chip(_("waits for a person"), "red")
        if row.attempts:
            return show.chip(_("failing"), "red")
        if row.differs:
            return show.chip(_("differs"), "amber")
        if row.due_at is not None:
            return show.chip(_("under way"), "blue")
        return show.chip(_("up to date"), "green")

    @admin.display(description=_("sent at"), ordering="sent_at")
    def when(self, row: ListingStock) -> SafeString:
        return show.moment(row.sent_at, timezone.now())

    @admin.display(description=_("what the channel said"))
    def why(self, row: ListingStock) -> str:
        if row.is_blocked:
            return gettext("Many numbers fell to zero at once. Look, then send them or fix it.")
        return row.last_error or show.NOTHING


def _sum(row: ListingStock) -> Panel:
    """Lay out how the number came about, SKU by SKU."""
    heads = (
        _("SKU"),
        _("on hand"),
        _("reserved"),
        _("owed, not routed"),
        _("safety stock"),
        _("kept for others"),
        _("kept for this shop"),
        _("units per piece"),
        _("pieces"),
    )
    rows = [
        [str(part.get("sku", "")), *(str(part.get(name, "")) for name in _PARTS)]
        for part in row.parts.get("skus", [])
    ]
    return Panel(
        _("How the number came about"),
        table=Table(heads, rows, frozenset(range(1, len(heads)))),
        empty=_("No number was worked out yet."),
    )
