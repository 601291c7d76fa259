"""The warehouse's step of the tour."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.management.demo.tour import orders
from oms.models import Shipment
from oms.registries import Story, TourStep, tour_steps


def _has_left() -> bool:
    lines = {"lines__fulfillment_line__order_item__order__in": orders()}
    return Shipment.objects.filter(handed_over_at__isnull=False, **lines).exists()


tour_steps.register(
    TourStep(
        "merge.sent",
        Story.MERGE,
        40,
        _("Pick, check, label and hand over the one parcel, by scans, on a phone."),
        "cangku",
        lambda: reverse("warehouse:home"),
        _has_left,
    )
)
