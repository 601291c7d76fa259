"""Waves, the tasks they are cut into, and every unit that somebody has to take from a shelf."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.models import FulfillmentLine, FulfillmentOrder, Sku, User, Warehouse
from oms.models.base import StatusModel
from warehouse.flows import (
    PICK_LINE_FLOW,
    PICK_TASK_FLOW,
    WAVE_FLOW,
    PickStatus,
    TaskStatus,
    WaveStatus,
)
from warehouse.models.places import Bin


class Wave(StatusModel):
    """Documents that go through the warehouse together. Urgent ones never share a wave with others.

    An empty ``zone`` means that they lie in several. ``is_single``: each document is one line, so
    all of them are picked into one tote and told apart at the packing table.
    """

    FLOW = WAVE_FLOW
    SUBJECT = "wave"

    wave_no = models.CharField(_("wave number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="waves", verbose_name=_("warehouse")
    )
    carrier = models.CharField(_("carrier"), max_length=32, blank=True)
    zone = models.CharField(_("zone"), max_length=16, blank=True)
    is_single = models.BooleanField(_("single items"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=WaveStatus.choices)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["warehouse", "status"], name="wave_queue")]

    def __str__(self) -> str:
        return self.wave_no


class PickTask(StatusModel):
    """One cart's worth of a wave, for one picker. ``bin`` is where the picker stands."""

    FLOW = PICK_TASK_FLOW
    SUBJECT = "pick_task"

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="tasks", verbose_name=_("wave"))
    picker = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pick_tasks",
        verbose_name=_("picker"),
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    bin = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands at")
    )

    status = models.CharField(_("status"), max_length=24, choices=TaskStatus.choices)

    class Meta:
        verbose_name = _("pick task")
        verbose_name_plural = _("pick tasks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="claimed") | Q(picker__isnull=False),
                name="pick_task_claimed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "wave"], name="pick_task_queue"),
            models.Index(
                fields=["picker"], name="pick_task_of_picker", condition=Q(status="claimed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}-{self.pk}"


class PickSlot(models.Model):
    """A document's place on the cart: the tote that holds its goods until they are packed.

    Parked: its document was stopped, the goods stay in the tote. Closed: packed, or out of it.
    """

    task = models.ForeignKey(
        PickTask, models.PROTECT, related_name="slots", verbose_name=_("pick task")
    )
    fulfillment = models.ForeignKey(
        FulfillmentOrder, models.PROTECT, related_name="pick_slots", verbose_name=_("document")
    )
    position = models.PositiveSmallIntegerField(_("place on the cart"))
    tote = models.ForeignKey(
        Bin, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name=_("tote")
    )
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    parked_reason = models.CharField(_("why parked"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("why closed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cart place")
        verbose_name_plural = _("cart places")
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment"],
                name="document_in_one_task",
                condition=Q(closed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["tote"], name="slot_of_tote", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}#{self.position}"


class PickLine(StatusModel):
    """Units of one document line to be taken from one bin. ``put_back`` of the picked ones went
    back to a shelf because they were not wanted any more; ``put_at`` is when the tote was scanned.
    """

    FLOW = PICK_LINE_FLOW
    SUBJECT = "pick_line"

    slot = models.ForeignKey(
        PickSlot, models.PROTECT, related_name="lines", verbose_name=_("cart place")
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentLine,
        models.PROTECT,
        related_name="pick_lines",
        verbose_name=_("document line"),
    )
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="+", verbose_name=_("bin"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    lot = models.CharField(_("lot"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    picked = models.PositiveIntegerField(_("picked"), default=0)
    put_back = models.PositiveIntegerField(_("not wanted any more"), default=0)
    position = models.PositiveIntegerField(_("place on the walk"), default=0)
    put_at = models.DateTimeField(_("laid into the tote"), null=True, blank=True)

    status = models.CharField(
        _("status"), max_length=24, choices=PickStatus.choices, default=PickStatus.OPEN
    )

    class Meta:
        verbose_name = _("pick line")
        verbose_name_plural = _("pick lines")
        ordering = ["slot", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pick_quantity_positive"),
            models.CheckConstraint(
                condition=Q(picked__lte=F("quantity"), put_back__lte=F("picked")),
                name="pick_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(status="picked") | Q(picked=F("quantity")), name="pick_done_is_whole"
            ),
        ]
        indexes = [models.Index(fields=["bin"], name="pick_open", condition=Q(status="open"))]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"
