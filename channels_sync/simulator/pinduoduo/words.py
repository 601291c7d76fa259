"""Orders and requests of the market in Pinduoduo's words."""

from collections.abc import Sequence
from typing import Any

from channels_sync.simulator.beijing import written
from channels_sync.simulator.market import sealing
from channels_sync.simulator.market.orders import Line, LineKind, Order, Parcel, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus

RISK = "风控"
_SHIPPING = {Status.SHIPPED: 2, Status.PARTIALLY_SHIPPED: 2, Status.COMPLETED: 3}
_WAITING, _NONE, _OPEN, _PAYING, _PAID = 1, 1, 2, 3, 4
_TYPES = {RefundKind.REFUND_ONLY: 2, RefundKind.RETURN_REFUND: 3, RefundKind.EXCHANGE: 4}
_AFTER_SALES = {
    RefundStatus.WAIT_BUYER_RETURN: 7,
    RefundStatus.WAIT_MERCHANT_RECEIVE: 7,
    RefundStatus.REFUNDING: 4,
    RefundStatus.SUCCESS: 10,
    RefundStatus.REJECTED: 6,
    RefundStatus.CLOSED: 11,
}
_STEPS = (1, 2)


def is_told(order: Order) -> bool:
    """Unpaid orders are not told, and what was never paid neither."""
    if order.presale is not None and order.presale.is_deposit_paid:
        return True
    return order.paid_at is not None


def is_at_risk(order: Order) -> bool:
    """An order whose note speaks of it, until the seller gives it a flag."""
    return RISK in order.note and order.seller_flag == 0


def order_status(order: Order) -> int:
    if order.status is Status.CANCELLED and order.parcels:
        return 2
    return _SHIPPING.get(order.status, _WAITING)


def refund_status(order: Order, refunds: Sequence[Refund]) -> int:
    if order.status is Status.CANCELLED:
        return _PAID
    stands = {refund.status for refund in refunds if refund.is_open}
    if not stands:
        return _NONE
    return _PAYING if stands == {RefundStatus.REFUNDING} else _OPEN


def to_order(order: Order, refunds: Sequence[Refund], *, key: str) -> dict[str, Any]:
    goods = [line for line in order.lines if line.kind is LineKind.GOODS]
    gifts = [line for line in order.lines if line.kind is LineKind.GIFT]
    return {
        "order_sn": order.number,
        "order_status": order_status(order),
        "refund_status": refund_status(order, refunds),
        "after_sales_status": after_sales_status(refunds[-1]) if refunds else 0,
        "confirm_status": 1,
        "group_status": 1,
        "risk_control_status": int(is_at_risk(order)),
        "trade_type": int(order.presale is not None),
        "is_lucky_flag": 1,
        "mkt_biz_type": 0,
        **_times(order),
        **_amounts(order),
        **_receiver(order, key),
        **_parcels(order),
        "buyer_memo": order.note,
        "remark": order.seller_memo,
        "remark_tag": order.seller_flag,
        "is_pre_sale": 0,
        "is_stock_out": 0,
        "free_sf": 0,
        "self_contained": 0,
        "order_tag_list": [{"name": "ship_hold", "value": 0}],
        "step_order_info": _steps(order),
        "item_list": [_item(line) for line in goods],
        "gift_list": [_item(line) for line in gifts],
    }


def after_sales_status(refund: Refund) -> int:
    if refund.status is RefundStatus.WAIT_MERCHANT:
        return 2 if refund.kind is RefundKind.REFUND_ONLY else 3
    return _AFTER_SALES[refund.status]


def to_refund(refund: Refund, order: Order) -> dict[str, Any]:
    line = order.line(refund.line_no)
    return {
        "id": int(refund.number),
        "order_sn": order.number,
        "after_sales_type": _TYPES[refund.kind],
        "after_sales_status": after_sales_status(refund),
        "after_sale_reason": refund.reason,
        "order_amount": str(order.paid_amount),
        "refund_amount": str(refund.amount),
        "goods_id": int(line.product_id) if line else 0,
        "sku_id": line.sku_id if line else "",
        "outer_id": line.merchant_code if line else "",
        "goods_number": str(refund.units),
        "created_time": written(refund.created_at),
        "updated_time": written(refund.modified_at),
        "tracking_number": refund.waybill_no,
        "shipping_name": refund.carrier,
        "speed_refund_flag": 0,
        "dispute_refund_status": 0,
    }


def _times(order: Order) -> dict[str, str]:
    paid_at = order.paid_at or order.modified_at
    return {
        "created_time": written(order.created_at),
        "confirm_time": written(paid_at),
        "pay_time": written(paid_at),
        "updated_at": written(order.modified_at),
        "last_ship_time": written(order.ship_by),
        "shipping_time": written(order.parcels[0].shipped_at if order.parcels else None),
        "receive_time": written(order.finished_at if order.status is Status.COMPLETED else None),
    }


def _amounts(order: Order) -> dict[str, str]:
    return {
        "goods_amount": str(order.goods_amount),
        "discount_amount": str(order.discount + order.platform_discount),
        "platform_discount": str(order.platform_discount),
        "seller_discount": str(order.discount),
        "capital_free_discount": "0.00",
        "order_change_amount": "0.00",
        "postage": str(order.freight),
        "pay_amount": str(order.paid_amount),
        "pay_no": f"PAY{order.number}",
        "pay_type": "WEIXIN",
    }


def _receiver(order: Order, key: str) -> dict[str, Any]:
    """The ciphertext is there only while the order waits and nobody looks into it."""
    place = order.receiver
    is_blank = order_status(order) != _WAITING or is_at_risk(order)

    def cipher(what: str, text: str) -> str:
        return "" if is_blank else f"~{sealing.seal(key, what, text)}~0~"

    whole = f"{place.province}{place.city}{place.district}{place.street}"
    return {
        "receiver_name": cipher("name", place.name),
        "receiver_name_mask": sealing.mask_name(place.name),
        "receiver_phone": cipher("phone", place.phone),
        "receiver_phone_mask": sealing.mask_phone(place.phone),
        "receiver_address": cipher("street", place.street),
        "receiver_address_mask": sealing.mask_street(place.street),
        "address": cipher("address", whole),
        "address_mask": f"{place.province}{place.city}****",
        "open_address_id": sealing.reference(key, place),
        "country": "中国",
        "country_id": 0,
        "province": place.province,
        "city": place.city,
        "town": place.district,
    }


def _parcels(order: Order) -> dict[str, Any]:
    first, *further = order.parcels or (None,)
    return {
        "logistics_id": int(first.carrier) if first and first.carrier.isdecimal() else 0,
        "tracking_number": first.waybill_no if first else "",
        "extra_delivery_list": [_further(parcel) for parcel in further if parcel],
    }


def _further(parcel: Parcel) -> dict[str, Any]:
    number = int(parcel.carrier) if parcel.carrier.isdecimal() else 0
    return {"logistics_id": number, "tracking_number": parcel.waybill_no}


def _steps(order: Order) -> dict[str, Any] | None:
    if order.presale is None:
        return None
    deposit_only, both = _STEPS
    paid = order.paid_amount if order.paid_at else order.presale.deposit
    return {
        "step_trade_status": both if order.paid_at else deposit_only,
        "advanced_paid_fee": str(order.presale.deposit),
        "step_paid_fee": str(paid),
        "step_discount_amount": "0.00",
    }


def _item(line: Line) -> dict[str, Any]:
    return {
        "goods_id": int(line.product_id),
        "sku_id": int(line.sku_id),
        "outer_id": line.merchant_code,
        "outer_goods_id": line.merchant_code.partition("-")[0],
        "goods_name": line.title,
        "goods_spec": "",
        "goods_count": line.quantity,
        "goods_price": str(line.price),
    }
