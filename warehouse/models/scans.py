"""Every scan: who, where, what, and what the system said. Written once, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import User, Warehouse


class ScanLog(models.Model):
    """``digest`` is of the whole request: the same key with another request is refused, with the
    same one it gets ``answer`` again. A code that stands for nothing is kept masked."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    idem_key = models.CharField(_("key"), max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    station = models.CharField(_("station"), max_length=16, blank=True)
    device = models.CharField(_("device"), max_length=64, blank=True)
    context = models.JSONField(_("context"), default=dict)
    code = models.CharField(_("code"), max_length=128, blank=True)
    kind = models.CharField(_("stands for"), max_length=16, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    message = models.CharField(_("message"), max_length=300, blank=True)
    answer = models.JSONField(_("answer"), default=dict)
    client_at = models.DateTimeField(_("scanned"), null=True, blank=True)
    server_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["warehouse", "-id"], name="scan_by_warehouse"),
            models.Index(fields=["user", "-id"], name="scan_by_user"),
            models.Index(fields=["code"], name="scan_by_code"),
        ]

    def __str__(self) -> str:
        return self.code
