"""What is kept and what is sold: SKUs, bundles, and how a shop's listings become either."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import AnybodyAdmin, BaseInline
from oms.admin.menu import Group, Place
from oms.admin.record import Panel, Record, Table
from oms.models import Barcode, Bundle, BundleComponent, Sku

_KEEPERS = ("manage_store", "manage_warehouse")


class CategoryAdmin(AnybodyAdmin):
    menu = Place(Group.SETTINGS, "category", 30)
    change_permissions = _KEEPERS
    list_display = ("name", "code", "parent")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    fields = ("name", "code", "parent")


class BarcodeInline(BaseInline):
    model = Barcode
    fields = ("code",)


class SkuAdmin(AnybodyAdmin):
    menu = Place(Group.STOCK, "sell", 30)
    change_permissions = _KEEPERS
    list_display = ("code_copy", "name", "category", "size", "traits", "is_active")
    list_display_links = ("name",)
    list_select_related = ("category",)
    list_filter = ("is_active", "needs_cold_chain", "has_serial", "has_expiry")
    search_fields = ("code__istartswith", "name", "barcodes__code__exact")
    search_help_text = _("SKU code, name or barcode")
    inlines = (BarcodeInline,)
    fieldsets = (
        (None, {"fields": ("code", "name", ("category", "brand"), "is_active")}),
        (_("Size"), {"fields": ("weight_g", ("length_mm", "width_mm", "height_mm"))}),
        (
            _("Handling"),
            {
                "fields": (
                    ("is_fragile", "is_heavy", "is_liquid"),
                    ("is_food", "is_chemical", "needs_cold_chain"),
                    ("has_serial", "has_expiry", "shelf_life_days"),
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Sku | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def panels(self, request: HttpRequest, obj: Sku) -> Sequence[Panel]:
        rows = [[show.copyable(barcode.code)] for barcode in obj.barcodes.all()]
        barcodes = Panel(_("Barcodes"), table=Table((_("barcode"),), rows), empty=_("none"))
        return [*Record(self, request, obj).panels(), barcodes]

    @admin.display(description=_("SKU code"), ordering="code")
    def code_copy(self, sku: Sku) -> SafeString:
        return show.copyable(sku.code)

    @admin.display(description=_("weight and size"))
    def size(self, sku: Sku) -> SafeString | str:
        if not sku.weight_g and not sku.length_mm:
            return show.chip(_("not measured"), "amber")
        sides = f"{sku.length_mm} × {sku.width_mm} × {sku.height_mm} mm"
        return show.stack(f"{sku.weight_g} g", sides)

    @admin.display(description=_("handling"))
    def traits(self, sku: Sku) -> SafeString | str:
        names = (
            "is_fragile",
            "is_heavy",
            "is_liquid",
            "is_food",
            "is_chemical",
            "needs_cold_chain",
            "has_serial",
            "has_expiry",
        )
        labels = [label_for_field(name, Sku) for name in names if getattr(sku, name)]
        return show.row(show.chip(str(label)) for label in labels) or show.NOTHING


class ComponentInline(BaseInline):
    model = BundleComponent
    fields = ("sku", "quantity")
    autocomplete_fields = ("sku",)
    min_num = 1


class BundleAdmin(AnybodyAdmin):
    menu = Place(Group.STOCK, "package_2", 40)
    change_permissions = _KEEPERS
    list_display = ("code_copy", "name", "contents", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active",)
    search_fields = ("code__istartswith", "name")
    inlines = (ComponentInline,)
    fields = ("code", "name", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("components__sku")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Bundle | None = None
    ) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def panels(self, request: HttpRequest, obj: Bundle) -> Sequence[Panel]:
        rows = [[part.sku.code, part.sku.name, str(part.quantity)] for part in obj.components.all()]
        heads = (_("SKU code"), _("name"), _("quantity"))
        contents = Panel(_("Contents"), table=Table(heads, rows, frozenset({2})))
        return [*Record(self, request, obj).panels(), contents]

    @admin.display(description=_("bundle code"), ordering="code")
    def code_copy(self, bundle: Bundle) -> SafeString:
        return show.copyable(bundle.code)

    @admin.display(description=_("contents"))
    def contents(self, bundle: Bundle) -> SafeString:
        parts = [f"{part.sku.code} × {part.quantity}" for part in bundle.components.all()]
        more = [f"+{len(parts) - 3}"] if len(parts) > 3 else []
        return show.row(show.chip(text) for text in (*parts[:3], *more))
