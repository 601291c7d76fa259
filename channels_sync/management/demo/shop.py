"""The simulated shop learns of the orders that the demo began with, as if it had taken them."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from channels_sync.management.demo.simulated import press
from oms.flows.order import OrderStatus
from oms.models import Order, OrderLine
from oms.refusals import Refusal

SHOP = "demo-shop"
_PAGE = 100
_STATUS = {OrderStatus.UNPAID: "unpaid", OrderStatus.CANCELLED: "cancelled"}


def tell_shop(now: datetime) -> None:
    """Give the shop its orders, so that it knows them when it is told of parcels and refunds.

    A demo without simulators does without.
    """
    rows = Order.objects.filter(store__code=SHOP, buyer__isnull=False)
    orders = list(rows.select_related("buyer", "receiver").prefetch_related("lines").order_by("pk"))
    for start in range(0, len(orders), _PAGE):
        documents = [_document(order) for order in orders[start : start + _PAGE]]
        try:
            press("adopt", {"orders": json.dumps(documents, ensure_ascii=False)})
        except Refusal:
            return


def _document(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.channel_order_no,
        "status": _STATUS.get(OrderStatus(order.status), "paid"),
        "currency": order.currency,
        "buyer_id": order.buyer.channel_buyer_id if order.buyer else "",
        "created_at": order.ordered_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "updated_at": order.channel_modified_at.isoformat(),
        "amounts": {
            "goods_cents": _cents(order.goods_amount),
            "shipping_cents": _cents(order.freight),
            "discount_cents": 0,
            "paid_cents": _cents(order.paid_amount),
        },
        "receiver": _receiver(order),
        "lines": _lines(list(order.lines.all())),
        "buyer_note": "",
    }


def _receiver(order: Order) -> dict[str, str]:
    """The shop's page shows whom it goes to; ours knows only what is masked."""
    row = order.receiver
    place = {name: getattr(row, name, "") for name in ("province", "city", "district")}
    masked = {"name": "name_mask", "phone": "phone_mask", "address": "street_mask"}
    shown = {name: getattr(row, column, "") for name, column in masked.items()}
    return {**shown, **place, "postcode": ""}


def _lines(lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
    return [
        {
            "line_id": line.channel_line_no,
            "sku_code": line.merchant_code,
            "title": line.title,
            "quantity": line.quantity,
            "unit_price_cents": _cents(line.unit_price),
            "total_cents": _cents(line.unit_price * line.quantity),
        }
        for line in lines
    ]


def _cents(amount: Decimal) -> int:
    return int(amount * 100)
