"""What carriers told us of parcels, and when each is asked about again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.models import Shipment
from oms.privacy.fields import EncryptedTextField
from warehouse.dto import TrackStatus
from warehouse.models.waybills import CarrierAccount


class TraceStatus(models.TextChoices):
    """``TrackStatus`` in words."""

    UNKNOWN = TrackStatus.UNKNOWN, _("something else")
    CREATED = TrackStatus.CREATED, _("announced to the carrier")
    COLLECTED = TrackStatus.COLLECTED, _("collected")
    IN_TRANSIT = TrackStatus.IN_TRANSIT, _("in transit")
    OUT_FOR_DELIVERY = TrackStatus.OUT_FOR_DELIVERY, _("out for delivery")
    READY_FOR_PICKUP = TrackStatus.READY_FOR_PICKUP, _("waits to be picked up")
    DELIVERED = TrackStatus.DELIVERED, _("delivered")
    EXCEPTION = TrackStatus.EXCEPTION, _("trouble on the road")
    RETURNING = TrackStatus.RETURNING, _("on its way back")
    RETURNED = TrackStatus.RETURNED, _("returned to the sender")
    CANCELLED = TrackStatus.CANCELLED, _("cancelled at the carrier")


class Trace(models.Model):
    """The way of a parcel under its present waybill: whom we ask about it, and when next.

    ``due_at`` is empty for a parcel about which nobody is asked any more; it is moved before the
    carrier is asked, so that no two workers ask and a dead one only costs time.
    """

    shipment = models.OneToOneField(
        Shipment, models.PROTECT, related_name="trace", verbose_name=_("parcel")
    )
    account = models.ForeignKey(
        CarrierAccount, models.PROTECT, related_name="+", verbose_name=_("carrier account")
    )
    waybill_no = models.CharField(_("waybill"), max_length=40)
    due_at = models.DateTimeField(_("asked about next"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked about last"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("without an answer"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at"], name="trace_due", condition=models.Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.waybill_no


class TraceEvent(models.Model):
    """One thing that a carrier says happened, once, however often it was told. ``text`` may name a
    courier or whoever signed."""

    class Source(models.TextChoices):
        POLL = "poll", _("asked by us")
        PUSH = "push", _("told by the carrier")

    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="trace_events", verbose_name=_("parcel")
    )
    waybill_no = models.CharField(_("waybill"), max_length=40)
    at = models.DateTimeField(_("at"))
    code = models.CharField(_("carrier's code"), max_length=32)
    status = models.CharField(_("status"), max_length=24, choices=TraceStatus.choices)
    text = EncryptedTextField(_("text"), default="", blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("trace event")
        verbose_name_plural = _("trace events")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "waybill_no", "at", "code"], name="trace_event_once"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="trace_event_age")]

    def __str__(self) -> str:
        return f"{self.waybill_no} {self.code}"
