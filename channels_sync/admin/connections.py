"""Connect a shop: its address, its secret (shown once), on and off."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.webhook import signing
from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.models import StoreConnection
from channels_sync.services import connections
from oms.admin import show
from oms.admin.base import StoreScopedAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.refusals import Refusal


class StoreConnectionAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "cable", 50)
    view_permissions = (connections.RIGHT,)
    change_permissions = (connections.RIGHT,)
    add_permissions = (connections.RIGHT,)
    superuser_adds = superuser_changes = True
    list_display = ("store_sign", "connector", "working", "secret_since")
    list_display_links = ("store_sign",)
    list_select_related = ("store__channel",)
    ordering = ("store",)
    actions_detail = ("new_secret",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("store",)
        return ("store_sign", "connector", "hook_address", "base_url", "secret_since", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("store_sign", "connector", "hook_address", "secret_since")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = field.queryset.filter(connection=None)
        return field

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> "forms.Field | None":
        if db_field.name == "base_url":
            kwargs["assume_scheme"] = "https"
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.kind, obj.created_at = WebhookConnector.kind, timezone.now()
        super().save_model(request, obj, form, change)

    def has_renew_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        rows = self.get_queryset(request)
        return rows.filter(pk=object_id).exists() if object_id else rows.exists()

    @page_action(
        _("New secret"), permissions=("renew",), icon="key", url_path="secret", primary=True
    )
    def new_secret(self, request: HttpRequest, object_id: int) -> HttpResponse:
        connection = self.get_queryset(request).get(pk=object_id)
        if is_confirmed(request):
            try:
                secret = connections.renew_hook_secret(
                    connection.store_id, actor=person(request), now=timezone.now()
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                return self._show_secret(request, connection, secret)
        question = Question(
            title=_("New secret"),
            text=gettext(
                "The shop %(shop)s signs its messages with the new secret from now on. The one "
                "before stays good until the next new secret."
            )
            % {"shop": connection.store},
            yes=_("Make a new secret"),
            back=reverse("admin:channels_sync_storeconnection_change", args=[object_id]),
        )
        return ask(request, self, question)

    def _show_secret(
        self, request: HttpRequest, connection: StoreConnection, secret: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("New secret"),
            "secret": show.copyable(secret, strong=True),
            "address": show.copyable(_address(request, connection)),
            "headers": (
                signing.TIMESTAMP_HEADER,
                signing.NONCE_HEADER,
                signing.SIGNATURE_HEADER,
                signing.EVENT_ID_HEADER,
            ),
            "back": reverse("admin:channels_sync_storeconnection_change", args=[connection.pk]),
        }
        response = TemplateResponse(request, "channels_sync/secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, connection: StoreConnection) -> SafeString:
        return columns.store(connection.store)

    @admin.display(description=_("connector"))
    def connector(self, connection: StoreConnection) -> str:
        known = connection.kind in connectors
        return gettext(connectors.get(connection.kind).label) if known else connection.kind

    @admin.display(description=_("address of the hook"))
    def hook_address(self, connection: StoreConnection) -> SafeString:
        return show.copyable(reverse("custom_hook", args=[connection.store.code]))

    @admin.display(description=_("state"), ordering="is_active")
    def working(self, connection: StoreConnection) -> SafeString:
        if not connection.is_active:
            return show.chip(_("off"), "grey")
        if connection.secret_changed_at is None and not connection.credentials:
            return show.chip(_("has no secret yet"), "amber")
        return show.chip(_("on"), "green")

    @admin.display(description=_("secret since"), ordering="secret_changed_at")
    def secret_since(self, connection: StoreConnection) -> SafeString:
        return show.moment(connection.secret_changed_at, timezone.now())


def _address(request: HttpRequest, connection: StoreConnection) -> str:
    return request.build_absolute_uri(reverse("custom_hook", args=[connection.store.code]))
