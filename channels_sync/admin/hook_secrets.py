"""Where a platform sends its messages, and the button that makes the secret which proves them."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.webhook import signing
from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.models import StoreConnection
from channels_sync.services import hook_secrets
from oms.admin import show
from oms.admin.base import StoreScopedAdmin
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.reach import person
from oms.refusals import Refusal

_HOOKS = {WebhookConnector.kind: "custom_hook", "shopify": "shopify_hook"}
_HEADERS = (
    signing.TIMESTAMP_HEADER,
    signing.NONCE_HEADER,
    signing.SIGNATURE_HEADER,
    signing.EVENT_ID_HEADER,
)
_STEPS = {
    "woocommerce": (
        _("In the shop: WooCommerce, Settings, Advanced, Webhooks, Add webhook."),
        _("Add one each for “Order created”, “Order updated” and “Order deleted”."),
        _("Enter this address as the delivery URL, and the secret as the secret."),
    ),
    "weidian": (
        _("In Weidian's open platform, on your app's page, open the message subscription."),
        _("Enter this whole address as the push address. The key in it is the secret."),
    ),
}


def address_of(connection: StoreConnection, *, secret: str = "") -> str:
    """Return where the platform sends its messages for this store."""
    code, name = connection.store.code, _HOOKS.get(connection.kind)
    path = (
        reverse(name, args=[code])
        if name
        else reverse("platform_hook", args=[connection.kind, code])
    )
    query = f"?{urlencode({hook_secrets.secret_name(connection.kind): secret})}" if secret else ""
    return f"{settings.BASE_URL.rstrip('/')}{path}{query}"


def shown_address(connection: StoreConnection) -> SafeString:
    """Show the address to copy; where the secret is part of it, it is of no use without."""
    if connection.kind not in listeners and connection.kind not in _HOOKS:
        return format_html("{}", _("None: this platform is asked, it sends nothing here."))
    address = address_of(connection)
    if not _is_in_address(connection.kind):
        return format_html('<div class="cs-address">{}</div>', show.copyable(address))
    advice = _("It ends in a key. “New secret” shows the whole address once.")
    name = hook_secrets.secret_name(connection.kind)
    return format_html('<div class="cs-address">{}?{}=…<br>{}</div>', address, name, advice)


def new_secret(page: StoreScopedAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Ask, make it, show it once."""
    connection = page.get_queryset(request).get(pk=object_id)
    if is_confirmed(request):
        try:
            secret = hook_secrets.renew_hook_secret(
                connection.store_id, actor=person(request), now=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            return _show(page, request, connection, secret)
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
    return ask(request, page, question)


def _show(
    page: StoreScopedAdmin, request: HttpRequest, connection: StoreConnection, secret: str
) -> HttpResponse:
    is_in_address = _is_in_address(connection.kind)
    address = address_of(connection, secret=secret if is_in_address else "")
    context = {
        **page.admin_site.each_context(request),
        "title": _("New secret"),
        "secret": "" if is_in_address else show.copyable(secret, strong=True),
        "address": show.copyable(address, strong=is_in_address),
        "steps": _STEPS.get(connection.kind, ()),
        "headers": _HEADERS,
        "back": reverse("admin:channels_sync_storeconnection_change", args=[connection.pk]),
    }
    response = TemplateResponse(request, "channels_sync/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _is_in_address(kind: str) -> bool:
    return kind in listeners and listeners.get(kind).is_in_address
