"""Where things lie. Totes, packing tables and docks are bins too, so that Σ bins = on hand."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.models import Condition, Sku, Warehouse


class Bin(models.Model):
    """A place with a barcode. ``aisle``, ``bay`` and ``level`` are its place on the walk; orders
    are picked from shelves only."""

    class Kind(models.TextChoices):
        SHELF = "shelf", _("shelf")
        TOTE = "tote", _("tote")
        DOCK = "dock", _("dock")
        STAGING = "staging", _("staging")
        PACKING = "packing", _("packing table")
        RETURN = "return", _("returns")

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="bins", verbose_name=_("warehouse")
    )
    code = models.CharField(_("bin"), max_length=32)
    zone = models.CharField(_("zone"), max_length=16, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SHELF)
    aisle = models.PositiveSmallIntegerField(_("aisle"), default=0)
    bay = models.PositiveSmallIntegerField(_("bay"), default=0)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bin")
        verbose_name_plural = _("bins")
        ordering = ["warehouse", "code"]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="bin_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="bin_has_code"),
        ]

    def __str__(self) -> str:
        return self.code


class BinStock(models.Model):
    """Units of a SKU (one lot, one condition) in one bin; ``promised`` of them are on a pick list.

    ``since`` is when the oldest of them came in: first in, first out. ``doubted_at`` is set when a
    picker found fewer: nothing more is planned from here until somebody counts.
    """

    bin = models.ForeignKey(Bin, models.PROTECT, related_name="stock", verbose_name=_("bin"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="bin_stock", verbose_name=_("SKU"))
    lot = models.CharField(_("lot"), max_length=64, blank=True)
    condition = models.CharField(
        _("condition"), max_length=12, choices=Condition.choices, default=Condition.GOOD
    )
    quantity = models.IntegerField(_("quantity"), default=0)
    promised = models.IntegerField(_("on pick lists"), default=0)
    since = models.DateTimeField(_("oldest since"))
    doubted_at = models.DateTimeField(_("to be counted since"), null=True, blank=True)

    class Meta:
        verbose_name = _("bin stock")
        verbose_name_plural = _("bin stock")
        constraints = [
            models.UniqueConstraint(
                fields=["bin", "sku", "lot", "condition"], name="bin_stock_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="bin_stock_not_negative"),
            models.CheckConstraint(
                condition=Q(promised__gte=0, promised__lte=F("quantity")),
                name="bin_stock_promised_within",
            ),
        ]
        indexes = [
            models.Index(fields=["sku", "bin"], name="bin_stock_there", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.bin_id}/{self.sku_id}: {self.quantity}"


class WarehouseSetting(models.Model):
    """How a warehouse works. 0 means: no limit. Volumes in litres, weights in grams."""

    warehouse = models.OneToOneField(
        Warehouse, models.PROTECT, related_name="setting", verbose_name=_("warehouse")
    )
    auto_waves = models.BooleanField(
        _("start waves automatically"),
        default=True,
        help_text=_("Off: somebody plans and starts each wave."),
    )
    wave_wait_minutes = models.PositiveSmallIntegerField(
        _("documents wait for a wave at most (minutes)"), default=5
    )
    wave_documents = models.PositiveSmallIntegerField(_("documents per wave"), default=60)
    cart_slots = models.PositiveSmallIntegerField(_("totes on a cart"), default=12)
    cart_lines = models.PositiveSmallIntegerField(_("lines per pick task"), default=60)
    cart_weight_g = models.PositiveIntegerField(_("cart carries (g)"), default=150_000)
    cart_volume_l = models.PositiveIntegerField(_("cart holds (l)"), default=0)

    class Meta:
        verbose_name = _("warehouse setting")
        verbose_name_plural = _("warehouse settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(wave_documents__gt=0, cart_slots__gt=0), name="setting_has_room"
            ),
        ]

    def __str__(self) -> str:
        return str(self.warehouse_id)
