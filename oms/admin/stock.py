"""Stock, its changes, and what is owed but not promised yet."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    ChoicesDropdownFilter,
    DropdownFilter,
    StoreScopedAdmin,
    WarehouseScopedAdmin,
)
from oms.admin.filters import DayRangeFilter, SkuCodeFilter, StoreFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Shortcut, Tab
from oms.admin.orders import columns
from oms.models import Condition, Demand, StockLevel, StockMovement


class FreeFilter(DropdownFilter):
    title = _("available")
    parameter_name = "free"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("nothing available")), ("some", _("something available"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[StockLevel]
    ) -> QuerySet[StockLevel]:
        match self.value():
            case "none":
                return queryset.filter(on_hand__lte=F("reserved"))
            case "some":
                return queryset.filter(on_hand__gt=F("reserved"))
        return queryset


class StockLevelAdmin(WarehouseScopedAdmin):
    menu = Place(Group.STOCK, "inventory_2", 10)
    view_permissions = ("view_stock",)
    list_display = ("goods", "warehouse", "kind", "on_hand", "reserved", "available")
    list_display_links = ("goods",)
    list_filter = (WarehouseFilter, SkuCodeFilter, ("condition", ChoicesDropdownFilter), FreeFilter)
    list_select_related = ("warehouse", "sku")
    search_fields = ("sku__code__istartswith", "sku__name", "sku__barcodes__code__exact")
    search_help_text = _("SKU code, name or barcode")
    ordering = ("sku__code", "warehouse", "condition")
    fields = ("goods", "warehouse", "kind", "on_hand", "reserved", "available")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        kinds = (Tab(one.label, f"condition__exact={one}") for one in Condition)
        return (Tab(_("all"), ""), *kinds, Tab(_("nothing available"), "free=none"))

    def title_of(self, row: StockLevel) -> str:
        return f"{row.sku.code} · {row.warehouse.name}"

    @admin.display(description=_("SKU"), ordering="sku__code")
    def goods(self, level: StockLevel) -> SafeString:
        return show.stack(level.sku.code, level.sku.name)

    @admin.display(description=_("condition"), ordering="condition")
    def kind(self, level: StockLevel) -> SafeString:
        return show.status_chip(level.condition, level.get_condition_display())

    @admin.display(description=_("available"))
    def available(self, level: StockLevel) -> SafeString | str:
        free = level.on_hand - level.reserved
        return show.chip(str(free), "red") if free <= 0 else str(free)


class StockMovementAdmin(WarehouseScopedAdmin):
    menu = Place(Group.STOCK, "swap_vert", 20)
    view_permissions = ("view_stock",)
    list_display = ("when", "warehouse", "goods", "kind", "hand", "promised", "reference", "who")
    list_display_links = None
    list_filter = (
        WarehouseFilter,
        SkuCodeFilter,
        ("kind", ChoicesDropdownFilter),
        ("at", DayRangeFilter),
    )
    list_select_related = ("warehouse", "sku", "actor")
    search_fields = ("reference__exact", "sku__code__exact")
    search_help_text = _("Reference or SKU code, in full")
    ordering = ("-pk",)
    fields = ("when", "warehouse", "goods", "kind", "hand", "promised", "reference", "note", "who")

    def title_of(self, row: StockMovement) -> str:
        return f"{row.sku.code} · {row.get_kind_display()}"

    @admin.display(description=_("at"), ordering="pk")
    def when(self, movement: StockMovement) -> SafeString:
        return show.moment(movement.at, timezone.now())

    @admin.display(description=_("SKU"))
    def goods(self, movement: StockMovement) -> SafeString:
        return show.stack(movement.sku.code, movement.get_condition_display())

    @admin.display(description=_("on hand +/−"))
    def hand(self, movement: StockMovement) -> str:
        return _signed(movement.on_hand_delta)

    @admin.display(description=_("reserved +/−"))
    def promised(self, movement: StockMovement) -> str:
        return _signed(movement.reserved_delta)

    @admin.display(description=_("by"))
    def who(self, movement: StockMovement) -> str:
        return str(movement.actor or _("system"))


def _signed(delta: int) -> str:
    return f"{delta:+d}".replace("-", "−") if delta else ""


class OwedFilter(DropdownFilter):
    title = _("still owed")
    parameter_name = "owed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Demand]) -> QuerySet[Demand]:
        return queryset.filter(quantity__gt=0) if self.value() == "yes" else queryset


class DemandAdmin(StoreScopedAdmin):
    menu = Place(Group.STOCK, "pending_actions", 50, _("All demand"))
    shortcuts = (Shortcut(_("Not promised yet"), "owed=yes", "hourglass_top"),)
    list_display = ("goods", "quantity", "store_sign", "order_no", "since")
    list_display_links = None
    list_filter = (OwedFilter, StoreFilter, SkuCodeFilter)
    list_select_related = ("sku", "store__channel", "order_item__order")
    search_fields = ("sku__code__exact", "order_item__order__order_no__exact")
    search_help_text = _("SKU code or order number, in full")
    ordering = ("pk",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (Tab(_("not promised yet"), "owed=yes"), Tab(_("all"), ""))

    def title_of(self, row: Demand) -> str:
        return f"{row.sku.code} × {row.quantity}"

    @admin.display(description=_("SKU"), ordering="sku")
    def goods(self, demand: Demand) -> SafeString:
        return show.stack(demand.sku.code, demand.sku.name)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, demand: Demand) -> SafeString:
        return columns.store(demand.store)

    @admin.display(description=_("order"))
    def order_no(self, demand: Demand) -> SafeString:
        order = demand.order_item.order
        return show.copyable(order.order_no, url=columns.order_url(order.pk))

    @admin.display(description=_("since"), ordering="created_at")
    def since(self, demand: Demand) -> SafeString:
        return show.moment(demand.created_at, timezone.now())
