"""One after-sales case, from the buyer's request to the last yuan."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aftersales.flows import CASE_FLOW, Approval, CaseStatus, Money, Receipt
from aftersales.models.words import Kind, Reason, Source
from oms.models import Order, OrderItem, Refund, Sku, Store, User, Warehouse
from oms.models.base import StatusModel, currency, money
from oms.privacy.fields import EncryptedTextField


class AfterSalesCase(StatusModel):
    """``status`` says whether it is open; three facts move independently of it and of each other.

    ``approval``, ``receipt`` and ``money`` are moved through the axes in ``models.axes``. A refund
    starts when ``approved_at`` and ``received_at`` are both known, whichever comes last, and
    ``refund_started_at`` says that it did. ``revision`` rises with every change of what is asked.
    """

    FLOW = CASE_FLOW
    SUBJECT = "case"

    case_no = models.CharField(_("case number"), max_length=20, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="cases", verbose_name=_("order"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goes back to"),
    )
    source = models.CharField(_("came by"), max_length=12, choices=Source.choices)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason.choices)
    words = EncryptedTextField(_("buyer's words"), blank=True, default="")
    is_before_shipping = models.BooleanField(_("before shipping"), default=False)
    currency = currency()
    proposed_amount = money(_("amount proposed"))
    channel_refund_no = models.CharField(
        _("channel refund number"), max_length=64, null=True, blank=True
    )
    channel_modified_at = models.DateTimeField(_("changed on the channel"), null=True, blank=True)
    respond_by = models.DateTimeField(
        _("the platform's term"),
        null=True,
        blank=True,
        help_text=_("Until then the platform wants our answer; after it, it decides itself."),
    )
    refusal_code = models.CharField(
        _("reason told to the platform"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("The platform's own reason for our no, where it wants one."),
    )
    playbook = models.SlugField(_("playbook"), max_length=32)
    playbook_version = models.PositiveSmallIntegerField(_("playbook version"))
    inspect_first = models.BooleanField(_("inspect first"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    submission_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    problem = models.CharField(_("what stands in the way"), max_length=300, blank=True)

    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    deadline_at = models.DateTimeField(_("due"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    accepted_at = models.DateTimeField(
        _("taken as it came"),
        null=True,
        blank=True,
        help_text=_("A person decided to settle although something was missing or found wanting."),
    )
    refund_started_at = models.DateTimeField(_("refund started"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("refund")
    )

    exchange_order = models.OneToOneField(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replacement order"),
    )

    status = models.CharField(_("status"), max_length=24, choices=CaseStatus.choices)
    approval = models.CharField(
        _("approval"), max_length=24, choices=Approval.choices, default=Approval.PENDING
    )
    approval_since = models.DateTimeField(_("approval since"))
    receipt = models.CharField(_("goods"), max_length=24, choices=Receipt.choices)
    receipt_since = models.DateTimeField(_("goods since"))
    money = models.CharField(_("money"), max_length=24, choices=Money.choices, default=Money.NONE)
    money_since = models.DateTimeField(_("money since"))

    class Meta:
        verbose_name = _("after-sales case")
        verbose_name_plural = _("after-sales cases")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_refund_no"],
                name="case_open_once_per_refund_no",
                condition=Q(status="open"),
            ),
            models.CheckConstraint(
                condition=Q(proposed_amount__gte=0), name="case_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(refund_started_at__isnull=True)
                | (
                    Q(approved_at__isnull=False)
                    & (Q(received_at__isnull=False) | Q(kind="refund_only"))
                ),
                name="case_refund_needs_both_facts",
            ),
            models.CheckConstraint(
                condition=Q(money="none") | Q(refund__isnull=False), name="case_money_has_refund"
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | ~Q(receipt="expected"),
                name="case_received_is_not_expected",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "status", "-id"], name="case_store_newest"),
            models.Index(
                fields=["store", "kind", "reason", "-id"],
                name="case_refusal_reason",
                condition=~Q(refusal_code=""),
            ),
            models.Index(fields=["deadline_at"], name="case_deadline", condition=Q(status="open")),
            models.Index(
                fields=["approved_at"],
                name="case_unsettled",
                condition=Q(status="open", money="none", refund_started_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.case_no

    @property
    def wants_goods_back(self) -> bool:
        return self.kind != Kind.REFUND_ONLY


class CaseLine(models.Model):
    """Units of one order item; ``order_item`` is empty for something that should not have come.

    ``difference`` is received less asked, known when the dock has counted; while it is not zero and
    nobody has settled it, the case stays open.
    """

    case = models.ForeignKey(
        AfterSalesCase, models.PROTECT, related_name="lines", verbose_name=_("case")
    )
    order_item = models.ForeignKey(
        OrderItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_lines",
        verbose_name=_("order item"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    wanted_sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent instead"),
        help_text=_("What an exchange sends for it; empty: the same again."),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    received_quantity = models.PositiveIntegerField(_("received"), default=0)
    difference = models.IntegerField(_("difference"), default=0)
    is_settled = models.BooleanField(_("difference settled"), default=False)

    class Meta:
        verbose_name = _("case line")
        verbose_name_plural = _("case lines")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "order_item"], name="item_once_per_case"),
            models.UniqueConstraint(
                fields=["case", "sku"],
                name="stray_sku_once_per_case",
                condition=Q(order_item__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(order_item__isnull=True, quantity=0)
                | Q(order_item__isnull=False, quantity__gt=0),
                name="case_quantity_of_an_item",
            ),
            models.CheckConstraint(
                condition=Q(order_item__isnull=True) | Q(received_quantity__lte=F("quantity")),
                name="case_received_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"


class Inspection(models.Model):
    """A technician's look at what came back, one row per look; the latest counts."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("as the buyer says")
        NOT_CONFIRMED = "not_confirmed", _("not as the buyer says")

    case = models.ForeignKey(
        AfterSalesCase, models.PROTECT, related_name="inspections", verbose_name=_("case")
    )
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict.choices)
    note = models.CharField(_("finding"), max_length=500)
    inspected_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("inspected by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.get_verdict_display()
