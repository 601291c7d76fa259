"""Events between apps, written with the change they tell of and delivered after it is committed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """What happened. The payload holds ids and numbers, never personal data."""

    name = models.CharField(_("event"), max_length=64, db_index=True)
    payload = models.JSONField(_("payload"))
    correlation_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class EventDelivery(models.Model):
    """One handler's copy of an event: delivered, or to be tried again, or in front of a person."""

    event = models.ForeignKey(
        OutboxEvent, models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    handler = models.CharField(_("handler"), max_length=120)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    needs_person = models.BooleanField(_("needs a person"), default=False)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="delivery_due",
                condition=Q(delivered_at__isnull=True, needs_person=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"
