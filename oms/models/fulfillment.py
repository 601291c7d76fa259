"""The shipping document: what one warehouse picks and packs, for one order or one merge."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FULFILLMENT_FLOW, STOPPABLE, FulfillmentStatus
from oms.models.base import StatusModel
from oms.models.buyers import Receiver
from oms.models.catalog import Sku
from oms.models.merging import MergeGroup
from oms.models.orders import Order, OrderItem
from oms.models.organization import Store, Warehouse


class FulfillmentOrder(StatusModel):
    """``frozen_at`` is the first of: pick claimed, waybill printed, packed.
    Until then late siblings join; after it, nothing is added and un-merging is refused.
    """

    FLOW = FULFILLMENT_FLOW
    SUBJECT = "fulfillment"

    fulfillment_no = models.CharField(_("document number"), max_length=20, unique=True)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fulfillments",
        verbose_name=_("order"),
    )
    merge_group = models.ForeignKey(
        MergeGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fulfillments",
        verbose_name=_("merge"),
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="fulfillments", verbose_name=_("warehouse")
    )
    receiver = models.ForeignKey(
        Receiver, models.PROTECT, null=True, blank=True, verbose_name=_("receiver")
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("created"))
    release_at = models.DateTimeField(_("goes to the warehouse at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    frozen_reason = models.CharField(_("frozen by"), max_length=32, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=FulfillmentStatus.choices)

    class Meta:
        verbose_name = _("shipping document")
        verbose_name_plural = _("shipping documents")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=True) ^ Q(merge_group__isnull=True),
                name="fulfillment_for_order_or_merge",
            ),
        ]
        indexes = [
            models.Index(fields=["warehouse", "status", "ship_by"], name="fulfillment_queue"),
            models.Index(
                fields=["release_at"], name="fulfillment_due", condition=Q(status="allocated")
            ),
            models.Index(
                fields=["ship_by"], name="fulfillment_deadline", condition=Q(status__in=STOPPABLE)
            ),
            models.Index(
                fields=["status", "status_at"],
                name="fulfillment_standing",
                condition=Q(status__in=STOPPABLE),
            ),
        ]

    def __str__(self) -> str:
        return self.fulfillment_no


class FulfillmentLine(models.Model):
    """Units of one order item on one document. ``cancelled_at`` marks a line that was taken out;
    active lines alone count towards the item's ``assigned_quantity``."""

    fulfillment = models.ForeignKey(
        FulfillmentOrder, models.PROTECT, related_name="lines", verbose_name=_("document")
    )
    order_item = models.ForeignKey(
        OrderItem,
        models.PROTECT,
        related_name="fulfillment_lines",
        verbose_name=_("order item"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("quantity"))
    picked_quantity = models.PositiveIntegerField(_("picked"), default=0)
    packed_quantity = models.PositiveIntegerField(_("packed"), default=0)
    cancelled_at = models.DateTimeField(_("taken out"), null=True, blank=True)
    cancel_reason = models.CharField(_("why taken out"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("document line")
        verbose_name_plural = _("document lines")
        ordering = ["fulfillment", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment", "order_item"],
                name="item_once_per_document",
                condition=Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="fulfillment_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(picked_quantity__lte=F("quantity")), name="picked_in_range"
            ),
            models.CheckConstraint(
                condition=Q(packed_quantity__lte=F("picked_quantity")), name="packed_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"


class RouteDecision(models.Model):
    """Which warehouse was chosen and what the others would have cost, so a person can read why."""

    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="route_decisions",
        verbose_name=_("order"),
    )
    merge_group = models.ForeignKey(
        MergeGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="route_decisions",
        verbose_name=_("merge"),
    )
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, verbose_name=_("warehouse")
    )
    reason = models.CharField(_("reason"), max_length=200)
    alternatives = models.JSONField(_("alternatives"), default=list)
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("route decision")
        verbose_name_plural = _("route decisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason
