"""Who sells and who ships: channels, stores, warehouses, and the named sets of both."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models.base import currency


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class Channel(models.Model):
    """A platform that orders come from. ``kind`` names the connector that speaks to it."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("connector"), max_length=32)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UploadMoment(models.TextChoices):
    """When a store's channel is told of a parcel. The later ones imply the earlier ones; where
    no weight is taken, or nobody can ask the carrier, the hand-over counts."""

    LABEL = "label", _("when the label is made")
    WEIGH = "weigh", _("when the parcel is weighed")
    HAND_OVER = "hand_over", _("when it is handed over")
    FIRST_SCAN = "first_scan", _("at the carrier's first scan")


class Store(models.Model):
    """One shop on one channel. Rights on orders are rights on their store."""

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="stores", verbose_name=_("channel")
    )
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    timezone = models.CharField(
        _("time zone"), max_length=48, default="Asia/Shanghai", validators=[validate_timezone]
    )
    currency = currency()
    is_active = models.BooleanField(_("active"), default=True)
    merge_scope = models.SlugField(
        _("merge scope"),
        max_length=32,
        blank=True,
        help_text=_("Stores of one channel with the same scope may share a parcel."),
    )
    merge_look_back_minutes = models.PositiveSmallIntegerField(
        _("merge look-back (minutes)"), null=True, blank=True
    )
    merge_wait_minutes = models.PositiveSmallIntegerField(
        _("merge wait (minutes)"), null=True, blank=True
    )
    merge_max_orders = models.PositiveSmallIntegerField(
        _("orders per merge at most"), default=0, help_text=_("0 = as many as there are.")
    )
    maps_by_code = models.BooleanField(
        _("merchant codes are SKU codes"),
        default=False,
        help_text=_(
            "A listing seen for the first time is mapped to the SKU or bundle of the same code. "
            "Only for shops whose codes you set yourself; elsewhere a person maps it once."
        ),
    )
    notifies_buyer = models.BooleanField(
        _("the platform tells the buyer"),
        default=False,
        help_text=_(
            "The platform itself tells buyers that their parcel left; no mail goes out from here."
        ),
    )
    waits_for_refund_answer = models.BooleanField(
        _("parcels wait for the refund check"),
        default=False,
        help_text=_(
            "Where the platform can be asked, it is asked for open refunds before a parcel leaves. "
            "If it does not answer the parcel goes, unless this is ticked."
        ),
    )
    upload_moment = models.CharField(
        _("the channel is told of a parcel"),
        max_length=16,
        choices=UploadMoment.choices,
        default=UploadMoment.HAND_OVER,
        help_text=_(
            "Earlier than the hand-over risks telling of parcels that do not leave. At the first "
            "scan: where the carrier cannot be asked, the hand-over counts."
        ),
    )
    scan_within_hours = models.PositiveSmallIntegerField(
        _("a carrier scan is due within (hours)"),
        default=24,
        help_text=_(
            "A parcel that the channel was told of and no carrier scanned for so long is listed. "
            "0 = never."
        ),
    )
    unpaid_expiry_minutes = models.PositiveIntegerField(
        _("unpaid orders expire after (minutes)"), default=43_200
    )
    ship_lead_minutes = models.PositiveIntegerField(
        _("time needed to ship (minutes)"),
        default=120,
        help_text=_("A waiting order is released this long before it must be shipped."),
    )

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]
        default_permissions = ("add", "change", "view")
        permissions = [
            ("view_orders", "See orders"),
            ("review_orders", "Review, hold and release orders"),
            ("edit_orders", "Edit orders"),
            ("cancel_orders", "Cancel orders"),
            ("merge_orders", "Merge and un-merge orders"),
            ("import_orders", "Import and replay orders"),
            ("export_orders", "Export orders"),
            ("edit_amounts", "Edit amounts"),
            ("view_buyer_contact", "Reveal a buyer's contact"),
            ("open_cases", "Open after-sales cases"),
            ("view_cases", "See after-sales cases"),
            ("approve_returns", "Approve returns"),
            ("view_finance", "See money and reconciliation"),
            ("confirm_transfers", "Confirm offline refunds"),
            ("manage_store", "Set up the store"),
        ]

    def __str__(self) -> str:
        return self.name


class Warehouse(models.Model):
    """A place that ships. Rights on documents, waves and stock are rights on their warehouse."""

    class Kind(models.TextChoices):
        CENTRAL = "central", _("central")
        FORWARD = "forward", _("forward store")
        BRANCH = "branch", _("branch")
        PLATFORM = "platform", _("platform")
        THIRD_PARTY = "third_party", _("third party")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.CENTRAL)
    province = models.CharField(_("province"), max_length=32, blank=True)
    city = models.CharField(_("city"), max_length=32, blank=True)
    district = models.CharField(_("district"), max_length=32, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=32, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=32, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=48, default="Asia/Shanghai", validators=[validate_timezone]
    )
    cut_off = models.TimeField(_("daily cut-off"), null=True, blank=True)
    daily_order_limit = models.PositiveIntegerField(_("orders a day"), null=True, blank=True)
    cold_chain = models.BooleanField(_("cold chain"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["priority", "code"]
        default_permissions = ("add", "change", "view")
        permissions = [
            ("view_fulfillment", "See shipping documents"),
            ("release_fulfillment", "Release and recall shipping documents"),
            ("manage_waves", "Plan and start waves"),
            ("pick", "Pick"),
            ("pack", "Check, pack and label"),
            ("hand_over", "Hand over to the carrier"),
            ("receive_returns", "Receive returns"),
            ("inspect_returns", "Inspect returned goods"),
            ("view_stock", "See stock"),
            ("count_stock", "Count stock"),
            ("adjust_stock", "Adjust stock"),
            ("manage_warehouse", "Set up the warehouse"),
        ]

    def __str__(self) -> str:
        return self.name


class ScopeSet(models.Model):
    """A named set of stores and warehouses: a role given on it is a role on each member."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    stores = models.ManyToManyField(Store, blank=True, verbose_name=_("stores"))
    warehouses = models.ManyToManyField(Warehouse, blank=True, verbose_name=_("warehouses"))

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Department(ScopeSet):
    """A part of the company. A role on it covers the departments below it too."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta(ScopeSet.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Project(ScopeSet):
    """A set across departments, such as one festival's campaign."""

    class Meta(ScopeSet.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
