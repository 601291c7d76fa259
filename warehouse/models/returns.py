"""What came back over the dock, and parcels that nobody seems to miss."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import (
    Condition,
    ExpectedReturn,
    ExpectedReturnLine,
    Sku,
    User,
    Warehouse,
)
from oms.models.base import StatusModel
from warehouse.flows import UNCLAIMED_FLOW, UnclaimedStatus
from warehouse.models.places import Bin


class UnclaimedParcel(StatusModel):
    """A parcel without a known case. It stays until somebody's, and is never sent back as nobody's.

    The sender's marks are a fingerprint and last digits: enough to find a case, too little to call.
    """

    FLOW = UNCLAIMED_FLOW
    SUBJECT = "unclaimed_parcel"

    parcel_no = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="unclaimed_parcels", verbose_name=_("warehouse")
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    waybill_no = models.CharField(_("waybill"), max_length=40, blank=True)
    sender_phone_fingerprint = models.CharField(max_length=48, blank=True, db_index=True)
    sender_phone_tail = models.CharField(_("last digits"), max_length=4, blank=True)
    bin = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    found_at = models.DateTimeField(_("found"))
    expected_return = models.ForeignKey(
        ExpectedReturn,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("expected return"),
    )

    status = models.CharField(
        _("status"), max_length=24, choices=UnclaimedStatus.choices, default=UnclaimedStatus.OPEN
    )

    class Meta:
        verbose_name = _("unclaimed parcel")
        verbose_name_plural = _("unclaimed parcels")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "waybill_no"],
                name="unclaimed_once",
                condition=~Q(waybill_no="") & Q(status="open"),
            ),
            models.CheckConstraint(
                condition=~Q(status="claimed") | Q(expected_return__isnull=False),
                name="claimed_by_a_return",
            ),
        ]

    def __str__(self) -> str:
        return self.parcel_no


class UnclaimedLine(models.Model):
    """Units that lay in an unclaimed parcel, scanned but not booked: they are nobody's yet."""

    parcel = models.ForeignKey(
        UnclaimedParcel, models.PROTECT, related_name="lines", verbose_name=_("unclaimed parcel")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("SKU")
    )
    code = models.CharField(_("code"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices)

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="unclaimed_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id or self.code}"


class ReturnReceipt(models.Model):
    """One parcel that came back and was opened. Its lines may belong to several cases."""

    receipt_no = models.CharField(_("receipt number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="return_receipts", verbose_name=_("warehouse")
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    waybill_no = models.CharField(_("waybill"), max_length=40, blank=True, db_index=True)
    unclaimed = models.ForeignKey(
        UnclaimedParcel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("unclaimed parcel"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("return receipt")
        verbose_name_plural = _("return receipts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.receipt_no


class ReceiptLine(models.Model):
    """Units of one SKU in a returned parcel, and how they compare with what was expected."""

    class Difference(models.TextChoices):
        NONE = "none", _("as expected")
        SHORT = "short", _("missing")
        EXTRA = "extra", _("not expected")
        WRONG = "wrong", _("another thing")

    receipt = models.ForeignKey(
        ReturnReceipt, models.PROTECT, related_name="lines", verbose_name=_("return receipt")
    )
    expected_return = models.ForeignKey(
        ExpectedReturn,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipt_lines",
        verbose_name=_("expected return"),
    )
    expected_line = models.ForeignKey(
        ExpectedReturnLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipt_lines",
        verbose_name=_("expected line"),
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("SKU")
    )
    lot = models.CharField(_("lot"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices)
    bin = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lies in")
    )
    difference = models.CharField(
        _("difference"), max_length=8, choices=Difference.choices, default=Difference.NONE
    )

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_quantity_positive"),
            models.CheckConstraint(
                condition=Q(difference__in=["short", "wrong"])
                | Q(bin__isnull=False, sku__isnull=False),
                name="receipt_goods_lie_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"
