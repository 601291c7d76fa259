"""Money that came in and where it went back to. One payment may pay several orders (a cart)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.flows.refund import REFUND_FLOW, RefundStatus
from oms.models.base import StatusModel, currency, money
from oms.models.orders import Order, OrderItem
from oms.models.organization import Store


class Payment(models.Model):
    class Phase(models.TextChoices):
        FULL = "full", _("in full")
        DEPOSIT = "deposit", _("deposit")
        FINAL = "final", _("final payment")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    payment_no = models.CharField(_("payment number"), max_length=64)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices, default=Phase.FULL)
    method = models.CharField(_("method"), max_length=32, blank=True)
    currency = currency()
    amount = money(_("amount"))
    refunded = money(_("refunded"))
    paid_at = models.DateTimeField(_("paid"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["store", "payment_no"], name="payment_once"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")),
                name="payment_refund_within_amount",
            ),
        ]
        indexes = [models.Index(fields=["payment_no"], name="payment_number")]

    def __str__(self) -> str:
        return self.payment_no


class PaymentAllocation(models.Model):
    """How much of a payment paid for which order."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="allocations", verbose_name=_("payment")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="allocations", verbose_name=_("order")
    )
    amount = money(_("amount"))

    class Meta:
        verbose_name = _("payment share")
        verbose_name_plural = _("payment shares")
        constraints = [
            models.UniqueConstraint(fields=["payment", "order"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="allocation_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Refund(StatusModel):
    """One act of giving money back. ``refund_no`` is the key under which it is sent, every time."""

    FLOW = REFUND_FLOW
    SUBJECT = "refund"

    refund_no = models.CharField(_("refund number"), max_length=20, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="refunds", verbose_name=_("order")
    )
    case_no = models.CharField(_("case number"), max_length=20, blank=True, db_index=True)
    channel_refund_no = models.CharField(
        _("channel refund number"), max_length=64, null=True, blank=True
    )
    currency = currency()
    amount = money(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=RefundStatus.choices)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_refund_no"], name="refund_once_per_store"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.refund_no


class RefundLine(models.Model):
    """What the money is for, and which payment it returns to: never to anyone but the payer."""

    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="lines", verbose_name=_("refund")
    )
    allocation = models.ForeignKey(
        PaymentAllocation, models.PROTECT, related_name="refund_lines", verbose_name=_("paid by")
    )
    order_item = models.ForeignKey(
        OrderItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refund_lines",
        verbose_name=_("order item"),
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    amount = money(_("amount"))

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_line_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
