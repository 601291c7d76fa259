"""What a channel may sell of each listing: by which rule, what was told, what it shows."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Listing, Store


class StockRule(models.Model):
    """How much of what may be sold a store is told of. A store without a rule is told nothing."""

    store = models.OneToOneField(
        Store, models.PROTECT, related_name="stock_rule", verbose_name=_("store")
    )
    is_on = models.BooleanField(_("tell the channel"), default=True)
    share_percent = models.PositiveSmallIntegerField(
        _("share (%)"),
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Of what may be sold everywhere. Stock kept for this shop comes on top."),
    )
    keep_back = models.PositiveIntegerField(
        _("keep back (units)"), default=0, help_text=_("So many fewer than there are.")
    )
    ceiling = models.PositiveIntegerField(
        _("show at most"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    class Meta:
        verbose_name = _("stock rule")
        verbose_name_plural = _("stock rules")
        ordering = ["store"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share_percent__lte=100), name="stock_rule_share_is_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.share_percent}%"


class ListingStock(models.Model):
    """The number of one listing. ``version`` grows with each number that is sent, and goes on where
    the row is deleted and made again: it is never below the seconds since 2020.

    ``marks`` counts how often it was marked: a mark that comes while a number is on its way is not
    lost with it. ``parts`` is how the last number came about. ``is_blocked``: many numbers fell to
    zero at once, so a person looks first. ``differs``: the channel shows another number than the
    one it took, or a person says so.
    """

    listing = models.OneToOneField(
        Listing, models.CASCADE, related_name="stock", verbose_name=_("listing")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    wanted = models.PositiveIntegerField(_("to be shown"), null=True, blank=True)
    parts = models.JSONField(_("how it came about"), default=dict, blank=True)
    sent = models.PositiveIntegerField(_("sent"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    shown = models.PositiveIntegerField(_("shown there"), null=True, blank=True)
    shown_at = models.DateTimeField(_("looked up"), null=True, blank=True)
    differs = models.BooleanField(_("differs"), default=False)
    is_blocked = models.BooleanField(_("waits for a person"), default=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    marks = models.PositiveIntegerField(default=0, editable=False)
    look_at = models.DateTimeField(_("to be looked up"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("what the channel said"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stock of a listing")
        verbose_name_plural = _("stock of listings")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(sent_at__isnull=False),
                name="listing_stock_sent_has_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at"],
                name="listing_stock_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["store", "look_at"],
                name="listing_stock_look",
                condition=Q(look_at__isnull=False),
            ),
            models.Index(
                fields=["store"], name="listing_stock_blocked", condition=Q(is_blocked=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing}: {self.sent}"
