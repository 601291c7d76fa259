"""What a channel is still to be told, or was told: one row per act, never repeated in silence."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PUSH_FLOW, PushStatus
from oms.models import Order, Store
from oms.models.base import StatusModel

OPEN = (PushStatus.WAITING, PushStatus.SENDING, PushStatus.ACCEPTED, PushStatus.FAILED)
"""Somebody (a worker, at ``not_before``) still has to do something about it by himself."""


class PushJob(StatusModel):
    """``key`` names the act to the channel, the same at every try. ``payload`` holds ids, numbers
    and codes only; whatever is personal is read when it is sent.

    ``attempts`` counts tries and is raised, in a commit of its own, before each of them;
    ``claim_no`` rises with it and never falls, which tells a worker's own claim from a later one.
    ``is_in_doubt`` says that an earlier try may have been carried out, so the channel is asked
    before it is told again. ``request_no`` is what the channel's support asks for about a refusal.
    """

    FLOW = PUSH_FLOW
    SUBJECT = "push"

    class Kind(models.TextChoices):
        SHIPMENT = "shipment", _("tracking number")
        REFUND = "refund", _("refund")
        RETURN_AGREE = "return_agree", _("agree to a return")
        RETURN_REFUSE = "return_refuse", _("refuse a return")
        MEMO = "memo", _("note and flag")

    kind = models.CharField(_("what"), max_length=16, choices=Kind.choices)
    store = models.ForeignKey(Store, models.PROTECT, related_name="pushes", verbose_name=_("store"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="pushes", verbose_name=_("order"))
    reference = models.CharField(_("parcel, refund or case"), max_length=64, db_index=True)
    key = models.CharField(_("key"), max_length=80, unique=True)
    payload = models.JSONField(_("payload"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim_no = models.PositiveIntegerField(default=0, editable=False)
    is_in_doubt = models.BooleanField(_("may have been done"), default=False)
    not_before = models.DateTimeField(_("due"))
    trying_since = models.DateTimeField(_("tried since"))
    created_at = models.DateTimeField(_("created"))
    last_error = models.CharField(_("what the channel said"), max_length=300, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    request_no = models.CharField(
        _("the channel's number of the call"), max_length=128, blank=True, default=""
    )
    channel_ref = models.CharField(_("the channel's number"), max_length=128, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    read_back_at = models.DateTimeField(_("seen at the channel"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=PushStatus.choices)

    class Meta:
        verbose_name = _("message to a channel")
        verbose_name_plural = _("messages to channels")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(done_at__isnull=False), name="push_done_has_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "not_before", "id"],
                name="push_due",
                condition=Q(status__in=["waiting", "sending", "accepted", "failed"]),
            ),
            models.Index(
                fields=["store", "-id"],
                name="push_inbox",
                condition=Q(status="needs_person"),
            ),
        ]

    def __str__(self) -> str:
        return self.key
