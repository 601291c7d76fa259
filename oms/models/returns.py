"""What the dock may know about a parcel that comes back, without asking after-sales."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.models.catalog import Sku
from oms.models.orders import Order, OrderItem
from oms.models.organization import Store, Warehouse
from oms.models.shipments import Shipment


class ExpectedReturn(models.Model):
    """A parcel on its way back: a case's return, or one intercepted, refused or undeliverable.

    Sender's marks are fingerprints and last digits, enough to find the case, too little to call.
    """

    class Kind(models.TextChoices):
        CASE = "case", _("after-sales return")
        INTERCEPTED = "intercepted", _("intercepted")
        REFUSED = "refused", _("refused by the buyer")
        UNDELIVERABLE = "undeliverable", _("undeliverable")

    class State(models.TextChoices):
        EXPECTED = "expected", _("expected")
        PARTLY_RECEIVED = "partly_received", _("partly received")
        RECEIVED = "received", _("received")
        WITHDRAWN = "withdrawn", _("withdrawn")

    return_no = models.CharField(_("return number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.CASE)
    case_no = models.CharField(_("case number"), max_length=20, blank=True, db_index=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expected_returns",
        verbose_name=_("order"),
    )
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parcel")
    )
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="expected_returns", verbose_name=_("warehouse")
    )
    return_carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    return_waybill_no = models.CharField(
        _("return waybill"), max_length=40, blank=True, db_index=True
    )
    sender_phone_fingerprint = models.CharField(max_length=48, blank=True, db_index=True)
    sender_phone_tail = models.CharField(_("last digits"), max_length=4, blank=True)
    inspect_first = models.BooleanField(_("inspect first"), default=False)
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.EXPECTED
    )
    created_at = models.DateTimeField(_("created"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    remark = models.CharField(
        _("also found"),
        max_length=300,
        blank=True,
        help_text=_("What else lay in the parcel and is no goods of ours."),
    )

    class Meta:
        verbose_name = _("expected return")
        verbose_name_plural = _("expected returns")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_no"], name="expected_return_per_case", condition=~Q(case_no="")
            ),
            models.UniqueConstraint(
                fields=["shipment"],
                name="expected_return_per_parcel",
                condition=Q(shipment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.return_no


class ExpectedReturnLine(models.Model):
    """Units of an order item; without one, of something that came and nobody had announced.

    Of ``received_quantity`` so many are defective or wait to be looked at; the rest is good.
    """

    expected_return = models.ForeignKey(
        ExpectedReturn, models.PROTECT, related_name="lines", verbose_name=_("expected return")
    )
    order_item = models.ForeignKey(
        OrderItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("order item"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("quantity"))
    received_quantity = models.PositiveIntegerField(_("received"), default=0)
    defective_quantity = models.PositiveIntegerField(_("of these defective"), default=0)
    quarantine_quantity = models.PositiveIntegerField(_("of these to be inspected"), default=0)

    class Meta:
        verbose_name = _("expected line")
        verbose_name_plural = _("expected lines")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="expected_quantity_positive"),
            models.CheckConstraint(
                condition=Q(received_quantity__lte=F("quantity")), name="expected_received_in_range"
            ),
            models.CheckConstraint(
                condition=Q(
                    received_quantity__gte=F("defective_quantity") + F("quarantine_quantity")
                ),
                name="expected_conditions_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"
