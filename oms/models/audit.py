"""The field-by-field log of django-auditlog, with the scope it belongs to."""

from auditlog.models import AbstractLogEntry
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(AbstractLogEntry):
    """Who changed which field from what to what, from which address. Personal data is masked.

    Store and warehouse are ids, not keys: the entry outlives everything it tells of.
    """

    store_id = models.BigIntegerField(_("store"), null=True, blank=True, db_index=True)
    warehouse_id = models.BigIntegerField(_("warehouse"), null=True, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(AbstractLogEntry.Meta):
        abstract = False
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)
