"""Named leases, so that a scheduled job never runs beside itself, and signs of life."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NamedLock(models.Model):
    """Held until ``expires_at`` by whoever moved it there with a compare-and-set."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    expires_at = models.DateTimeField(_("held until"))
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a worker was last seen alive."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name
