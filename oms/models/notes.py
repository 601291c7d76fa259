"""The seller's note on an order where a person here wrote it: what the channel has of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models.orders import Order
from oms.models.users import User
from oms.privacy.fields import EncryptedJSONField, EncryptedTextField


class SellerNote(models.Model):
    """The note itself stands on the order; a row here means that somebody here changed it.

    ``number`` rises with every change, ``told_number`` is the newest one that the channel has.
    ``channel_memo`` and ``channel_flag`` are the channel's last known words, ``known_at`` when the
    order had changed there at that time. ``past`` keeps earlier words, newest last: {"memo": [],
    "flag": []}.
    """

    order = models.OneToOneField(
        Order, models.PROTECT, related_name="own_note", verbose_name=_("order")
    )
    channel_memo = EncryptedTextField(_("note at the channel"), blank=True, default="")
    channel_flag = models.CharField(_("flag at the channel"), max_length=16, blank=True)
    known_at = models.DateTimeField(_("known at"))
    past = EncryptedJSONField(_("earlier notes"), default=dict)
    number = models.PositiveIntegerField(_("number of changes"), default=0)
    told_number = models.PositiveIntegerField(_("told up to"), default=0)
    clashed_at = models.DateTimeField(
        _("changed on both sides"),
        null=True,
        blank=True,
        help_text=_("Both texts were kept; nobody here has edited it since."),
    )
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("seller's note")
        verbose_name_plural = _("seller's notes")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.order)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the channel has not heard the newest change yet."""
        return self.told_number < self.number
