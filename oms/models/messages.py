"""Messages to a buyer, one row per message, so that none goes out twice and none is forgotten."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models.orders import Order
from oms.models.organization import Store


class BuyerMessage(models.Model):
    """``dedupe_key`` names the occasion (one shipping message per parcel, however many orders)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("not needed")
        FAILED = "failed", _("failed")

    dedupe_key = models.CharField(max_length=80, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="messages", verbose_name=_("order")
    )
    template = models.SlugField(_("template"), max_length=32)
    facts = models.JSONField(_("facts"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"))
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                name="message_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
        ]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.dedupe_key
