"""What platforms say they paid out, kept once, and what differs from our record of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Job, Store, User
from oms.models.base import currency, money


class PayoutStatement(models.Model):
    """A file that was read. ``result`` sums the whole file by kind and by day, entries that an
    earlier statement told too (``known``) included. ``signed_at``: it stays as it is.

    Days are those of the store's time zone.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="payout_statements", verbose_name=_("store")
    )
    job = models.OneToOneField(
        Job, models.PROTECT, related_name="payout_statement", verbose_name=_("job")
    )
    label = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    options = models.JSONField(_("options"), default=dict)
    first_day = models.DateField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("to"), null=True, blank=True)
    entries = models.PositiveIntegerField(_("entries"), default=0)
    known = models.PositiveIntegerField(_("told before"), default=0)
    faulty = models.PositiveIntegerField(_("rows not read"), default=0)
    matched = models.PositiveIntegerField(_("orders that agree"), default=0)
    result = models.JSONField(_("sums"), default=dict)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    compared_at = models.DateTimeField(_("compared"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout statement")
        verbose_name_plural = _("payout statements")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["store", "digest"], name="statement_file_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(signed_by__isnull=False, compared_at__isnull=False),
                name="signed_statement_is_compared",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PayoutRow(models.Model):
    """One entry of a platform's statement. ``identity`` is made of what it says, so that the same
    entry of a second statement is not kept twice. ``amount`` is positive where the store got it."""

    class Kind(models.TextChoices):
        INCOME = "income", _("order income")
        REFUND = "refund", _("refund")
        FEE = "fee", _("fee")
        OTHER = "other", _("other")

    statement = models.ForeignKey(
        PayoutStatement, models.PROTECT, related_name="rows", verbose_name=_("statement")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    identity = models.CharField(max_length=32, editable=False)
    row = models.PositiveIntegerField(_("row number"))
    order_no = models.CharField(_("channel order number"), max_length=64, blank=True)
    transaction_no = models.CharField(_("transaction number"), max_length=130, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    amount = money(_("amount"))
    currency = currency()
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))
    word = models.CharField(_("the platform's word"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("payout entry")
        verbose_name_plural = _("payout entries")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["store", "identity"], name="payout_entry_once"),
        ]
        indexes = [
            models.Index(fields=["store", "order_no"], name="payout_entries_of_order"),
            models.Index(fields=["store", "day", "order_no"], name="payout_entries_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class PayoutFinding(models.Model):
    """One thing on which statements and record disagree about one order. ``statement`` is the one
    that was compared when it was last seen."""

    class Kind(models.TextChoices):
        THEIRS_ONLY = "theirs_only", _("only in the statement")
        OURS_ONLY = "ours_only", _("only in our record")
        INCOME = "income", _("income")
        REFUND = "refund", _("refund")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        EXPLAINED = "explained", _("explained")
        HEALED = "healed", _("agrees now")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    statement = models.ForeignKey(
        PayoutStatement, models.PROTECT, related_name="findings", verbose_name=_("statement")
    )
    order_no = models.CharField(_("channel order number"), max_length=64, blank=True)
    day = models.DateField(_("day"))
    kind = models.CharField(_("what differs"), max_length=12, choices=Kind.choices)
    reason = models.CharField(_("cause"), max_length=24)
    ours = money(_("here"))
    theirs = money(_("there"))
    currency = currency()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout difference")
        verbose_name_plural = _("payout differences")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["store", "order_no", "kind"], name="one_payout_finding_a_thing"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | (~Q(note="") & Q(settled_by__isnull=False)),
                name="explained_payout_has_note",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "day"], name="payout_findings_of_day"),
            models.Index(
                fields=["store", "-id"], name="payout_findings_open", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_no}"
