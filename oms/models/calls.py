"""Every call to the outside: to whom, how long, how it ended. Bodies are masked and cut."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CallLog(models.Model):
    kind = models.CharField(_("other side"), max_length=32)
    operation = models.CharField(_("operation"), max_length=100)
    store_id = models.BigIntegerField(_("store"), null=True, blank=True, db_index=True)
    reference = models.CharField(_("reference"), max_length=64, blank=True, db_index=True)
    url = models.CharField(_("address"), max_length=300)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=32)
    duration_ms = models.PositiveIntegerField(_("took (ms)"))
    request_body = models.TextField(_("request"), blank=True)
    response_body = models.TextField(_("answer"), blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.kind} {self.operation}: {self.outcome}"
