"""The packing table: what was checked item by item, and where the sealed parcels stand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import FulfillmentLine, FulfillmentOrder, Shipment, User, Warehouse
from warehouse.models.places import Bin


class PackDesk(models.Model):
    """What a packer has in front of them, so that any other device shows the same."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("packer"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse")
    )
    tote = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tote")
    )
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parcel")
    )

    class Meta:
        verbose_name = _("packing table")
        verbose_name_plural = _("packing tables")
        constraints = [
            models.UniqueConstraint(fields=["user", "warehouse"], name="desk_once"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class PackCheck(models.Model):
    """One document being checked before it is packed. It ends when everything is in parcels."""

    fulfillment = models.ForeignKey(
        FulfillmentOrder, models.PROTECT, related_name="pack_checks", verbose_name=_("document")
    )
    checked_by = models.ForeignKey(
        User, models.PROTECT, related_name="pack_checks", verbose_name=_("by")
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("pack check")
        verbose_name_plural = _("pack checks")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment"],
                name="checked_by_one_at_a_time",
                condition=Q(finished_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["checked_by"], name="pack_check_open", condition=Q(finished_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.fulfillment_id)


class PackCheckLine(models.Model):
    """Units of a document line that were scanned into the box that is still open."""

    check_row = models.ForeignKey(
        PackCheck, models.PROTECT, related_name="lines", verbose_name=_("pack check")
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentLine, models.PROTECT, related_name="+", verbose_name=_("document line")
    )
    quantity = models.PositiveIntegerField(_("checked"), default=0)

    class Meta:
        verbose_name = _("checked line")
        verbose_name_plural = _("checked lines")
        constraints = [
            models.UniqueConstraint(
                fields=["check_row", "fulfillment_line"], name="checked_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"


class Handover(models.Model):
    """Parcels collected at the dock by one person, until the carrier takes them all."""

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="handovers", verbose_name=_("warehouse")
    )
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="handovers", verbose_name=_("by")
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("handed over"), null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "opened_by"],
                name="one_open_handover",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Parcel(models.Model):
    """The warehouse's side of a shipment: in which bin its goods stand until they leave."""

    shipment = models.OneToOneField(
        Shipment, models.PROTECT, related_name="parcel", verbose_name=_("parcel")
    )
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="+", verbose_name=_("stands in"))
    packed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("packed"))
    packed_at = models.DateTimeField(_("packed at"))
    handover = models.ForeignKey(
        Handover,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parcels",
        verbose_name=_("hand-over"),
    )
    scanned_at = models.DateTimeField(_("scanned at the dock"), null=True, blank=True)
    refunds_asked_at = models.DateTimeField(_("asked for refunds again"), null=True, blank=True)

    class Meta:
        verbose_name = _("packed parcel")
        verbose_name_plural = _("packed parcels")

    def __str__(self) -> str:
        return str(self.shipment_id)
