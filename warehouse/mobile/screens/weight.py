"""What a parcel weighs: what its card says and offers."""

from dataclasses import dataclass
from decimal import Decimal

from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
from oms.services.fulfillment.uploads import waits_for_weight
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import Text

_ON_THE_TABLE = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED)


@dataclass(frozen=True, slots=True)
class Weighing:
    """``offer`` is empty where nobody weighs any more, ``wanted`` where a shop waits for it."""

    text: Text = ""
    offer: str = ""


def weighing(shipment: Shipment) -> Weighing:
    if shipment.status not in _ON_THE_TABLE:
        return Weighing()
    if waits_for_weight(shipment):
        return Weighing(messages.WEIGHT_WANTED, "wanted")
    if shipment.weight_g is None:
        return Weighing("", "may")
    return Weighing(_compared(shipment.weight_g, shipment.expected_weight_g), "again")


def _compared(weight_g: int, expected_g: int) -> Text:
    """Say both weights, so that a slip of the finger is seen at once."""
    words = messages.WEIGHS_OF if expected_g else messages.WEIGHS
    return words % {"weight": _kilograms(weight_g), "expected": _kilograms(expected_g)}


def _kilograms(grams: int) -> str:
    return f"{Decimal(grams) / 1000:.3f} kg"
