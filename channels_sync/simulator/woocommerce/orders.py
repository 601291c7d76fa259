"""A neutral order and what was paid back on it, told as WooCommerce does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from channels_sync.simulator.market.orders import ZERO, Line, Order, Receiver, Status
from channels_sync.simulator.market.refunds import Refund, RefundStatus
from channels_sync.simulator.woocommerce.words import gmt, local, money

Extra = Mapping[str, Any]
"""What only this shop keeps of an order: ``meta``, ``notes``, and which refunds belong together."""
STATUSES = ("pending", "processing", "completed", "cancelled", "refunded")
_STATUS = {
    Status.UNPAID: "pending",
    Status.PAID: "processing",
    Status.PARTIALLY_SHIPPED: "processing",
    Status.SHIPPED: "completed",
    Status.COMPLETED: "completed",
}
_STATES = {"浙江省": "CN12", "广东省": "CN20", "上海市": "CN10", "四川省": "CN24", "北京市": "CN2"}


def status_of(order: Order, refunds: Sequence[Refund]) -> str:
    if order.status is Status.CANCELLED:
        return "refunded" if paid_back(refunds) else "cancelled"
    return _STATUS[order.status]


def paid_back(refunds: Sequence[Refund]) -> list[Refund]:
    """A shop of one's own knows no requests, only money that went back."""
    return [refund for refund in refunds if refund.status is RefundStatus.SUCCESS]


def variation_of(product_id: str, sku_id: str) -> str:
    """Every other product is a simple one: it has no variation."""
    return "0" if int(product_id) % 2 else sku_id


def to_order(order: Order, refunds: Sequence[Refund], extra: Extra) -> dict[str, Any]:
    """Write an order; of its refunds only the sums."""
    done_at = order.shipped_at
    return {
        "id": int(order.number),
        "parent_id": 0,
        "number": order.number,
        "created_via": "checkout",
        "version": "9.0.0",
        "status": status_of(order, refunds),
        "currency": "CNY",
        "prices_include_tax": False,
        "date_created": local(order.created_at),
        "date_created_gmt": gmt(order.created_at),
        "date_modified": local(order.modified_at),
        "date_modified_gmt": gmt(order.modified_at),
        "date_paid": local(order.paid_at),
        "date_paid_gmt": gmt(order.paid_at),
        "date_completed": local(done_at),
        "date_completed_gmt": gmt(done_at),
        "discount_total": money(order.discount + order.platform_discount),
        "discount_tax": "0.00",
        "shipping_total": money(order.freight),
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": money(order.paid_amount),
        "total_tax": "0.00",
        "customer_id": order.buyer + 1,
        "customer_note": order.note,
        "billing": _place(order.receiver) | {"email": f"buyer{order.buyer:03d}@example.com"},
        "shipping": _place(order.receiver),
        "payment_method": "cod" if order.is_cod else "alipay",
        "transaction_id": order.number if order.paid_at else "",
        "meta_data": [
            {"id": at, "key": key, "value": value}
            for at, (key, value) in enumerate(extra.get("meta", {}).items(), start=1)
        ],
        "line_items": [_line(line) for line in order.lines],
        "shipping_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [
            {"id": each["id"], "reason": each["reason"], "total": f"-{each['amount']}"}
            for each in to_refunds(order, refunds, extra)
        ],
    }


def to_refunds(order: Order, refunds: Sequence[Refund], extra: Extra) -> list[dict[str, Any]]:
    """Write what was paid back, the latest first; parts of one are told as one."""
    parts: dict[str, list[Refund]] = {}
    leaders = extra.get("leaders", {})
    for refund in paid_back(refunds):
        parts.setdefault(leaders.get(refund.number, refund.number), []).append(refund)
    return [_refund(order, number, group) for number, group in reversed(parts.items())]


def _refund(order: Order, number: str, group: Sequence[Refund]) -> dict[str, Any]:
    first = group[0]
    return {
        "id": int(number),
        "date_created": local(first.modified_at),
        "date_created_gmt": gmt(first.modified_at),
        "amount": money(sum((part.amount for part in group), ZERO)),
        "reason": first.reason,
        "refunded_by": 1,
        "refunded_payment": True,
        "meta_data": [],
        "line_items": [_taken(order, part) for part in group if part.units],
    }


def _taken(order: Order, part: Refund) -> dict[str, Any]:
    """Units and money are below zero; the line has a number of its own."""
    line = order.line(part.line_no)
    return {
        "id": int(part.number),
        "name": line.title if line else "",
        "quantity": -part.units,
        "total": f"-{money(part.amount)}",
        "total_tax": "0.00",
        "sku": line.merchant_code if line else "",
        "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": part.line_no}],
    }


def _line(line: Line) -> dict[str, Any]:
    paid = line.goods - line.discount - line.platform_discount
    return {
        "id": int(line.number),
        "name": line.title,
        "product_id": int(line.product_id),
        "variation_id": int(variation_of(line.product_id, line.sku_id)),
        "quantity": line.quantity,
        "subtotal": money(line.goods),
        "subtotal_tax": "0.00",
        "total": money(paid),
        "total_tax": "0.00",
        "sku": line.merchant_code,
        # A number here, and texts everywhere else.
        "price": _as_number(paid / line.quantity),
        "meta_data": [],
    }


def _as_number(amount: Decimal) -> float:
    return float(round(amount, 2))


def _place(place: Receiver) -> dict[str, str]:
    return {
        "first_name": place.name[1:],
        "last_name": place.name[:1],
        "company": "",
        "address_1": f"{place.district}{place.street}",
        "address_2": "",
        "city": place.city,
        "state": _STATES.get(place.province, place.province),
        "postcode": place.postcode,
        "country": "CN",
        "phone": place.phone,
    }
