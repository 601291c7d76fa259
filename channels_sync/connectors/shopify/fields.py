"""What connects a Shopify shop."""

from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.shopify.codes import API_VERSION
from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="access_token", label=_("access token"), secret=True),
    CredentialField(name="client_secret", label=_("client secret"), secret=True),
    CredentialField(name="shop_domain", label=_("shop's domain (name.myshopify.com)")),
    CredentialField(name="api_version", label=_("API version"), default=API_VERSION),
    CredentialField(
        name="location_id", label=_("inventory location (number; for stock only)"), required=False
    ),
)
