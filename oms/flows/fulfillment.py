"""A shipping document's stations. The flow carries them, so a stop asks one row for the truth."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class FulfillmentStatus(TextChoices):
    ALLOCATED = "allocated", _("allocated")
    RELEASED = "released", _("released")
    WAVED = "waved", _("in a wave")
    PICKING = "picking", _("picking")
    PICKED = "picked", _("picked")
    PACKED = "packed", _("packed")
    HANDED_OVER = "handed_over", _("handed over")
    CANCELLED = "cancelled", _("cancelled")


F = FulfillmentStatus

OPEN_FOR_SIBLINGS = (F.ALLOCATED, F.RELEASED, F.WAVED)
IN_THE_WAREHOUSE = (F.RELEASED, F.WAVED, F.PICKING, F.PICKED, F.PACKED)
STOPPABLE = (F.ALLOCATED, *IN_THE_WAREHOUSE)

FULFILLMENT_FLOW = flow(
    initial={F.ALLOCATED},
    terminal={F.HANDED_OVER, F.CANCELLED},
    release=({F.ALLOCATED}, F.RELEASED),
    wave=({F.RELEASED}, F.WAVED),
    unwave=({F.WAVED}, F.RELEASED),
    start_picking=({F.WAVED}, F.PICKING),
    finish_picking=({F.PICKING}, F.PICKED),
    pack=({F.PICKED}, F.PACKED),
    hand_over=({F.PICKED, F.PACKED}, F.HANDED_OVER),
    cancel=(STOPPABLE, F.CANCELLED),
)
