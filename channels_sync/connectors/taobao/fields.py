"""What connects a Taobao or Tmall shop."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import CredentialField

FIELDS = (
    CredentialField(name="app_key", label=_("App Key")),
    CredentialField(name="app_secret", label=_("App Secret"), secret=True),
)
