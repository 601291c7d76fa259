"""A store's line to its platform, and what keeps a message from being taken in twice."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models import Store
from oms.privacy.fields import EncryptedJSONField


class StoreConnection(models.Model):
    """How one store is reached. ``kind`` names the connector; ``credentials`` are its secrets.

    Of a signed webhook they hold ``hook_secret`` and, while the sender changes over,
    ``hook_secret_before``: both are accepted.
    """

    store = models.OneToOneField(
        Store, models.PROTECT, related_name="connection", verbose_name=_("store")
    )
    kind = models.CharField(_("connector"), max_length=32)
    base_url = models.URLField(_("address"), blank=True)
    credentials = EncryptedJSONField(_("credentials"), default=dict)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    secret_changed_at = models.DateTimeField(_("secret changed"), null=True, editable=False)

    class Meta:
        verbose_name = _("store connection")
        verbose_name_plural = _("store connections")
        ordering = ["store"]

    def __str__(self) -> str:
        return f"{self.store} ({self.kind})"


class HookNonce(models.Model):
    """A number that a signed message used up; kept while its time stamp could still pass."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    nonce = models.CharField(max_length=64)
    seen_at = models.DateTimeField(_("seen"), db_index=True)

    class Meta:
        verbose_name = _("used nonce")
        verbose_name_plural = _("used nonces")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["store", "nonce"], name="nonce_once")]

    def __str__(self) -> str:
        return self.nonce
