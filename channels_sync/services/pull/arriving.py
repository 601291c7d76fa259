"""From what was pulled to what is kept: the same words told twice are one message."""

import hashlib

from channels_sync.connectors.pulling import PulledOrder, PulledRefund
from channels_sync.dto import REFUND_UPDATED
from channels_sync.models import RawOrder
from channels_sync.services.arrivals import Arrival

ORDER_EVENT = "order.updated"


def order_arrival(order: PulledOrder) -> Arrival:
    """Every window overlaps the one before, so most orders come again as they were."""
    return Arrival(
        source=RawOrder.Source.PULL,
        event=ORDER_EVENT,
        event_id=_event_id(order.channel_order_no, order.payload),
        channel_order_no=order.channel_order_no,
        payload=order.payload,
        modified_at=order.modified_at,
    )


def refund_arrival(refund: PulledRefund) -> Arrival:
    return Arrival(
        source=RawOrder.Source.PULL,
        event=REFUND_UPDATED,
        event_id=_event_id(f"r{refund.channel_refund_no}", refund.payload),
        channel_order_no=refund.channel_order_no,
        payload=refund.payload,
        modified_at=refund.modified_at,
    )


def _event_id(number: str, payload: str) -> str:
    return f"{number[:64]}@{hashlib.sha256(payload.encode()).hexdigest()[:32]}"
