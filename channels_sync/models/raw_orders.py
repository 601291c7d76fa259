"""What a channel sent, as it sent it, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import RAW_ORDER_FLOW, RawOrderStatus
from channels_sync.models.imports import ImportMapping
from oms.models import Job, Order, Store, User
from oms.models.base import StatusModel
from oms.privacy.fields import EncryptedTextField


class RawOrder(StatusModel):
    """One message about one order. ``payload`` is exactly what came, encrypted.

    ``cause`` is a code to group by and ``explanation`` tells a person why it was not taken in;
    neither ever holds personal data. ``not_before`` is when it is (again) due to be taken in.
    """

    FLOW = RAW_ORDER_FLOW
    SUBJECT = "raw_order"

    class Source(models.TextChoices):
        WEBHOOK = "webhook", _("webhook")
        PULL = "pull", _("pull")
        FILE = "file", _("file")
        MANUAL = "manual", _("by hand")

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="raw_orders", verbose_name=_("store")
    )
    source = models.CharField(_("came by"), max_length=8, choices=Source.choices)
    channel_order_no = models.CharField(_("channel order number"), max_length=64, blank=True)
    event = models.CharField(_("event"), max_length=32, blank=True)
    event_id = models.CharField(_("event number"), max_length=128, blank=True)
    payload = EncryptedTextField(_("payload"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    received_at = models.DateTimeField(_("received"))
    channel_modified_at = models.DateTimeField(_("changed on the channel"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=32, blank=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="raw_orders",
        verbose_name=_("order"),
    )
    mapping = models.ForeignKey(
        ImportMapping,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mapping"),
    )
    job = models.ForeignKey(
        Job, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("import")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("due"), default=timezone.now)
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=RawOrderStatus.choices)

    class Meta:
        verbose_name = _("raw order")
        verbose_name_plural = _("raw orders")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "event_id"],
                name="raw_event_once",
                condition=~Q(event_id=""),
            ),
            models.CheckConstraint(
                condition=~Q(status="exception") | ~Q(cause=""), name="raw_exception_has_cause"
            ),
            models.CheckConstraint(
                condition=~Q(source="file") | Q(mapping__isnull=False), name="raw_file_has_mapping"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], name="raw_due", condition=Q(status="received")
            ),
            models.Index(
                fields=["store", "not_before", "id"],
                name="raw_turn",
                condition=Q(status="received"),
            ),
            models.Index(
                fields=["store", "cause", "received_at"],
                name="raw_inbox",
                condition=Q(status="exception"),
            ),
            models.Index(fields=["store", "channel_order_no"], name="raw_of_order"),
        ]

    def __str__(self) -> str:
        return self.channel_order_no or f"#{self.pk}"
