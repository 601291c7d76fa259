"""What was taken back elsewhere, before it came to us: a record, never a refund of ours."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Job, OrderLine, Store
from oms.models.base import currency


def exact_money(verbose_name: Any) -> "models.DecimalField[Any, Any]":
    """Make a column for an amount that is never rounded: six decimals, as unit prices have."""
    return models.DecimalField(verbose_name, max_digits=26, decimal_places=6)


class ExternalCancellation(models.Model):
    """A cancellation or credit note that a file of history tells of.

    It names no original order. ``amount`` is the positive sum of its lines, in its currency.
    ``buyer_ref`` is the platform's opaque id of the buyer, never a phone number or an address.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="cancellations", verbose_name=_("store")
    )
    number = models.CharField(_("number"), max_length=64)
    buyer_ref = models.CharField(_("channel buyer"), max_length=128, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"))
    currency = currency()
    amount = exact_money(_("amount"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    job = models.ForeignKey(
        Job, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("import")
    )
    created_at = models.DateTimeField(_("came in"))

    class Meta:
        verbose_name = _("external cancellation")
        verbose_name_plural = _("external cancellations")
        ordering = ["-cancelled_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="cancellation_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="cancellation_amount_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["job"], name="cancellation_of_job")]

    def __str__(self) -> str:
        return self.number


class ExternalCancellationLine(models.Model):
    """What was taken back. ``order_line`` is the line bought, only where there is just one."""

    cancellation = models.ForeignKey(
        ExternalCancellation,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("external cancellation"),
    )
    position = models.PositiveIntegerField(_("position"))
    merchant_code = models.CharField(_("merchant code"), max_length=100)
    title = models.CharField(_("title"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.DecimalField(_("unit price"), max_digits=16, decimal_places=6)
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="external_cancellations",
        verbose_name=_("order line"),
    )

    class Meta:
        verbose_name = _("external cancellation line")
        verbose_name_plural = _("external cancellation lines")
        ordering = ["cancellation", "position"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["cancellation", "position"], name="cancellation_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="cancellation_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0), name="cancellation_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.merchant_code}"
