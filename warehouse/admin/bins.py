"""Places and what lies in them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
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
    UnfoldAdminTextInputWidget,
    WarehouseScopedAdmin,
    page_action,
)
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.filters import SkuCodeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.reach import holds, person
from warehouse.models import Bin, BinStock, WarehouseSetting
from warehouse.services.stock import count

SETTING_UP = ("manage_warehouse",)


class BinAdmin(WarehouseScopedAdmin):
    menu = Place(Group.STOCK, "shelves", 40)
    view_permissions = ("view_stock", *SETTING_UP)
    change_permissions = SETTING_UP
    add_permissions = SETTING_UP
    superuser_adds = superuser_changes = True
    list_display = ("code", "warehouse", "zone", "kind_chip", "walk", "is_active")
    list_filter = (WarehouseFilter, ("kind", ChoicesDropdownFilter))
    list_select_related = ("warehouse",)
    search_fields = ("code__istartswith", "zone__exact")
    search_help_text = _("Bin or zone")
    ordering = ("warehouse", "code")
    fields = ("warehouse", "code", "kind", "zone", "aisle", "bay", "level", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A bin stays in its warehouse: its goods are counted there."""
        return () if obj is None else ("warehouse",)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_chip(self, place: Bin) -> SafeString:
        return show.chip(place.get_kind_display(), "grey")

    @admin.display(description=_("place on the walk"), ordering="aisle")
    def walk(self, place: Bin) -> str:
        return f"{place.aisle}-{place.bay}-{place.level}" if place.aisle else show.NOTHING


class DoubtFilter(DropdownFilter):
    title = _("state")
    parameter_name = "doubt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("to be counted")), ("empty", _("empty"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BinStock]) -> QuerySet[BinStock]:
        match self.value():
            case "yes":
                return queryset.filter(doubted_at__isnull=False)
            case "empty":
                return queryset.filter(quantity=0)
        return queryset.filter(quantity__gt=0)


class CountForm(forms.Form):
    counted = forms.IntegerField(
        label=_("Counted"), min_value=0, widget=UnfoldAdminTextInputWidget()
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget()
    )


class BinStockAdmin(WarehouseScopedAdmin):
    menu = Place(Group.STOCK, "grid_view", 15)
    warehouse_path = "bin__warehouse_id"
    view_permissions = ("view_stock",)
    list_display = ("place", "warehouse", "goods", "lot", "kind", "quantity", "promised", "doubt")
    list_display_links = ("place",)
    list_filter = (
        WarehouseFilter,
        SkuCodeFilter,
        ("condition", ChoicesDropdownFilter),
        DoubtFilter,
    )
    list_select_related = ("bin__warehouse", "sku")
    search_fields = ("bin__code__istartswith", "sku__code__istartswith", "sku__barcodes__code")
    search_help_text = _("Bin, SKU code or barcode")
    ordering = ("bin__code", "sku__code")
    fields = (
        "place",
        "warehouse",
        "goods",
        "lot",
        "kind",
        "quantity",
        "promised",
        "since",
        "doubt",
    )
    actions_detail = ("count_bin",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        doubted = self.get_queryset(request).filter(doubted_at__isnull=False).count()
        return (Tab(_("all"), ""), Tab(_("to be counted"), "doubt=yes", doubted))

    def title_of(self, row: BinStock) -> str:
        return f"{row.bin.code} · {row.sku.code}"

    def has_count_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if object_id is None:
            return False
        row = self.get_queryset(request).filter(pk=object_id).first()
        return row is not None and holds(request, row.bin.warehouse_id, "adjust_stock")

    @page_action(_("Count"), permissions=("count",), icon="calculate", primary=True)
    def count_bin(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.get_queryset(request).get(pk=object_id)
        form = CountForm(submitted(request), initial={"counted": row.quantity})
        question = Question(
            title=_("Count %(bin)s") % {"bin": row.bin.code},
            text=gettext("%(sku)s: %(n)d by the books. The difference is booked at once.")
            % {"sku": row.sku.name, "n": row.quantity},
            yes=_("Book"),
            back=reverse("admin:warehouse_binstock_change", args=[object_id]),
            form=form,
        )

        def do() -> str:
            difference = count(
                object_id,
                counted=form.cleaned_data["counted"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
                actor=person(request),
            )
            return gettext("Counted. Difference: %(n)+d.") % {"n": difference}

        return confirmed(request, self, question, do)

    @admin.display(description=_("bin"), ordering="bin__code")
    def place(self, row: BinStock) -> str:
        return row.bin.code

    @admin.display(description=_("warehouse"), ordering="bin__warehouse")
    def warehouse(self, row: BinStock) -> str:
        return row.bin.warehouse.name

    @admin.display(description=_("SKU"), ordering="sku__code")
    def goods(self, row: BinStock) -> SafeString:
        return show.stack(row.sku.code, row.sku.name)

    @admin.display(description=_("condition"), ordering="condition")
    def kind(self, row: BinStock) -> SafeString:
        return show.status_chip(row.condition, row.get_condition_display())

    @admin.display(description=_("state"), ordering="doubted_at")
    def doubt(self, row: BinStock) -> SafeString | str:
        if row.doubted_at is None:
            return ""
        return show.chip(_("to be counted"), "amber", title=str(row.doubted_at))


class WarehouseSettingAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SETTINGS, "conveyor_belt", 40)
    view_permissions = SETTING_UP
    change_permissions = SETTING_UP
    add_permissions = SETTING_UP
    superuser_adds = superuser_changes = True
    list_display = ("warehouse", "auto_waves", "wave_wait_minutes", "wave_documents", "cart_slots")
    list_select_related = ("warehouse",)
    ordering = ("warehouse",)
    fieldsets = (
        (None, {"fields": ("warehouse",)}),
        (_("Waves"), {"fields": ("auto_waves", "wave_wait_minutes", "wave_documents")}),
        (
            _("Carts"),
            {"fields": ("cart_slots", "cart_lines", "cart_weight_g", "cart_volume_l")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("warehouse",)

    def title_of(self, row: WarehouseSetting) -> str:
        return row.warehouse.name
