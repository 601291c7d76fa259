"""Who was reminded that a platform will decide in our place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.models.cases import AfterSalesCase
from oms.models import User


class TermReminder(models.Model):
    """One mail to one person about one vote of a case, while one term of the platform's stands.

    ``last_error`` stands while the mail waits for its next try. It is taken off before the mail
    leaves: a worker that vanishes in between sends none twice.
    """

    case = models.ForeignKey(
        AfterSalesCase, models.CASCADE, related_name="reminders", verbose_name=_("case")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    level = models.PositiveSmallIntegerField(_("level"))
    respond_by = models.DateTimeField(_("the platform's term"))
    reminded_at = models.DateTimeField(_("reminded"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("reminder of a term")
        verbose_name_plural = _("reminders of terms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "level", "respond_by"], name="term_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.user}"
