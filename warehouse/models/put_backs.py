"""Goods that were taken from a shelf and are not wanted any more, or came back from a buyer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Condition, FulfillmentOrder, Shipment, Sku, User, Warehouse
from oms.models.base import StatusModel
from warehouse.flows import PUT_BACK_FLOW, PutBackStatus
from warehouse.models.places import Bin
from warehouse.models.returns import ReturnReceipt


class PutBackTask(StatusModel):
    """``from_bin`` is where they are now (a tote, the packing table), ``suggested_bin`` where they
    came from. With a ``shipment`` that parcel must be opened first; a ``receipt`` brought them back
    from a buyer."""

    FLOW = PUT_BACK_FLOW
    SUBJECT = "put_back"

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="put_backs", verbose_name=_("warehouse")
    )
    fulfillment = models.ForeignKey(
        FulfillmentOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="put_backs",
        verbose_name=_("document"),
    )
    receipt = models.ForeignKey(
        ReturnReceipt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="put_backs",
        verbose_name=_("return receipt"),
    )
    shipment = models.ForeignKey(
        Shipment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="put_backs",
        verbose_name=_("out of parcel"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    lot = models.CharField(_("lot"), max_length=64, blank=True)
    condition = models.CharField(
        _("condition"), max_length=12, choices=Condition.choices, default=Condition.GOOD
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    from_bin = models.ForeignKey(Bin, models.PROTECT, related_name="+", verbose_name=_("lies in"))
    suggested_bin = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("belongs in")
    )
    to_bin = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put into")
    )
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("created"))
    worker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    status = models.CharField(
        _("status"), max_length=24, choices=PutBackStatus.choices, default=PutBackStatus.OPEN
    )

    class Meta:
        verbose_name = _("put-back")
        verbose_name_plural = _("put-backs")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="put_back_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(to_bin__isnull=False, done_at__isnull=False),
                name="put_back_done_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(status="taken") | Q(worker__isnull=False),
                name="put_back_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(fulfillment__isnull=False) | Q(receipt__isnull=False),
                name="put_back_comes_from_somewhere",
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse", "sku"],
                name="put_back_open",
                condition=~Q(status="done"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"
