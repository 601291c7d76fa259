"""The reasons for which a platform lets one of its requests be refused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import Store


class RefusalReasons(models.Model):
    """As the platform told them for one request; ``reasons`` holds [code, words, needs a photo].

    None of them means that it was asked and told none, or has no answer yet; then it is asked
    again from ``not_before`` on.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", verbose_name=_("store"))
    channel_refund_no = models.CharField(_("channel refund number"), max_length=64)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    asked_at = models.DateTimeField(_("platform asked"))
    not_before = models.DateTimeField(_("next try from"))

    class Meta:
        verbose_name = _("reasons to refuse")
        verbose_name_plural = _("reasons to refuse")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_refund_no"], name="refusal_reasons_once"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="refusal_reasons_asked")]

    def __str__(self) -> str:
        return self.channel_refund_no
