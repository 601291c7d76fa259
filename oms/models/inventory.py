"""Stock: what lies there, what is promised, and every change of either, written once."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models.catalog import Sku
from oms.models.fulfillment import FulfillmentLine
from oms.models.orders import OrderItem
from oms.models.organization import Channel, Store, Warehouse


class Condition(models.TextChoices):
    GOOD = "good", _("good")
    DEFECTIVE = "defective", _("defective")
    QUARANTINE = "quarantine", _("quarantine")


class StockLevel(models.Model):
    """Units of a SKU in one warehouse and condition; ``reserved`` of them are promised."""

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="stock", verbose_name=_("warehouse")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="stock", verbose_name=_("SKU"))
    condition = models.CharField(
        _("condition"), max_length=12, choices=Condition.choices, default=Condition.GOOD
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "sku", "condition"], name="stock_once"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")),
                name="stock_reserved_within_on_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse_id}/{self.sku_id}: {self.on_hand}"


class Demand(models.Model):
    """Units owed but not yet promised from a warehouse. It exists from the moment of ingest, so
    that sellable stock falls at once; it may exceed the stock, and then it is a shortage."""

    order_item = models.OneToOneField(
        OrderItem, models.PROTECT, related_name="demand", verbose_name=_("order item")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="demands", verbose_name=_("SKU"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    quantity = models.PositiveIntegerField(_("quantity"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demand")
        indexes = [
            models.Index(fields=["sku"], name="demand_open", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"


class Reservation(models.Model):
    """Units of a stock level promised to one document line. ``quantity`` falls as units leave
    (shipped) or are given back; Σ of open reservations is the level's ``reserved``."""

    fulfillment_line = models.OneToOneField(
        FulfillmentLine, models.PROTECT, related_name="reservation", verbose_name=_("document line")
    )
    stock_level = models.ForeignKey(
        StockLevel, models.PROTECT, related_name="reservations", verbose_name=_("stock")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [
            models.Index(
                fields=["stock_level"], name="reservation_open", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"


class StockMovement(models.Model):
    """One change of a stock level, never altered. Σ of the deltas is the level's balance.

    No key points here, so that the table can be cut by month; the level is named by its parts.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening stock")
        RESERVE = "reserve", _("reserved")
        UNRESERVE = "unreserve", _("reservation given back")
        SHIP = "ship", _("shipped")
        RECEIVE = "receive", _("received")
        RETURN = "return", _("returned")
        COUNT = "count", _("counted")
        ADJUST = "adjust", _("adjusted")
        TRANSFER = "transfer", _("moved")

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="movements", verbose_name=_("SKU"))
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    on_hand_delta = models.IntegerField(_("on hand +/−"), default=0)
    reserved_delta = models.IntegerField(_("reserved +/−"), default=0)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        "oms.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(on_hand_delta=0, reserved_delta=0), name="movement_moves_something"
            ),
        ]
        indexes = [
            models.Index(fields=["warehouse", "sku", "-id"], name="movement_by_stock"),
            models.Index(fields=["reference"], name="movement_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_delta:+d}/{self.reserved_delta:+d}"


class StockAllotment(models.Model):
    """Units kept out of what everybody may sell: a safety stock, or a share of one channel."""

    class Kind(models.TextChoices):
        SAFETY = "safety", _("safety stock")
        EXCLUSIVE = "exclusive", _("exclusive")
        PRESALE = "presale", _("pre-sale")

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="allotments", verbose_name=_("SKU"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("stock allotment")
        verbose_name_plural = _("stock allotments")
        constraints = [
            models.UniqueConstraint(
                "sku",
                "kind",
                Coalesce("store", 0),
                Coalesce("channel", 0),
                name="allotment_once",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=True) | Q(channel__isnull=True),
                name="allotment_store_or_channel",
            ),
            models.CheckConstraint(
                condition=Q(kind="safety", store__isnull=True, channel__isnull=True)
                | (~Q(kind="safety") & (Q(store__isnull=False) | Q(channel__isnull=False))),
                name="allotment_safety_is_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.quantity}"
