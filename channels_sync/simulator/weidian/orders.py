"""A neutral order and its refunds, told as Weidian does."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from channels_sync.simulator.beijing import written
from channels_sync.simulator.market.orders import Line, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus

_STATUS = {
    Status.UNPAID: ("unpay", "10", "待付款"),
    Status.PAID: ("pay", "20", "待发货"),
    Status.PARTIALLY_SHIPPED: ("pay", "20", "待发货"),
    Status.SHIPPED: ("ship", "30", "已发货"),
    Status.COMPLETED: ("finish", "50", "已完成"),
    Status.CANCELLED: ("close", "60", "已关闭"),
}
_ASKED = {
    Status.PAID: "unship_refunding",
    Status.PARTIALLY_SHIPPED: "unship_refunding",
    Status.SHIPPED: "shiped_refunding",
    Status.COMPLETED: "accept_refunding",
}
_SAID_NO = {
    Status.PAID: "unship_refuse_refunding",
    Status.PARTIALLY_SHIPPED: "unship_refuse_refunding",
    Status.SHIPPED: "shiped_refuse_refunding",
}
LISTS = {
    "unpay": (Status.UNPAID,),
    "unship": (Status.PAID, Status.PARTIALLY_SHIPPED),
    "shiped": (Status.SHIPPED,),
    "finish": (Status.COMPLETED,),
    "close": (Status.CANCELLED,),
    "all": tuple(Status),
}
"""What ``order_type`` asks for; "refunding" is told by the refunds."""
_PAID_BACK = "2"


def to_row(order: Order, refunds: Sequence[Refund]) -> dict[str, Any]:
    """Write an order as the list does: neither lines nor amounts."""
    return {
        "order_id": order.number,
        "status": "2",
        "status2": status_of(order, refunds),
        "time": written(order.created_at),
        "update_time": written(order.modified_at),
        "img": "",
        "express_no": _shown_number(order),
        "express_type": "",
        "buyer_info": _buyer(order),
    }


def to_detail(order: Order, refunds: Sequence[Refund]) -> dict[str, Any]:
    """Write an order as it is told by itself: its coupons only in the total."""
    _word, number, words = _STATUS[order.status]
    return {
        "order_id": order.number,
        "status": status_of(order, refunds),
        "status_ori": number,
        "status_desc": words,
        "order_type": "1" if order.is_cod else "3",
        "order_type_des": "货到付款" if order.is_cod else "担保交易",
        "add_time": written(order.created_at),
        "pay_time": written(order.paid_at),
        "send_time": written(order.shipped_at),
        "price": _yuan(order.goods_amount),
        "total": _yuan(order.paid_amount),
        "express_fee": _yuan(order.freight),
        "quantity": str(sum(line.quantity for line in order.lines)),
        "note": order.note,
        "express_note": order.seller_memo,
        "express_type": order.parcels[-1].carrier if _shown_number(order) else "",
        "express_no": _shown_number(order),
        "seller_id": "880001",
        "modify_price_enable": "0",
        "discount_amount": _yuan(order.discount + order.platform_discount),
        "buyer_info": _buyer(order),
        "items": [_item(order, line, refunds) for line in order.lines],
    }


def status_of(order: Order, refunds: Sequence[Refund]) -> str:
    """Return the order's word: what is asked for on any line stands before where it is."""
    if any(refund.is_open for refund in refunds) and order.status in _ASKED:
        return _ASKED[order.status]
    if any(refund.status is RefundStatus.REJECTED for refund in refunds):
        return _SAID_NO.get(order.status, _STATUS[order.status][0])
    return _STATUS[order.status][0]


def _shown_number(order: Order) -> str:
    """An order that left in parts shows none."""
    is_whole = len(order.parcels) == 1 and order.status in (Status.SHIPPED, Status.COMPLETED)
    return order.parcels[0].waybill_no if is_whole else ""


def _item(order: Order, line: Line, refunds: Sequence[Refund]) -> dict[str, Any]:
    has_left = line.number in order.shipped_lines
    batch = next((each.number for each in order.parcels if line.number in each.line_nos), "")
    return {
        "item_id": line.product_id,
        "sku_id": line.sku_id,
        "sub_order_id": line.number,
        "item_name": line.title,
        "sku_title": "",
        "merchant_code": "",
        "sku_merchant_code": line.merchant_code,
        "price": _yuan(line.price),
        "quantity": str(line.quantity),
        "total_price": _yuan(line.goods),
        "is_delivered": "1" if has_left else "0",
        "can_deliver": "0" if has_left else "1",
        "deliver_id": batch,
        "url": "",
        "img": "",
        "refund_info": _refund([each for each in refunds if each.line_no == line.number]),
    }


def _refund(refunds: Sequence[Refund]) -> dict[str, str]:
    """The latest request stands on the line; one that was taken back leaves nothing."""
    latest = refunds[-1] if refunds else None
    if latest is None or latest.status is RefundStatus.CLOSED:
        names = ("no", "status", "kind", "fee", "item_fee", "express_fee")
        return {"can_refund": "1"} | {f"refund_{name}": "" for name in names}
    return {
        "can_refund": "0",
        "refund_no": latest.number,
        "refund_status": _PAID_BACK if latest.status is RefundStatus.SUCCESS else "3",
        "refund_kind": "1" if latest.kind is RefundKind.REFUND_ONLY else "2",
        "refund_fee": _yuan(latest.amount),
        "refund_item_fee": _yuan(latest.amount),
        "refund_express_fee": "0.00",
    }


def _buyer(order: Order) -> dict[str, str]:
    place = order.receiver
    whole = f"{place.province} {place.city} {place.district} {place.street}"
    return {
        "buyer_id": order.buyer_id,
        "name": place.name,
        "phone": place.phone,
        "province": place.province,
        "city": place.city,
        "region": place.district,
        "address": whole,
        "self_address": place.street,
        "post": place.postcode,
        "idCardNo": "",
    }


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"
