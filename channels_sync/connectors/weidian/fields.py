"""What connects a Weidian shop."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="app_key", label=_("app key")),
    CredentialField(name="app_secret", label=_("app secret"), secret=True),
    CredentialField(
        name="hook_key",
        label=_("key in the push address (…?hook_key=)"),
        secret=True,
        required=False,
    ),
    CredentialField(
        name="carriers",
        label=_("carriers' numbers at the platform, only where its list lacks one (sf=1)"),
        required=False,
    ),
)
