"""What connects a Youzan shop."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="client_id", label=_("client id")),
    CredentialField(name="client_secret", label=_("client secret"), secret=True),
    CredentialField(name="kdt_id", label=_("shop's number on the platform"), required=False),
    CredentialField(
        name="sender_mobile",
        label=_("sender's phone (SF asks for it to show the route)"),
        required=False,
    ),
)
