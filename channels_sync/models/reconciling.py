"""One store's day on both sides: what agrees, what does not, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Store, User


class ReconciledDay(models.Model):
    """A day is that of the store's time zone, by when orders were placed.

    ``cursor`` and ``listed`` tell how far the platform's list was read. Sums are of what was paid,
    in the store's currency. ``signed_at``: a person has put his name under it; it stays as it is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READING = "reading", _("being read")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    cursor = models.TextField(blank=True, editable=False)
    listed = models.PositiveIntegerField(_("orders read"), default=0)
    announced = models.PositiveIntegerField(_("its own count"), null=True, blank=True)
    ours_count = models.PositiveIntegerField(_("orders here"), default=0)
    theirs_count = models.PositiveIntegerField(_("orders there"), default=0)
    matched = models.PositiveIntegerField(_("agree"), default=0)
    ours_paid = models.DecimalField(_("paid, here"), max_digits=19, decimal_places=4, default=0)
    theirs_paid = models.DecimalField(_("paid, there"), max_digits=19, decimal_places=4, default=0)
    asked_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    not_before = models.DateTimeField(_("due"))
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reconciled day")
        verbose_name_plural = _("reconciled days")
        ordering = ["-day", "store"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["store", "day"], name="day_reconciled_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_by__isnull=False, state="done"),
                name="signed_day_is_done_and_named",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="reconciling_due",
                condition=Q(state__in=["waiting", "reading"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.day}"


class ListedOrder(models.Model):
    """One line of the platform's list, kept while a day is read: page after page, then thrown away.

    A line told twice is one: the later one counts.
    """

    day = models.ForeignKey(ReconciledDay, models.CASCADE, related_name="lines")
    channel_order_no = models.CharField(max_length=64)
    standing = models.JSONField()

    class Meta:
        verbose_name = _("listed order")
        verbose_name_plural = _("listed orders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "channel_order_no"], name="listed_once")
        ]

    def __str__(self) -> str:
        return self.channel_order_no


class Finding(models.Model):
    """One thing on which the two sides disagree about one order of a day."""

    class Kind(models.TextChoices):
        THEIRS_ONLY = "theirs_only", _("missing here")
        OURS_ONLY = "ours_only", _("missing there")
        STATUS = "status", _("status")
        AMOUNT = "amount", _("amount")
        REFUND = "refund", _("refund")
        TRACKING = "tracking", _("tracking number")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        HEALING = "healing", _("being healed")
        HEALED = "healed", _("healed")
        EXPLAINED = "explained", _("explained")

    day = models.ForeignKey(
        ReconciledDay, models.CASCADE, related_name="findings", verbose_name=_("day")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    channel_order_no = models.CharField(_("channel order number"), max_length=64)
    kind = models.CharField(_("what differs"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    cause = models.CharField(_("cause"), max_length=40, blank=True)
    ours = models.CharField(_("here"), max_length=120, blank=True)
    theirs = models.CharField(_("there"), max_length=120, blank=True)
    found_at = models.DateTimeField(_("found"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["day", "channel_order_no", "kind"], name="one_finding_a_thing"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | (~Q(note="") & Q(settled_by__isnull=False)),
                name="explained_finding_has_note",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "-id"],
                name="finding_open",
                condition=Q(state__in=["open", "healing"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel_order_no}"
