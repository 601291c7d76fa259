"""What connects a WooCommerce shop."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="consumer_key", label=_("consumer key (ck_…)")),
    CredentialField(name="consumer_secret", label=_("consumer secret (cs_…)"), secret=True),
    CredentialField(name="webhook_secret", label=_("webhook secret"), secret=True, required=False),
    CredentialField(
        name="tracking_meta",
        label=_("order fields for tracking, as a plugin names them (company, number)"),
        required=False,
    ),
)
