"""How a store's line to its platform fares, over everything that is asked and told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import Store, User


class LineState(models.Model):
    """The circuit breaker of one store, and whether a person paused it.

    ``kind`` failed ``failures`` times in a row. Since ``opened_at`` the store is left alone; at
    ``probe_at`` one probe goes out, and ``trips`` says for how many rests that went on. While
    ``paused_at`` is set nothing is asked and told, but what the platform sends is kept.

    ``heard_at``, ``told_at`` and ``stock_at`` say when something went through last, to the minute.
    """

    store = models.OneToOneField(
        Store, models.PROTECT, related_name="line_state", verbose_name=_("store")
    )
    kind = models.CharField(_("kind of the failures"), max_length=16, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    trips = models.PositiveSmallIntegerField(_("rests in a row"), default=0)
    opened_at = models.DateTimeField(_("left alone since"), null=True, blank=True)
    probe_at = models.DateTimeField(_("next probe"), null=True, blank=True)
    is_probing = models.BooleanField(_("probe under way"), default=False)
    failed_at = models.DateTimeField(_("failed last"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    heard_at = models.DateTimeField(_("last message received"), null=True, blank=True)
    told_at = models.DateTimeField(_("last message taken"), null=True, blank=True)
    stock_at = models.DateTimeField(_("last stock taken"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    paused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paused by")
    )
    pause_reason = models.CharField(_("why it is paused"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("state of a line")
        verbose_name_plural = _("states of lines")
        ordering = ["store"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opened_at__isnull=True) | models.Q(probe_at__isnull=False),
                name="open_line_is_probed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}: {self.kind or '-'} {self.failures}"
