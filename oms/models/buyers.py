"""Who bought and where it goes. Personal data is encrypted; lists show the masks."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models.organization import Channel
from oms.privacy.fields import EncryptedJSONField, EncryptedTextField


class Buyer(models.Model):
    """A buyer as one channel knows him. An order may have none, and no buyer equals no other.

    ``channel_buyer_id`` is the platform's opaque id, never an e-mail address or a phone number.
    """

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="buyers", verbose_name=_("channel")
    )
    channel_buyer_id = models.CharField(_("channel buyer"), max_length=128)
    nickname = EncryptedTextField(_("nickname"), blank=True, default="")

    class Meta:
        verbose_name = _("buyer")
        verbose_name_plural = _("buyers")
        constraints = [
            models.UniqueConstraint(fields=["channel", "channel_buyer_id"], name="buyer_once"),
        ]

    def __str__(self) -> str:
        return self.channel_buyer_id


class Receiver(models.Model):
    """One order's destination, never changed in place: a new address is a new row.

    Either our own encrypted text or the platform's ciphertext, never decrypted to compare.
    ``address_key`` says which (its prefix) and with which key version it was made.
    """

    class Kind(models.TextChoices):
        PLAIN = "plain", _("our own")
        CIPHER = "cipher", _("platform ciphertext")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, default="CN")
    province = models.CharField(_("province"), max_length=64, blank=True)
    city = models.CharField(_("city"), max_length=64, blank=True)
    district = models.CharField(_("district"), max_length=64, blank=True)
    town = models.CharField(_("town"), max_length=64, blank=True)
    postcode = EncryptedTextField(_("postcode"), blank=True, default="")
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    street = EncryptedTextField(_("street"), blank=True, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    platform_cipher = EncryptedJSONField(_("platform ciphertext"), null=True, blank=True)
    platform_ref = models.CharField(_("platform reference"), max_length=500, blank=True)
    name_mask = models.CharField(_("name"), max_length=64, blank=True)
    phone_mask = models.CharField(_("phone"), max_length=32, blank=True)
    street_mask = models.CharField(_("street"), max_length=200, blank=True)
    phone_tail = models.CharField(_("last digits"), max_length=4, blank=True, db_index=True)
    phone_fingerprint = models.CharField(max_length=48, blank=True, db_index=True)
    address_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")

    def __str__(self) -> str:
        return f"{self.name_mask} {self.phone_mask}"
