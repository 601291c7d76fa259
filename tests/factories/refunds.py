"""Refund requests as a platform tells them. All of it is invented."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from oms.models import Order
from oms.services.orders.channel_refunds.noting import Noted, note_platform_refund
from tests.factories.basics import NOW


def asked(order: Order, **told: Any) -> IncomingRefund:
    """The buyer wants the money of an order back, without a return; ``minutes`` is when."""
    minutes = told.pop("minutes", 0)
    plain: dict[str, Any] = {
        "channel_refund_no": "R-1",
        "channel_order_no": order.channel_order_no,
        "status": RefundStage.WAIT_MERCHANT,
        "kind": RefundKind.REFUND_ONLY,
        "amount": Decimal("50.00"),
        "modified_at": NOW + timedelta(minutes=minutes),
    }
    return IncomingRefund(**(plain | told))


def tell(order: Order, **told: Any) -> Noted:
    """Let the platform tell the core of a request."""
    return note_platform_refund(order.store_id, refund=asked(order, **told), now=NOW)


def of_line(number: str, quantity: int | None = None) -> tuple[RefundedLine, ...]:
    return (RefundedLine(channel_line_no=number, quantity=quantity),)
