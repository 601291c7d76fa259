"""What is sold (listings on a channel) and what is kept (SKUs), and how one becomes the other."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.models.organization import Store


class Category(models.Model):
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Sku(models.Model):
    """One kind of thing on the shelf. Weights in grams, lengths in millimetres, 0 = not known."""

    code = models.CharField(_("SKU code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    brand = models.CharField(_("brand"), max_length=64, blank=True)
    weight_g = models.PositiveIntegerField(_("weight (g)"), default=0)
    length_mm = models.PositiveIntegerField(_("length (mm)"), default=0)
    width_mm = models.PositiveIntegerField(_("width (mm)"), default=0)
    height_mm = models.PositiveIntegerField(_("height (mm)"), default=0)
    is_fragile = models.BooleanField(_("fragile"), default=False)
    is_heavy = models.BooleanField(_("heavy"), default=False)
    is_liquid = models.BooleanField(_("liquid"), default=False)
    is_food = models.BooleanField(_("food"), default=False)
    is_chemical = models.BooleanField(_("chemical"), default=False)
    needs_cold_chain = models.BooleanField(_("needs cold chain"), default=False)
    has_serial = models.BooleanField(_("serial numbers"), default=False)
    has_expiry = models.BooleanField(_("expiry dates"), default=False)
    shelf_life_days = models.PositiveIntegerField(_("shelf life (days)"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Barcode(models.Model):
    """One code printed on a SKU's package; a SKU may have several, a code only one SKU."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="barcodes", verbose_name=_("SKU"))
    code = models.CharField(_("barcode"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")

    def __str__(self) -> str:
        return self.code


class Bundle(models.Model):
    """Several SKUs sold as one. It has no stock of its own: its components have."""

    code = models.CharField(_("bundle code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class BundleComponent(models.Model):
    bundle = models.ForeignKey(
        Bundle, models.PROTECT, related_name="components", verbose_name=_("bundle")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [
            models.UniqueConstraint(fields=["bundle", "sku"], name="component_once_per_bundle"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="component_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"


class Listing(models.Model):
    """A thing a shop offers. Neither SKU nor bundle = not mapped yet: it waits in the review list
    and its orders wait as exceptions. A merchant code only suggests a mapping, it never makes one.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="listings", verbose_name=_("store")
    )
    channel_product_id = models.CharField(_("channel product"), max_length=64)
    channel_sku_id = models.CharField(_("channel SKU"), max_length=64, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    merchant_code = models.CharField(_("merchant code"), max_length=100, blank=True)
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name=_("SKU"),
    )
    bundle = models.ForeignKey(
        Bundle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name=_("bundle"),
    )
    ratio = models.PositiveIntegerField(
        _("units per piece sold"), default=1, help_text=_("2 for a listing that sells a two-pack.")
    )
    effective_from = models.DateTimeField(_("mapping holds from"), default=timezone.now)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_product_id", "channel_sku_id"], name="listing_once"
            ),
            models.CheckConstraint(
                condition=Q(sku__isnull=True) | Q(bundle__isnull=True),
                name="listing_sku_or_bundle",
            ),
            models.CheckConstraint(condition=Q(ratio__gt=0), name="listing_ratio_positive"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.channel_product_id}/{self.channel_sku_id}"
