"""What a person enters to connect an SF account."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField
from warehouse.carriers.sf.account import PRODUCTION
from warehouse.carriers.sf.signing import SignMode

FIELDS = (
    CredentialField(name="partner_id", label=_("Partner ID")),
    CredentialField(name="checkword", label=_("Checkword"), secret=True),
    CredentialField(name="monthly_card", label=_("Monthly account number"), required=False),
    CredentialField(name="base_url", label=_("Service address"), default=PRODUCTION),
    CredentialField(
        name="sign_mode",
        label=_("Signature method"),
        default=SignMode.STANDARD.value,
        choices=(
            (SignMode.STANDARD.value, _("Standard MD5")),
            (SignMode.SIMPLE.value, _("Simple MD5")),
            (SignMode.SM3.value, "SM3"),
        ),
    ),
    CredentialField(
        name="call_courier",
        label=_("Call a courier with every order"),
        default="0",
        choices=(("0", _("No")), ("1", _("Yes"))),
    ),
    CredentialField(
        name="label_size",
        label=_("Label size of the cloud print"),
        default="76130",
        choices=(("76130", "76 × 130 mm"), ("150", "100 × 150 mm")),
    ),
)
