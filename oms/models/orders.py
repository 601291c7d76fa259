"""An order as the buyer placed it. It is never rewritten: merging and splitting build on top."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.dto import PaymentTerms
from oms.flows.order import ORDER_FLOW, SHIPPABLE, UNFINISHED, OrderStatus
from oms.models.base import StatusModel, currency, money
from oms.models.buyers import Buyer, Receiver
from oms.models.organization import Store, Warehouse
from oms.privacy.fields import EncryptedJSONField, EncryptedTextField


class ChannelStatusChoice(models.TextChoices):
    """``oms.dto.ChannelStatus`` with labels."""

    UNPAID = "unpaid", _("unpaid")
    PAID = "paid", _("paid")
    PARTLY_SHIPPED = "partly_shipped", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class Order(StatusModel):
    """Three axes, never mixed: ``channel_status`` mirrors the platform, ``status`` is ours, and
    holds are rows of ``OrderHold``. ``eligible_at`` is when the last thing an order waited for
    (payment, ingest, a hold's release, an address, stock) came in; merging looks back from it.
    """

    FLOW = ORDER_FLOW
    SUBJECT = "order"

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        EXCHANGE = "exchange", _("exchange")
        RESHIP = "reship", _("reship")
        SAMPLE = "sample", _("sample")
        MANUAL = "manual", _("manual")

    class Terms(models.TextChoices):
        PREPAID = PaymentTerms.PREPAID.value, _("prepaid")
        COD = PaymentTerms.COD.value, _("cash on delivery")
        CREDIT = PaymentTerms.CREDIT.value, _("on account")

    class FulfilledBy(models.TextChoices):
        US = "us", _("us")
        PLATFORM = "platform", _("the platform")
        THIRD_PARTY = "third_party", _("a third party")

    order_no = models.CharField(_("order number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.SALE)
    origin_order = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("made for"),
    )
    made_for = models.CharField(_("made for case"), max_length=20, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="orders", verbose_name=_("store"))
    channel_order_no = models.CharField(
        _("channel order number"), max_length=64, null=True, blank=True, db_index=True
    )
    parent_channel_no = models.CharField(_("channel parent order"), max_length=64, blank=True)
    channel_status = models.CharField(
        _("channel status"), max_length=16, choices=ChannelStatusChoice.choices
    )
    raw_status = models.CharField(_("status in the channel's words"), max_length=64, blank=True)
    channel_modified_at = models.DateTimeField(_("changed on the channel"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    buyer = models.ForeignKey(
        Buyer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("buyer"),
    )
    receiver = models.ForeignKey(
        Receiver,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("receiver"),
    )
    payment_terms = models.CharField(
        _("payment terms"), max_length=8, choices=Terms.choices, default=Terms.PREPAID
    )
    currency = currency()
    goods_amount = money(_("goods"))
    freight = money(_("freight"))
    seller_discount = money(_("seller's discount"))
    platform_discount = money(_("platform's discount"))
    paid_amount = money(_("paid"))
    receivable = money(_("receivable"))
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    collect_by = models.DateTimeField(_("collect by"), null=True, blank=True)
    deliver_from = models.DateTimeField(_("deliver from"), null=True, blank=True)
    deliver_to = models.DateTimeField(_("deliver to"), null=True, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    promised_carrier = models.CharField(_("promised carrier"), max_length=32, blank=True)
    appointed_warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("appointed warehouse"),
    )
    fulfilled_by = models.CharField(
        _("shipped by"), max_length=12, choices=FulfilledBy.choices, default=FulfilledBy.US
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_presale = models.BooleanField(_("pre-sale"), default=False)
    ordered_at = models.DateTimeField(_("ordered"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    ingested_at = models.DateTimeField(_("came in"), default=timezone.now)
    eligible_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    release_at = models.DateTimeField(_("waits until"), null=True, blank=True)
    merge_key = models.CharField(_("merge key"), max_length=80, blank=True)
    merge_key_version = models.PositiveSmallIntegerField(default=0)
    is_kept_apart = models.BooleanField(
        _("kept apart"),
        default=False,
        help_text=_("Never merged by itself: a person took it out of a merge or said so."),
    )
    overruled_address_key = models.CharField(
        _("address overruled by hand"), max_length=64, blank=True, default="", editable=False
    )
    buyer_memo = EncryptedTextField(_("buyer's note"), blank=True, default="")
    seller_memo = EncryptedTextField(_("seller's note"), blank=True, default="")
    seller_flag = models.CharField(_("flag"), max_length=16, blank=True)
    invoice_request = EncryptedJSONField(_("invoice request"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=OrderStatus.choices)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_order_no"], name="order_once_per_store"
            ),
            models.CheckConstraint(
                condition=Q(
                    goods_amount__gte=0,
                    freight__gte=0,
                    seller_discount__gte=0,
                    platform_discount__gte=0,
                    paid_amount__gte=0,
                    receivable__gte=0,
                ),
                name="order_amounts_not_negative",
            ),
            models.UniqueConstraint(
                fields=["made_for"],
                name="order_once_per_case",
                condition=~Q(made_for="") & ~Q(status="cancelled"),
            ),
            models.CheckConstraint(
                condition=Q(channel_order_no__isnull=False) | ~Q(kind="sale"),
                name="order_sale_has_channel_no",
            ),
            models.CheckConstraint(
                condition=Q(origin_order__isnull=False) | ~Q(kind__in=["exchange", "reship"]),
                name="order_follow_up_has_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="order_store_newest"),
            models.Index(fields=["store", "ordered_at"], name="order_day"),
            models.Index(fields=["store", "status", "status_at"], name="order_queue"),
            models.Index(fields=["status", "-id"], name="order_status_newest"),
            models.Index(
                fields=["eligible_at"],
                name="order_merge_window",
                condition=Q(status__in=["approved", "waiting_merge"]),
            ),
            models.Index(
                fields=["merge_key"],
                name="order_merge_siblings",
                condition=Q(status__in=["approved", "waiting_merge", "allocated", "released"])
                & ~Q(merge_key=""),
            ),
            models.Index(
                fields=["release_at"],
                name="order_waiting_over",
                condition=Q(status__in=["approved", "waiting_merge"]),
            ),
            models.Index(
                fields=["ship_by"], name="order_deadline", condition=Q(status__in=SHIPPABLE)
            ),
            models.Index(
                fields=["status", "status_at"],
                name="order_unfinished",
                condition=Q(status__in=UNFINISHED),
            ),
        ]

    def __str__(self) -> str:
        return self.order_no


class OrderLine(models.Model):
    """What was bought, with its money, in the channel's words. One SKU may stand in several lines.

    ``paid_share`` is what the buyer paid for the whole line, in the order's currency.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        GIFT = "gift", _("gift")
        VIRTUAL = "virtual", _("virtual")
        FEE = "fee", _("fee")

    class Source(models.TextChoices):
        CHANNEL = "channel", _("channel")
        RULE = "rule", _("rule")
        PERSON = "person", _("person")

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", verbose_name=_("order"))
    position = models.PositiveIntegerField(_("position"))
    channel_line_no = models.CharField(_("channel line"), max_length=64, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GOODS)
    source = models.CharField(
        _("source"), max_length=8, choices=Source.choices, default=Source.CHANNEL
    )
    title = models.CharField(_("title"), max_length=300)
    channel_product_id = models.CharField(_("channel product"), max_length=64, blank=True)
    channel_sku_id = models.CharField(_("channel SKU"), max_length=64, blank=True)
    merchant_code = models.CharField(_("merchant code"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0)
    unit_price = models.DecimalField(_("unit price"), max_digits=16, decimal_places=6)
    paid_share = money(_("paid"))
    channel_status = models.CharField(
        _("channel status"), max_length=16, choices=ChannelStatusChoice.choices, blank=True
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.UniqueConstraint(fields=["order", "channel_line_no"], name="line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__lte=F("quantity")), name="line_cancelled_in_range"
            ),
            models.CheckConstraint(condition=Q(paid_share__gte=0), name="line_paid_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title


class OrderItem(models.Model):
    """The SKUs that a line stands for: what is reserved, picked, shipped, returned and refunded.

    Quantities are units of the SKU. The counters are moved only by services and re-added by
    ``oms.queries.proofs``; ``paid_share`` sums exactly to the line's.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="items", verbose_name=_("order"))
    line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="items", verbose_name=_("order line")
    )
    sku = models.ForeignKey(
        "oms.Sku", models.PROTECT, related_name="order_items", verbose_name=_("SKU")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0)
    assigned_quantity = models.PositiveIntegerField(_("on documents"), default=0)
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0)
    refunded_quantity = models.PositiveIntegerField(_("refunded"), default=0)
    paid_share = money(_("paid"))
    refunded_amount = money(_("refunded"))

    class Meta:
        verbose_name = _("order item")
        verbose_name_plural = _("order items")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "sku"], name="item_once_per_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="item_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled_quantity") + F("assigned_quantity")),
                name="item_never_counted_twice",
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=F("assigned_quantity")),
                name="item_shipped_in_range",
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("shipped_quantity")),
                name="item_returned_in_range",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__lte=F("quantity")), name="item_refunded_in_range"
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("paid_share")),
                name="item_refund_within_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"


class OrderHold(models.Model):
    """One named reason why an order may not go on. Of many, each is released by itself."""

    class Owner(models.TextChoices):
        SYSTEM = "system", _("system")
        CHANNEL = "channel", _("channel")
        RULE = "rule", _("rule")
        PERSON = "person", _("person")

    order = models.ForeignKey(Order, models.PROTECT, related_name="holds", verbose_name=_("order"))
    code = models.SlugField(_("reason"), max_length=32)
    owner = models.CharField(_("placed by"), max_length=8, choices=Owner.choices)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    placed_at = models.DateTimeField(_("placed"))
    placed_by = models.ForeignKey(
        "oms.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(
        "oms.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    release_note = models.CharField(_("why released"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["order", "placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "code", "owner"],
                name="hold_once_while_active",
                condition=Q(released_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["code"], name="hold_active", condition=Q(released_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.code
