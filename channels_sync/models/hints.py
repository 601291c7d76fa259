"""What a platform's push said to look at again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import Store


class ChannelHint(models.Model):
    """One order or refund to be read again; ten pushes about it are one reading.

    The row goes when the reading is kept, unless another push came meanwhile (``heard_at`` moved).
    """

    class Subject(models.TextChoices):
        ORDER = "order", _("order")
        REFUND = "refund", _("refund")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    subject = models.CharField(_("about"), max_length=8, choices=Subject.choices)
    channel_no = models.CharField(_("channel's number"), max_length=64)
    heard_at = models.DateTimeField(_("heard"))
    not_before = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hint of a channel")
        verbose_name_plural = _("hints of channels")
        default_permissions = ("view",)
        ordering = ["not_before", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "subject", "channel_no"], name="one_hint_a_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(subject__in=["order", "refund"]), name="hint_subject_known"
            ),
            models.CheckConstraint(condition=~models.Q(channel_no=""), name="hint_names_something"),
        ]
        indexes = [models.Index(fields=["not_before"], name="hint_due")]

    def __str__(self) -> str:
        return f"{self.subject} {self.channel_no}"
