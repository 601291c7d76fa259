"""A parcel's life, from the packing table to the buyer's hands or back."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class ShipmentStatus(TextChoices):
    PACKED = "packed", _("packed")
    LABELLED = "labelled", _("labelled")
    HANDED_OVER = "handed_over", _("handed over")
    IN_TRANSIT = "in_transit", _("in transit")
    DELIVERED = "delivered", _("delivered")
    COMING_BACK = "coming_back", _("coming back")
    CAME_BACK = "came_back", _("came back")
    LOST = "lost", _("lost")
    CANCELLED = "cancelled", _("cancelled")


P = ShipmentStatus
ON_THE_ROAD = (P.HANDED_OVER, P.IN_TRANSIT)

SHIPMENT_FLOW = flow(
    initial={P.PACKED},
    terminal={P.DELIVERED, P.CAME_BACK, P.LOST, P.CANCELLED},
    label=({P.PACKED}, P.LABELLED),
    unlabel=({P.LABELLED}, P.PACKED),
    hand_over=({P.LABELLED}, P.HANDED_OVER),
    collect=({P.HANDED_OVER}, P.IN_TRANSIT),
    deliver=(ON_THE_ROAD, P.DELIVERED),
    turn_back=(ON_THE_ROAD, P.COMING_BACK),
    receive_back=({P.COMING_BACK}, P.CAME_BACK),
    lose=((*ON_THE_ROAD, P.COMING_BACK), P.LOST),
    cancel=({P.PACKED, P.LABELLED}, P.CANCELLED),
)
