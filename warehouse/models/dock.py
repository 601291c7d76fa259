"""A parcel that lies open at the dock, what was scanned out of it, and photos of it."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Condition, ExpectedReturn, Shipment, Sku, User, Warehouse
from warehouse.models.returns import ReceiptLine, ReturnReceipt, UnclaimedParcel


class ReturnCheck(models.Model):
    """``returns`` are those expected in it, ``shipment`` our own parcel that came back; with
    neither it is nobody's so far. ``asked_*`` is a thing about which the person was asked, and has
    to answer first. From ``opened_at`` to ``finished_at`` it stood at this station."""

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="return_checks", verbose_name=_("warehouse")
    )
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    returns = models.ManyToManyField(
        ExpectedReturn, related_name="+", verbose_name=_("expected returns")
    )
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parcel")
    )
    unclaimed = models.ForeignKey(
        UnclaimedParcel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("unclaimed parcel"),
    )
    receipt = models.OneToOneField(
        ReturnReceipt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="check_row",
        verbose_name=_("return receipt"),
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    waybill_no = models.CharField(_("waybill"), max_length=40, blank=True)
    sender_phone_fingerprint = models.CharField(max_length=48, blank=True)
    sender_phone_tail = models.CharField(_("last digits"), max_length=4, blank=True)
    searched_for = models.CharField(_("looked for"), max_length=64, blank=True)
    asked_sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked about")
    )
    asked_code = models.CharField(_("asked about code"), max_length=64, blank=True)
    asked_quantity = models.PositiveIntegerField(_("asked about units"), default=0)
    last_quantity = models.PositiveIntegerField(_("units of the last scan"), default=0)
    opened_at = models.DateTimeField(_("opened"))
    touched_at = models.DateTimeField(_("last scan"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("opened parcel")
        verbose_name_plural = _("opened parcels")
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "checked_by"],
                name="return_check_one_at_a_time",
                condition=Q(finished_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(receipt__isnull=True) | Q(finished_at__isnull=False),
                name="return_check_received_is_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.waybill_no or str(self.pk)

    @property
    def is_asking(self) -> bool:
        return self.asked_quantity > 0


class ReturnCheckLine(models.Model):
    """Units scanned in one condition. Without a SKU it is a thing that we do not know; the highest
    ``rank`` was scanned last."""

    check_row = models.ForeignKey(
        ReturnCheck, models.PROTECT, related_name="lines", verbose_name=_("opened parcel")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("SKU")
    )
    code = models.CharField(_("code"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices)
    difference = models.CharField(
        _("difference"), max_length=8, choices=ReceiptLine.Difference.choices
    )
    rank = models.PositiveIntegerField(_("rank"), default=0)

    class Meta:
        verbose_name = _("scanned units")
        verbose_name_plural = _("scanned units")
        ordering = ["-rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_row", "sku", "condition", "difference"],
                name="return_check_line_once",
            ),
            models.UniqueConstraint(
                fields=["check_row", "code", "condition"],
                name="return_check_unknown_once",
                condition=Q(sku__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(sku__isnull=False) | Q(difference="wrong"),
                name="return_check_line_known_or_wrong",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id or self.code}"


def photo_path(photo: "ReturnPhoto", _name: str) -> str:
    """Return a new random place: neither the uploaded name nor anything to guess by."""
    return f"returns/{photo.taken_at:%Y/%m}/{secrets.token_hex(16)}.jpg"


class ReturnPhoto(models.Model):
    """What a returned parcel or its goods looked like: pixels alone, ``sha256`` of the file."""

    check_row = models.ForeignKey(
        ReturnCheck, models.PROTECT, related_name="photos", verbose_name=_("opened parcel")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("SKU")
    )
    file = models.FileField(_("photo"), upload_to=photo_path, max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    taken_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("photo of a return")
        verbose_name_plural = _("photos of returns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "sha256"], name="return_photo_once"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
