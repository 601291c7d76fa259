"""What connects a Shopify shop."""

from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.shopify.codes import API_VERSION
from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(
        name="client_id", label=_("client ID (to authorize on the platform)"), required=False
    ),
    CredentialField(name="client_secret", label=_("client secret"), secret=True),
    CredentialField(
        name="access_token",
        label=_("access token (of an app of the shop's own, instead of authorizing)"),
        secret=True,
        required=False,
    ),
    CredentialField(name="shop_domain", label=_("shop's domain (name.myshopify.com)")),
    CredentialField(name="api_version", label=_("API version"), default=API_VERSION),
    CredentialField(
        name="location_id", label=_("inventory location (number; for stock only)"), required=False
    ),
)
