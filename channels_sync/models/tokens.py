"""The token that a merchant's yes gave us, renewed from time to time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.connections import StoreConnection
from oms.privacy.fields import EncryptedJSONField


class ChannelToken(models.Model):
    """``secrets`` holds ``access_token`` and ``refresh_token``. ``generation`` counts the renewals:
    whoever saw an older one knows that another worker was quicker.

    ``dead_since`` is when the platform refused to give another: only the merchant can help then.
    """

    connection = models.OneToOneField(
        StoreConnection, models.CASCADE, related_name="token", verbose_name=_("store connection")
    )
    secrets = EncryptedJSONField(_("tokens"), default=dict)
    access_expires_at = models.DateTimeField(_("good until"), null=True, blank=True)
    refresh_expires_at = models.DateTimeField(_("renewable until"), null=True, blank=True)
    scope = models.CharField(_("rights"), max_length=300, blank=True)
    shop_id = models.CharField(_("shop number"), max_length=64, blank=True)
    shop_name = models.CharField(_("shop name"), max_length=120, blank=True)
    generation = models.PositiveIntegerField(default=1)
    renewed_at = models.DateTimeField(_("renewed"))
    dead_since = models.DateTimeField(_("refused since"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("channel token")
        verbose_name_plural = _("channel tokens")
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["access_expires_at"],
                name="token_to_renew",
                condition=models.Q(dead_since=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} v{self.generation}"
