"""The parcel as every app sees it. Carrier's details stay in the warehouse app."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.flows.shipment import SHIPMENT_FLOW, ShipmentStatus
from oms.models.base import StatusModel, money
from oms.models.fulfillment import FulfillmentLine, FulfillmentOrder


class Shipment(StatusModel):
    """One parcel. ``package_no`` is the key under which a carrier is asked, every time, so that a
    retry finds the first waybill. Weights in grams, lengths in millimetres."""

    FLOW = SHIPMENT_FLOW
    SUBJECT = "shipment"

    package_no = models.CharField(_("package number"), max_length=20, unique=True)
    fulfillment = models.ForeignKey(
        FulfillmentOrder, models.PROTECT, related_name="shipments", verbose_name=_("document")
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    waybill_no = models.CharField(_("waybill"), max_length=40, null=True, blank=True)
    issuer = models.CharField(_("waybill issuer"), max_length=32, blank=True)
    issuing_account = models.CharField(_("issuing account"), max_length=64, blank=True)
    cod_amount = money(_("to collect"))
    expected_weight_g = models.PositiveIntegerField(_("expected weight (g)"), default=0)
    weight_g = models.PositiveIntegerField(_("weight (g)"), null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("length (mm)"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("width (mm)"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height (mm)"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    upload_began_at = models.DateTimeField(_("first told to a channel"), null=True, blank=True)
    """Set before the first call, so that the channel's own news of it are known as ours."""
    uploaded_at = models.DateTimeField(_("channel told at"), null=True, blank=True)
    scan_expected = models.BooleanField(_("carrier can be asked"), null=True, blank=True)
    """Whether the carrier tells us of the parcel's way; None until that is known."""
    first_scanned_at = models.DateTimeField(_("first carrier scan"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=ShipmentStatus.choices)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "waybill_no"], name="waybill_once"),
            models.CheckConstraint(
                condition=Q(cod_amount__gte=0), name="shipment_cod_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["waybill_no"], name="shipment_waybill"),
            models.Index(
                fields=["handed_over_at"],
                name="shipment_left",
                condition=Q(handed_over_at__isnull=False),
            ),
            models.Index(
                fields=["uploaded_at"],
                name="shipment_unscanned",
                condition=Q(
                    first_scanned_at__isnull=True,
                    scan_expected=True,
                    status__in=["packed", "labelled", "handed_over"],
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.package_no


class ShipmentLine(models.Model):
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="lines", verbose_name=_("parcel")
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentLine,
        models.PROTECT,
        related_name="shipment_lines",
        verbose_name=_("document line"),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    serials = models.JSONField(_("serial numbers"), default=list, blank=True)

    class Meta:
        verbose_name = _("parcel line")
        verbose_name_plural = _("parcel lines")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "fulfillment_line"], name="line_once_per_parcel"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"
