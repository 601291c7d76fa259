"""What connects a Douyin shop."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="app_key", label=_("app key")),
    CredentialField(name="app_secret", label=_("app secret"), secret=True),
    CredentialField(name="shop_id", label=_("shop's number on the platform"), required=False),
    CredentialField(
        name="service_id", label=_("service number (apps of the service market)"), required=False
    ),
    CredentialField(
        name="carriers",
        label=_("carriers' codes at the platform (sf=shunfeng, zto=zhongtong)"),
        required=False,
    ),
)
