"""The business record that people read: who did what to which row, when, from where to where."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimelineEntry(models.Model):
    """One act. The subject is named, not linked, so that the table can be cut by month.

    ``entered_at`` is when the row came into ``from_status``: the difference to ``at`` is how long
    it stood at that station. ``note`` never holds personal data.
    """

    subject = models.CharField(_("about"), max_length=24)
    subject_id = models.BigIntegerField()
    action = models.CharField(_("action"), max_length=48)
    from_status = models.CharField(_("from"), max_length=24, blank=True)
    to_status = models.CharField(_("to"), max_length=24, blank=True)
    actor = models.ForeignKey(
        "oms.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("why"), max_length=500, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    entered_at = models.DateTimeField(_("since"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        ordering = ["subject", "subject_id", "id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["subject", "subject_id", "id"], name="timeline_subject"),
            models.Index(fields=["at"], name="timeline_at"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.action}"
