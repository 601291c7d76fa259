"""Orders of the shop as its contract writes them, and what buyers do with them. Values only."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from channels_sync.simulator.buyers import Person
from channels_sync.simulator.goods import Cart

Document = dict[str, Any]

_FREE_FROM = 9900
_FREIGHT = 800


class CannotBeDone(Exception):
    """The shop's own rule against it; the text is shown on its page."""


def place(
    order_id: str, buyer: Person, cart: Cart, *, is_paid: bool, note: str = "", at: datetime
) -> Document:
    """Write a new order."""
    goods = sum(product.yuan * 100 * quantity for product, quantity in cart)
    freight = 0 if goods >= _FREE_FROM else _FREIGHT
    return {
        "order_id": order_id,
        "status": "paid" if is_paid else "unpaid",
        "currency": "CNY",
        "buyer_id": buyer.buyer_id,
        "created_at": moment(at),
        "paid_at": moment(at) if is_paid else None,
        "updated_at": moment(at),
        "amounts": {
            "goods_cents": goods,
            "shipping_cents": freight,
            "discount_cents": 0,
            "paid_cents": goods + freight if is_paid else 0,
        },
        "receiver": receiver(buyer),
        "lines": list(_lines(cart)),
        "buyer_note": note,
    }


def pay(order: Document, *, at: datetime) -> Document:
    """:raises CannotBeDone: if it is not waiting for money"""
    _demand(order["status"] == "unpaid", "只有待付款的订单可以付款")
    paid = _changed(order, at=at, status="paid", paid_at=moment(at))
    amounts = paid["amounts"]
    amounts["paid_cents"] = (
        amounts["goods_cents"] + amounts["shipping_cents"] - amounts["discount_cents"]
    )
    return paid


def cancel(order: Document, *, at: datetime) -> Document:
    """:raises CannotBeDone: if it has left or was cancelled"""
    _demand(order["status"] in ("unpaid", "paid"), "已发货或已取消的订单不能取消")
    return _changed(order, at=at, status="cancelled")


def move(order: Document, buyer: Person, *, at: datetime) -> Document:
    """Send the order to another door.

    :raises CannotBeDone: if it has left or was cancelled
    """
    _demand(order["status"] in ("unpaid", "paid"), "已发货或已取消的订单不能改地址")
    return _changed(order, at=at, receiver=receiver(buyer))


def ship(order: Document, parcels: Iterable[Document], *, at: datetime) -> Document:
    """Note the parcels that have left so far; all of them together make the status."""
    left: dict[str, int] = {}
    for parcel in parcels:
        for line in parcel.get("lines", []):
            left[line["line_id"]] = left.get(line["line_id"], 0) + int(line["quantity"])
    whole = all(left.get(line["line_id"], 0) >= line["quantity"] for line in order["lines"])
    return _changed(order, at=at, status="shipped" if whole else "partially_shipped")


_ANSWER_WITHIN = timedelta(hours=48)


def ask_refund(order: Document, refund_id: str, *, kind: str = "", at: datetime) -> Document:
    """Write the buyer's request for all of his money, or for other goods.

    :raises CannotBeDone: if nothing was paid, or the order was cancelled
    """
    paid = order["amounts"]["paid_cents"]
    _demand(paid > 0 and order["status"] != "cancelled", "没有付款或已取消的订单不能申请退款")
    has_left = order["status"] in ("shipped", "partially_shipped", "completed")
    _demand(has_left or kind in ("", "refund_only"), "没有发货的订单不能退货或换货")
    return {
        "refund_id": refund_id,
        "order_id": order["order_id"],
        "status": "wait_merchant",
        "kind": kind or ("return_refund" if has_left else "refund_only"),
        "amount_cents": 0 if kind == "exchange" else paid,
        "lines": [
            {"line_id": line["line_id"], "quantity": line["quantity"]} for line in order["lines"]
        ],
        "reason": "尺码不合适" if kind == "exchange" else "不想要了",
        "respond_by": moment(at + _ANSWER_WITHIN),
        "updated_at": moment(at),
    }


def receiver(buyer: Person) -> Document:
    return {
        "name": buyer.name,
        "phone": buyer.phone,
        "province": buyer.province,
        "city": buyer.city,
        "district": buyer.district,
        "address": buyer.street,
        "postcode": "",
    }


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(cart: Cart) -> Iterable[Document]:
    for position, (product, quantity) in enumerate(cart, start=1):
        cents = product.yuan * 100
        yield {
            "line_id": str(position),
            "sku_code": product.sku_code,
            "title": product.title,
            "quantity": quantity,
            "unit_price_cents": cents,
            "total_cents": cents * quantity,
        }


def _changed(order: Document, *, at: datetime, **changes: object) -> Document:
    return {**deepcopy(order), **changes, "updated_at": moment(at)}


def _demand(fulfilled: bool, text: str) -> None:
    if not fulfilled:
        raise CannotBeDone(text)
