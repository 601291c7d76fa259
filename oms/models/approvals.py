"""Requests for a yes: at most two levels, one row per level, and who stands in for whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.flows.approval import APPROVAL_FLOW, STEP_FLOW, ApprovalStatus, StepStatus
from oms.models.base import StatusModel
from oms.models.organization import Store
from oms.models.users import User


class ApprovalRequest(StatusModel):
    """``subject`` names what it is about (a case number, an export); ``digest`` is the fingerprint
    of what was asked, so that approving something that changed meanwhile is refused."""

    FLOW = APPROVAL_FLOW
    SUBJECT = "approval"

    kind = models.SlugField(_("kind"), max_length=32)
    subject = models.CharField(_("about"), max_length=40, db_index=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    summary = models.CharField(_("summary"), max_length=300)
    digest = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approval_requests",
        verbose_name=_("asked by"),
    )
    opened_at = models.DateTimeField(_("asked"))
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=ApprovalStatus.choices)

    class Meta:
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                name="approval_open_once",
                condition=Q(status="open"),
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class ApprovalStep(StatusModel):
    """One level's vote: the row is the vote, with the name of the person who cast it."""

    FLOW = STEP_FLOW
    SUBJECT = "approval_step"

    request = models.ForeignKey(
        ApprovalRequest, models.PROTECT, related_name="steps", verbose_name=_("request")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    permission = models.CharField(_("right needed"), max_length=64)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approval_votes",
        verbose_name=_("decided by"),
    )
    on_behalf_of = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=StepStatus.choices)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["request", "level"]
        constraints = [
            models.UniqueConstraint(fields=["request", "level"], name="step_once_per_level"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=2), name="step_two_levels_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.level}"


class Delegation(models.Model):
    """While it lasts, ``to_user`` may decide what ``from_user`` may; every vote names both."""

    from_user = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_given", verbose_name=_("stood in for")
    )
    to_user = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_held", verbose_name=_("stands in")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_user=F("to_user")), name="delegation_to_someone_else"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="delegation_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_user_id} → {self.to_user_id}"
