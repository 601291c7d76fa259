"""What a colour means, the same on every page: grey waits, blue is worked on, green is done,
amber will soon be late, red is late, blocked or failed."""

from oms.flows.approval import ApprovalStatus, StepStatus
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.flows.refund import RefundStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import BuyerMessage, Condition, ExpectedReturn, Job

GREY, BLUE, GREEN, AMBER, RED = "grey", "blue", "green", "amber", "red"

_BLUE = {
    OrderStatus.ALLOCATED,
    OrderStatus.RELEASED,
    OrderStatus.MERGED,
    OrderStatus.PARTLY_SHIPPED,
    FulfillmentStatus.WAVED,
    FulfillmentStatus.PICKING,
    FulfillmentStatus.PICKED,
    FulfillmentStatus.PACKED,
    ShipmentStatus.LABELLED,
    ShipmentStatus.IN_TRANSIT,
    RefundStatus.SENT,
    Job.State.RUNNING,
    ExpectedReturn.State.PARTLY_RECEIVED,
    "paid",
}
_GREEN = {
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
    OrderStatus.COMPLETED,
    FulfillmentStatus.HANDED_OVER,
    RefundStatus.CONFIRMED,
    RefundStatus.DONE_BY_PLATFORM,
    ExpectedReturn.State.RECEIVED,
    BuyerMessage.State.SENT,
    Job.State.DONE,
    Condition.GOOD,
    "ok",
}
_AMBER = {
    ApprovalStatus.OPEN,
    StepStatus.OPEN,
    ShipmentStatus.COMING_BACK,
    Condition.QUARANTINE,
}
_RED = {
    ApprovalStatus.REJECTED,
    ShipmentStatus.LOST,
    RefundStatus.FAILED,
    Job.State.FAILED,
    BuyerMessage.State.FAILED,
    Condition.DEFECTIVE,
}
_TONES = {
    str(value): tone
    for tone, values in ((BLUE, _BLUE), (GREEN, _GREEN), (AMBER, _AMBER), (RED, _RED))
    for value in values
}


def tone_of(value: str) -> str:
    """Return the tone of a status; what waits, or is simply over, is grey."""
    return _TONES.get(str(value), GREY)
