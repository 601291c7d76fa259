"""Channels, stores, warehouses, and the named sets of both."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.access import grants
from oms.admin import show
from oms.admin.base import BaseAdmin, StoreScopedAdmin, WarehouseScopedAdmin
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.models import Department, Project, Store, Warehouse
from oms.services.fulfillment.uploads import announce_moment


class ChannelAdmin(BaseAdmin):
    menu = Place(Group.SETTINGS, "hub", 10)
    superuser_adds = superuser_changes = True
    list_display = ("name", "code", "kind")
    search_fields = ("name", "code")
    fields = ("name", "code", "kind")


class StoreAdmin(StoreScopedAdmin):
    """Who may set a store up changes how it works; only a superuser adds one."""

    menu = Place(Group.CHANNELS, "storefront", 10)
    store_path = "id"
    view_permissions = change_permissions = ("manage_store",)
    superuser_adds = True
    list_display = ("sign", "code", "currency", "waits", "is_active")
    list_display_links = ("sign",)
    list_filter = ("is_active",)
    list_select_related = ("channel",)
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "channel", "is_active", "timezone", "currency")}),
        (
            _("Merging"),
            {"fields": ("merge_scope", "merge_look_back_minutes", "merge_wait_minutes")},
        ),
        (
            _("Orders"),
            {
                "fields": (
                    "maps_by_code",
                    "notifies_buyer",
                    "waits_for_refund_answer",
                    "upload_moment",
                    "scan_within_hours",
                    "unpaid_expiry_minutes",
                    "ship_lead_minutes",
                )
            },
        ),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Store | None = None
    ) -> tuple[str, ...]:
        """Keep what orders already refer to as it is."""
        return ("channel", "code", "currency") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "upload_moment" in form.changed_data:
            announce_moment(obj.pk, now=timezone.now())

    @admin.display(description=_("store"), ordering="name")
    def sign(self, store: Store) -> SafeString:
        return columns.store(store)

    @admin.display(description=_("merge wait"))
    def waits(self, store: Store) -> str:
        minutes = store.merge_wait_minutes
        return show.NOTHING if minutes is None else str(_("%(n)s min") % {"n": minutes})


class WarehouseAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SETTINGS, "warehouse", 20)
    warehouse_path = "id"
    view_permissions = change_permissions = ("manage_warehouse",)
    superuser_adds = True
    list_display = ("name", "code", "kind", "city", "cut_off", "priority", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "kind", "is_active", "timezone")}),
        (
            _("Address"),
            {
                "fields": (
                    ("province", "city", "district"),
                    "address",
                    ("contact_name", "contact_phone"),
                )
            },
        ),
        (_("Capacity"), {"fields": ("cut_off", "daily_order_limit", "priority", "cold_chain")}),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Warehouse | None = None
    ) -> tuple[str, ...]:
        return ("code",) if obj else ()


class ScopeSetAdmin(BaseAdmin):
    """Changing the members changes what people may do: their rights follow in the same save."""

    superuser_adds = superuser_changes = True
    autocomplete_fields = ("stores", "warehouses")
    search_fields = ("name", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("stores", "warehouses")

    def save_related(
        self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        moved = "parent" in form.changed_data
        # A department that moves in the tree takes rights from whoever stood above it before.
        place = None if moved else form.instance
        grants.recompute_all(now=timezone.now(), place=place)

    @admin.display(description=_("stores"))
    def store_names(self, row: Department | Project) -> str:
        return _names(row.stores.all())

    @admin.display(description=_("warehouses"))
    def warehouse_names(self, row: Department | Project) -> str:
        return _names(row.warehouses.all())


class DepartmentAdmin(ScopeSetAdmin):
    menu = Place(Group.TRUST, "account_tree", 30)
    list_display = ("name", "code", "parent", "store_names", "warehouse_names")
    list_select_related = ("parent",)
    fields = ("name", "code", "parent", "stores", "warehouses")


class ProjectAdmin(ScopeSetAdmin):
    menu = Place(Group.TRUST, "flag", 40)
    list_display = ("name", "code", "store_names", "warehouse_names")
    fields = ("name", "code", "stores", "warehouses")


def _names(rows: Any) -> str:
    names = [row.name for row in rows]
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "") or show.NOTHING
