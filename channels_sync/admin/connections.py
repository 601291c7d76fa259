"""Connect a shop: its address, its secret (shown once), on and off."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.admin import hook_secrets, offers, status_acts, testing
from channels_sync.admin.connecting import ConnectionForm, NewConnectionForm
from channels_sync.admin.health import health_view
from channels_sync.admin.status import status_view
from channels_sync.connectors.installed import connectors
from channels_sync.models import StoreConnection
from channels_sync.pages.authorized import return_address
from channels_sync.services import connecting
from channels_sync.services.authorizing import has_page
from channels_sync.services.connecting import RIGHT
from channels_sync.services.hook_secrets import secret_name
from channels_sync.services.tokens import asks_for_tokens
from oms.admin import show
from oms.admin.base import StoreScopedAdmin, page_action
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.admin.reach import person


class StoreConnectionAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "cable", 50)
    view_permissions = (RIGHT,)
    change_permissions = (RIGHT,)
    add_permissions = (RIGHT,)
    superuser_adds = superuser_changes = True
    list_display = ("store_sign", "connector", "working", "good_until", "secret_since")
    list_display_links = ("store_sign",)
    list_select_related = ("store__channel", "token")
    ordering = ("store",)
    actions_detail = ("test_line", "authorize", "new_secret")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("store", "kind")}),)
        known = [one for one in self.get_readonly_fields(request, obj) if one != "offered"]
        keys = ConnectionForm.key_names(obj.kind)
        return (
            (None, {"fields": (*known, "is_active")}),
            (_("Address and keys"), {"fields": ("base_url", *keys)}),
            (_("What the platform offers"), {"fields": ("offered",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        way_back = ("return_address",) if obj and has_page(obj) else ()
        return (
            "store_sign",
            "connector",
            "hook_address",
            *way_back,
            "good_until",
            "secret_since",
            "offered",
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        """The platform's keys are made with the form: they are no columns to check."""
        self.form = ConnectionForm if obj else NewConnectionForm
        kw["fields"] = self.form.Meta.fields
        return super().get_form(request, obj, change, **kw)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = field.queryset.filter(connection=None)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        now = timezone.now()
        if change:
            connecting.set_up(
                obj.pk,
                entered=form.keys,
                base_url=obj.base_url,
                is_active=obj.is_active,
                actor=person(request),
                now=now,
            )
            return
        row = connecting.connect_store(obj.store_id, kind=obj.kind, actor=person(request), now=now)
        obj.pk, obj._state.adding = row.pk, False

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Go on to the page that asks for the keys."""
        messages.success(request, gettext("Chosen. Enter the keys now, then test the line."))
        return redirect("admin:channels_sync_storeconnection_change", obj.pk)

    def has_setup_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(object_id and self.get_queryset(request).filter(pk=object_id).exists())

    def has_authorize_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.get_queryset(request).filter(pk=object_id).first() if object_id else None
        return row is not None and asks_for_tokens(row)

    @page_action(_("Test the line"), permissions=("setup",), icon="electrical_services")
    def test_line(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return testing.test_line(self, request, object_id)

    @page_action(_("Authorize"), permissions=("authorize",), icon="verified_user", primary=True)
    def authorize(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return testing.authorize(self, request, object_id)

    def get_urls(self) -> list[Any]:
        seen = self.admin_site.admin_view
        pages = [
            path("health/", seen(health_view), name="channel_health"),
            path("status/", seen(status_view), name="channel_status"),
        ]
        for act in (status_acts.try_now, status_acts.pause, status_acts.resume):
            word = act.__name__.partition("_")[0]
            pages.append(
                path(f"status/<int:store_id>/{word}/", seen(act), name=f"channel_status_{word}")
            )
        return [*pages, *super().get_urls()]

    def has_renew_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        rows = self.get_queryset(request).filter(pk=object_id).values_list("kind", flat=True)
        return bool(object_id and any(map(secret_name, rows)))

    @page_action(
        _("New secret"), permissions=("renew",), icon="key", url_path="secret", primary=True
    )
    def new_secret(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return hook_secrets.new_secret(self, request, object_id)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, connection: StoreConnection) -> SafeString:
        return columns.store(connection.store)

    @admin.display(description=_("connector"))
    def connector(self, connection: StoreConnection) -> str:
        known = connection.kind in connectors
        return gettext(connectors.get(connection.kind).label) if known else connection.kind

    @admin.display(description=_("address of the hook"))
    def hook_address(self, connection: StoreConnection) -> SafeString:
        return hook_secrets.shown_address(connection)

    @admin.display(description=_("offered"))
    def offered(self, connection: StoreConnection) -> SafeString:
        return offers.shown(connection.kind)

    @admin.display(description=_("address of the return"))
    def return_address(self, connection: StoreConnection) -> SafeString:
        advice = _("Enter it at the platform as the callback (redirect) address, then authorize.")
        address = show.copyable(return_address())
        return format_html('<div class="cs-address">{}<br>{}</div>', address, advice)

    @admin.display(description=_("state"), ordering="is_active")
    def working(self, connection: StoreConnection) -> SafeString:
        if not connection.is_active:
            return show.chip(_("off"), "grey")
        if connection.secret_changed_at is None and not connection.credentials:
            return show.chip(_("has no secret yet"), "amber")
        token = getattr(connection, "token", None)
        if token is not None and token.dead_since is not None:
            return show.chip(_("authorization is over"), "red")
        if token is None and asks_for_tokens(connection):
            return show.chip(_("not authorized yet"), "amber")
        return show.chip(_("on"), "green")

    @admin.display(description=_("authorized until"), ordering="token__access_expires_at")
    def good_until(self, connection: StoreConnection) -> SafeString:
        token = getattr(connection, "token", None)
        return show.moment(token.access_expires_at if token else None, timezone.now())

    @admin.display(description=_("secret since"), ordering="secret_changed_at")
    def secret_since(self, connection: StoreConnection) -> SafeString:
        return show.moment(connection.secret_changed_at, timezone.now())

    class Media:
        css = {"all": ("channels_sync/channels.css",)}  # noqa: RUF012
