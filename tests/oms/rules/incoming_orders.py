"""A faultless incoming order to start from; a test says what it changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from oms.dto import ChannelStatus, IncomingLine, IncomingOrder
from tests.factories.oms import NOW, plain_receiver


def incoming_line(**changes: Any) -> IncomingLine:
    line: dict[str, Any] = {
        "title": "A cup",
        "quantity": 1,
        "unit_price": Decimal("50.00"),
        "channel_line_no": "1",
        "channel_product_id": "P1",
    }
    return IncomingLine(**line | changes)


def incoming_order(**changes: Any) -> IncomingOrder:
    order: dict[str, Any] = {
        "channel_order_no": "261111000001",
        "channel_status": ChannelStatus.PAID,
        "channel_modified_at": NOW,
        "ordered_at": NOW - timedelta(hours=1),
        "currency": "CNY",
        "goods_amount": Decimal("50.00"),
        "paid_amount": Decimal("50.00"),
        "lines": (incoming_line(),),
        "receiver": plain_receiver(0),
        "paid_at": NOW,
    }
    return IncomingOrder(**order | changes)
