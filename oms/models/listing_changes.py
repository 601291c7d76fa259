"""What a listing stood for before and after a change, so that it can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models.catalog import Bundle, Listing, Sku
from oms.models.users import User


class ListingChange(models.Model):
    """One listing's change of meaning. Changes made together share a ``batch``.

    The open orders follow it, page by page in the order of their ids (``next_order``), until
    ``followed_at``; ``remapped`` did, ``kept`` could not and stayed as they were.
    """

    batch = models.UUIDField(_("changed together"), db_index=True)
    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="changes", verbose_name=_("listing")
    )
    sku_before = models.ForeignKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")
    bundle_before = models.ForeignKey(
        Bundle, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ratio_before = models.PositiveIntegerField(_("units before"), default=1)
    sku_after = models.ForeignKey(Sku, models.PROTECT, null=True, blank=True, related_name="+")
    bundle_after = models.ForeignKey(
        Bundle, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ratio_after = models.PositiveIntegerField(_("units after"), default=1)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    next_order = models.BigIntegerField(default=0, editable=False)
    followed_at = models.DateTimeField(_("orders followed"), null=True, blank=True)
    remapped = models.PositiveIntegerField(_("orders changed"), default=0)
    kept = models.PositiveIntegerField(_("orders kept as they were"), default=0)

    class Meta:
        verbose_name = _("change of a listing")
        verbose_name_plural = _("changes of listings")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["id"],
                name="listing_change_to_follow",
                condition=models.Q(followed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.changed_at:%F %T}"
