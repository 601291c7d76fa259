"""A merge is a group over intact orders: nothing is rewritten, so any order can leave again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models.orders import Order
from oms.models.organization import Store


class MergeGroup(models.Model):
    """Orders that share a parcel, and why. ``reasons`` and ``settings`` are kept as they were."""

    group_no = models.CharField(_("merge number"), max_length=20, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    merge_key = models.CharField(_("merge key"), max_length=80, db_index=True)
    merge_key_version = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(_("reasons"), default=list)
    settings = models.JSONField(_("settings then"), default=dict)
    made_by = models.ForeignKey(
        "oms.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    made_at = models.DateTimeField(_("merged"))
    undone_at = models.DateTimeField(_("taken apart"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "oms.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken apart by"),
    )
    undo_note = models.CharField(_("why taken apart"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.group_no


class MergeMembership(models.Model):
    """An order's place in a group. It may be in one group at a time; leaving keeps the row."""

    group = models.ForeignKey(
        MergeGroup, models.PROTECT, related_name="memberships", verbose_name=_("merge")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="memberships", verbose_name=_("order")
    )
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    left_reason = models.CharField(_("why it left"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("merged order")
        verbose_name_plural = _("merged orders")
        ordering = ["group", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="order_in_one_merge",
                condition=Q(left_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.order_id}"
