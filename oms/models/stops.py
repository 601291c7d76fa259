"""A stop: raised by a refund request, hold, cancel or address change, checked by every station."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models.fulfillment import FulfillmentOrder
from oms.models.orders import Order


class StopToken(models.Model):
    """Inserting one and a station's check lock the same document row, so one of them comes first:
    ``station`` is where the document stood then, and the platform gets a true answer from it."""

    fulfillment = models.ForeignKey(
        FulfillmentOrder, models.PROTECT, related_name="stops", verbose_name=_("document")
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="stops", verbose_name=_("order"))
    reason = models.CharField(_("reason"), max_length=200)
    station = models.CharField(_("stood at"), max_length=24)
    raised_at = models.DateTimeField(_("raised"))
    raised_by = models.ForeignKey(
        "oms.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lift_reason = models.CharField(_("why lifted"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        indexes = [
            models.Index(
                fields=["fulfillment"], name="stop_active", condition=Q(lifted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.reason
