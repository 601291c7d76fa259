"""Invented orders for the benchmarks."""

from datetime import datetime, timedelta
from decimal import Decimal

from oms.dto import ChannelStatus, IncomingBuyer, IncomingLine, IncomingOrder, PlainReceiver
from tests.benchmarks.world import NOW, SKUS


def incoming(
    number: int, *, prefix: str, buyer: int | None = None, at: datetime = NOW
) -> IncomingOrder:
    """One paid order of two lines, to an address of its own or of ``buyer``."""
    who = number if buyer is None else buyer
    return IncomingOrder(
        channel_order_no=f"{prefix}-{number}",
        channel_status=ChannelStatus.PAID,
        channel_modified_at=at,
        ordered_at=at,
        paid_at=at,
        currency="CNY",
        goods_amount=Decimal(100),
        paid_amount=Decimal(100),
        lines=(_line(number, 1), _line(number, 2)),
        buyer=IncomingBuyer(channel_buyer_id=f"{prefix}-{who}"),
        receiver=PlainReceiver(
            name="演示买家",
            phone=f"138{who:08d}",
            province="浙江省",
            city="杭州市",
            district="余杭区",
            street=f"演示路 {who} 号",
        ),
        ship_by=at + timedelta(days=2),
    )


def _line(number: int, position: int) -> IncomingLine:
    code = f"SKU-{(number * 7 + position) % SKUS:03d}"
    return IncomingLine(
        title=code,
        quantity=1,
        unit_price=Decimal(50),
        channel_line_no=str(position),
        channel_product_id=code,
        merchant_code=code,
    )
