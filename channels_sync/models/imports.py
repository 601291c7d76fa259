"""How a store's files are read, and which of their rows could not be used."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_sync.dto import ImportOptions, MalformedOptions
from oms.models import Job, Store


def validate_options(options: object) -> None:
    """:raises ValidationError: if the options name unknown fields or contradict themselves"""
    try:
        ImportOptions.from_json(options)
    except MalformedOptions as error:
        raise ValidationError(
            _("The mapping is not usable: %(problem)s."), params={"problem": str(error)}
        ) from error


class ImportMapping(models.Model):
    """Which column of a store's files means what, remembered under a name.

    ``options`` is the JSON form of ``channels_sync.dto.ImportOptions``.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="import_mappings", verbose_name=_("store")
    )
    name = models.CharField(_("name"), max_length=64)
    options = models.JSONField(_("options"), validators=[validate_options])
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        ordering = ["store", "name"]
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="mapping_once_per_store"),
            models.CheckConstraint(condition=~models.Q(name=""), name="mapping_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportFault(models.Model):
    """Rows of a file that make no order, and why. The cells themselves stay in the file.

    Rows are counted as a spreadsheet shows them: the column names are row 1.
    """

    job = models.ForeignKey(
        Job, models.CASCADE, related_name="import_faults", verbose_name=_("import")
    )
    channel_order_no = models.CharField(_("channel order number"), max_length=64, blank=True)
    first_row = models.PositiveIntegerField(_("first row"))
    row_count = models.PositiveIntegerField(_("rows"))
    rows = models.JSONField(_("row numbers"), default=list)
    cause = models.CharField(_("cause"), max_length=32)
    explanation = models.CharField(_("explanation"), max_length=300)

    class Meta:
        verbose_name = _("import fault")
        verbose_name_plural = _("import faults")
        ordering = ["job", "first_row"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["job", "first_row"], name="fault_once_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.first_row}: {self.explanation}"
