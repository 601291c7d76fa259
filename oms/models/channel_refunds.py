"""What a platform says about a refund: its own record, mirrored, one row per number."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.dto import RefundKind, RefundStage
from oms.models.base import currency, money
from oms.models.orders import Order
from oms.models.organization import Store
from oms.models.payments import Refund
from oms.privacy.fields import EncryptedTextField


class ChannelRefund(models.Model):
    """``stage`` is the platform's word, never a status of ours: that is the case's.

    ``order`` is empty until the order itself has come in. ``refund`` is the money as booked here,
    ``case_no`` the case that answers. ``lines`` holds [line number, pieces or null]; none of them
    means that the platform names no line. ``problem`` is for a person.
    """

    class Stage(models.TextChoices):
        WAIT_MERCHANT = RefundStage.WAIT_MERCHANT.value, _("waits for the merchant")
        WAIT_BUYER_RETURN = RefundStage.WAIT_BUYER_RETURN.value, _("waits for the buyer's parcel")
        WAIT_MERCHANT_RECEIVE = (
            RefundStage.WAIT_MERCHANT_RECEIVE.value,
            _("parcel on its way back"),
        )
        REFUNDING = RefundStage.REFUNDING.value, _("the platform is paying back")
        REJECTED = RefundStage.REJECTED.value, _("refused")
        CLOSED = RefundStage.CLOSED.value, _("closed")
        SUCCESS = RefundStage.SUCCESS.value, _("paid back")

    class Kind(models.TextChoices):
        REFUND_ONLY = RefundKind.REFUND_ONLY.value, _("refund without return")
        RETURN_REFUND = RefundKind.RETURN_REFUND.value, _("return and refund")
        EXCHANGE = RefundKind.EXCHANGE.value, _("exchange")

    OPEN_STAGES = (
        Stage.WAIT_MERCHANT,
        Stage.WAIT_BUYER_RETURN,
        Stage.WAIT_MERCHANT_RECEIVE,
        Stage.REFUNDING,
    )

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    channel_refund_no = models.CharField(_("channel refund number"), max_length=64)
    channel_order_no = models.CharField(_("channel order number"), max_length=64)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channel_refunds",
        verbose_name=_("order"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    stage = models.CharField(_("stage"), max_length=24, choices=Stage.choices)
    currency = currency()
    amount = money(_("amount"))
    lines = models.JSONField(_("lines"), default=list, blank=True)
    reason = EncryptedTextField(_("buyer's words"), blank=True, default="")
    respond_by = models.DateTimeField(_("answer due"), null=True, blank=True)
    return_carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    return_waybill_no = models.CharField(_("return waybill"), max_length=40, blank=True)
    channel_modified_at = models.DateTimeField(_("changed on the channel"))
    first_heard_at = models.DateTimeField(_("came in"))
    answered_at = models.DateTimeField(
        _("answered"),
        null=True,
        blank=True,
        help_text=_("Since then it holds no goods; asked anew, it does again."),
    )
    case_no = models.CharField(_("case number"), max_length=20, blank=True, db_index=True)
    refund = models.ForeignKey(
        Refund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("refund")
    )
    refund_no = models.CharField(
        _("our refund number"),
        max_length=20,
        blank=True,
        default="",
        help_text=_("As the platform repeats it: the money is then the refund we asked for."),
    )
    problem = models.CharField(_("what stands in the way"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("refund request of a channel")
        verbose_name_plural = _("refund requests of channels")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel_refund_no"], name="channel_refund_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="channel_refund_amount_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "channel_order_no"],
                name="channel_refund_waiting",
                condition=Q(order__isnull=True),
            ),
            models.Index(
                fields=["respond_by"],
                name="channel_refund_due",
                condition=Q(stage="wait_merchant"),
            ),
        ]

    def __str__(self) -> str:
        return self.channel_refund_no
