"""How far each store's orders were asked for, and what each asking brought."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import Store


class Lane(models.TextChoices):
    """What is asked for; each lane of a store has its own mark and its own troubles."""

    ORDERS = "orders", _("orders")
    REFUNDS = "refunds", _("refunds")


class SyncCursor(models.Model):
    """Everything changed before ``since`` was asked for. A window that is under way reaches to
    ``until`` and goes on at ``page``, the platform's own mark.

    What a long silence left behind is worked off under a mark of its own (``is_backlog``) up to
    ``goal``, where it ends, while the other one goes on with what happens now. ``counted`` is how
    many orders the platform says that is, ``taken`` how many came so far.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="sync_cursors", verbose_name=_("store")
    )
    lane = models.CharField(_("asked for"), max_length=8, choices=Lane.choices, default=Lane.ORDERS)
    is_backlog = models.BooleanField(_("backlog"), default=False)
    since = models.DateTimeField(_("complete until"))
    until = models.DateTimeField(_("window until"), null=True, blank=True)
    page = models.TextField(_("next page"), blank=True)
    not_before = models.DateTimeField(_("due"))
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    error_kind = models.CharField(_("kind of error"), max_length=16, blank=True, default="")
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    goal = models.DateTimeField(_("backlog until"), null=True, blank=True)
    counted = models.PositiveIntegerField(_("orders in the backlog"), null=True, blank=True)
    taken = models.PositiveIntegerField(_("orders taken of it"), default=0)

    class Meta:
        verbose_name = _("pull mark")
        verbose_name_plural = _("pull marks")
        ordering = ["store", "lane", "is_backlog"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["store", "lane", "is_backlog"], name="one_mark_a_lane_and_part"
            ),
            models.CheckConstraint(
                condition=models.Q(is_backlog=False, goal=None)
                | models.Q(is_backlog=True, goal__isnull=False),
                name="backlog_has_goal",
            ),
            models.CheckConstraint(
                condition=models.Q(lane__in=Lane.values), name="sync_cursor_lane_known"
            ),
        ]

    def __str__(self) -> str:
        part = " backlog" if self.is_backlog else ""
        return f"{self.store_id} {self.lane}{part}: {self.since:%F %T}"


class SyncRun(models.Model):
    """One asking. Orders are counted as told, ``fresh`` are those that were not known as they are.
    A run that asked and found nothing changed is not kept."""

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("complete")
        PAUSED = "paused", _("goes on later")
        FAILED = "failed", _("failed")

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="sync_runs", verbose_name=_("store")
    )
    lane = models.CharField(_("asked for"), max_length=8, choices=Lane.choices, default=Lane.ORDERS)
    started_at = models.DateTimeField(_("started"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    pages = models.PositiveIntegerField(_("pages"), default=0)
    orders = models.PositiveIntegerField(_("orders"), default=0)
    fresh = models.PositiveIntegerField(_("new or changed"), default=0)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pull")
        verbose_name_plural = _("pulls")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["store", "-id"], name="sync_run_store"),
            models.Index(fields=["started_at"], name="sync_run_age"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}: {self.started_at:%F %T}"
