"""What a person enters to connect a shop at Pinduoduo."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="client_id", label=_("client ID")),
    CredentialField(name="client_secret", label=_("client secret"), secret=True),
    CredentialField(
        name="carriers",
        label=_("carriers' numbers at the platform (sf=44, zto=115)"),
        required=False,
    ),
)
