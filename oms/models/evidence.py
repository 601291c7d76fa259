"""Sensitive acts, appended in the same transaction as the act itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceEntry(models.Model):
    """One act that may be disputed: a refund, a revealed phone number, a changed right, an export,
    a merge, a stock adjustment. ``facts`` holds numbers and digests, never personal data."""

    kind = models.CharField(_("act"), max_length=48, db_index=True)
    subject = models.CharField(_("about"), max_length=64, db_index=True)
    facts = models.JSONField(_("facts"), default=dict)
    actor_id = models.BigIntegerField(_("by"), null=True, blank=True)
    actor_name = models.CharField(_("by"), max_length=150, blank=True)
    remote_addr = models.GenericIPAddressField(_("address"), null=True, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
