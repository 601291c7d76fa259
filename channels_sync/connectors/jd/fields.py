"""What a person enters to connect a shop at JD."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="app_key", label=_("app key")),
    CredentialField(name="app_secret", label=_("app secret"), secret=True),
    CredentialField(
        name="carriers",
        label=_("carriers' numbers at the platform (sf=467, zto=1499)"),
        required=False,
    ),
)
