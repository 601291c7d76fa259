"""A neutral order and its refunds, told as Youzan does."""

from collections.abc import Sequence
from typing import Any

from channels_sync.simulator.market.orders import Line, LineKind, Order, Parcel, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.market.sealing import seal
from channels_sync.simulator.youzan.words import as_number, local, yuan

_STATUS = {
    Status.UNPAID: "WAIT_BUYER_PAY",
    Status.PAID: "WAIT_SELLER_SEND_GOODS",
    Status.PARTIALLY_SHIPPED: "WAIT_SELLER_SEND_GOODS",
    Status.SHIPPED: "WAIT_BUYER_CONFIRM_GOODS",
    Status.COMPLETED: "TRADE_SUCCESS",
    Status.CANCELLED: "TRADE_CLOSED",
}
REFUND_STATUS = {
    RefundStatus.WAIT_MERCHANT: "WAIT_SELLER_AGREE",
    RefundStatus.WAIT_BUYER_RETURN: "WAIT_BUYER_RETURN_GOODS",
    RefundStatus.WAIT_MERCHANT_RECEIVE: "WAIT_SELLER_CONFIRM_GOODS",
    RefundStatus.REFUNDING: "SUCCESS",
    RefundStatus.SUCCESS: "SUCCESS",
    RefundStatus.REJECTED: "SELLER_REFUSE_BUYER",
    RefundStatus.CLOSED: "CLOSED",
}
_STATE = {
    RefundStatus.WAIT_MERCHANT: 1,
    RefundStatus.REJECTED: 10,
    RefundStatus.WAIT_BUYER_RETURN: 20,
    RefundStatus.WAIT_MERCHANT_RECEIVE: 30,
    RefundStatus.CLOSED: 50,
    RefundStatus.REFUNDING: 60,
    RefundStatus.SUCCESS: 60,
}
_DEMAND = {RefundKind.REFUND_ONLY: 1, RefundKind.RETURN_REFUND: 2, RefundKind.EXCHANGE: 3}
_MOVING, _PAID_OUT = 1, 2


def to_row(order: Order, refunds: Sequence[Refund]) -> dict[str, Any]:
    """Write an order as the list does."""
    return {
        "full_order_info": {
            "order_info": {
                "tid": order.number,
                "status": _STATUS[order.status],
                "type": 0,
                "pay_type": 10,
                "express_type": 0,
                "close_type": 0,
                "refund_state": _refund_state(order, refunds),
                "created": local(order.created_at),
                "update_time": local(order.modified_at),
                "pay_time": local(order.paid_at),
                "consign_time": local(order.parcels[-1].shipped_at) if order.parcels else "",
                "success_time": local(order.finished_at),
                "order_tags": {"is_payed": bool(order.paid_at), "is_virtual": False},
            },
            "buyer_info": {"yz_open_id": order.buyer_id, "fans_nickname": order.buyer_nick},
            "address_info": _address(order),
            "remark_info": {
                "buyer_message": order.note,
                "trade_memo": order.seller_memo,
                "star": order.seller_flag,
            },
            "pay_info": _payment(order),
            "orders": [_line(order, line) for line in order.lines],
        }
    }


def to_detail(order: Order, refunds: Sequence[Refund]) -> dict[str, Any]:
    """Write an order as it is told by itself."""
    return to_row(order, refunds) | {
        "refund_order": [
            {
                "refund_id": refund.number,
                "refund_state": _STATE[refund.status],
                "refund_fee": yuan(refund.amount),
                "oids": [{"oid": refund.line_no}],
            }
            for refund in refunds
        ],
        "delivery_order": [_parcel(parcel) for parcel in order.parcels],
    }


def to_refund(refund: Refund, *, words: str = "") -> dict[str, Any]:
    """Write a refund as it is told by itself; its version is the moment of its last change."""
    is_moving = refund.status is RefundStatus.REFUNDING
    funds = [
        {"refund_fee": int(refund.amount * 100), "status": _MOVING if is_moving else _PAID_OUT}
    ]
    has_money = refund.status in (RefundStatus.REFUNDING, RefundStatus.SUCCESS)
    return {
        "refund_id": refund.number,
        "tid": refund.order_no,
        "oid": refund.line_no,
        "status": REFUND_STATUS[refund.status],
        "version": version_of(refund),
        "demand": _DEMAND[refund.kind],
        "return_goods": refund.kind is not RefundKind.REFUND_ONLY,
        "refund_fee": yuan(refund.amount),
        "reason": "12",
        "desc": words or refund.reason,
        "created": local(refund.created_at),
        "modified": local(refund.modified_at),
        "refund_item_list": [{"oid": refund.line_no, "num": refund.units}],
        "refund_fund_list": funds if has_money else [],
        "logistics": {"company_name": refund.carrier, "logistics_no": refund.waybill_no},
    }


def version_of(refund: Refund) -> int:
    return int(refund.modified_at.timestamp() * 1000)


def _refund_state(order: Order, refunds: Sequence[Refund]) -> int:
    if any(refund.is_open for refund in refunds):
        return 11 if len(order.lines) == 1 else 1
    if any(refund.status is RefundStatus.SUCCESS for refund in refunds):
        return 12 if order.status is Status.CANCELLED else 2
    return 0


def _address(order: Order) -> dict[str, Any]:
    place = order.receiver
    sealed = {
        "receiver_name": place.name,
        "receiver_tel": place.phone,
        "delivery_address": place.street,
    }
    return {key: f"${seal('youzan', key, text)}$1$" for key, text in sealed.items()} | {
        "delivery_province": place.province,
        "delivery_city": place.city,
        "delivery_district": place.district,
        "delivery_postal_code": place.postcode,
        "self_fetch_info": "",
    }


def _payment(order: Order) -> dict[str, Any]:
    told: dict[str, Any] = {
        # A text here and a number there: both have been seen.
        "total_fee": as_number(order.goods_amount),
        "post_fee": yuan(order.freight),
        "payment": yuan(order.paid_amount),
        "real_payment": yuan(order.paid_amount),
        "phase_payments": [],
    }
    if order.presale is not None:
        rest = order.paid_amount - order.presale.deposit
        steps = (
            (order.presale.deposit, order.presale.is_deposit_paid),
            (rest, bool(order.paid_at)),
        )
        told["phase_payments"] = [
            {
                "phase": at,
                "real_price": yuan(amount),
                "inner_transaction_no": f"{order.number}{at}" if is_paid else "",
            }
            for at, (amount, is_paid) in enumerate(steps, start=1)
        ]
    return told


def _line(order: Order, line: Line) -> dict[str, Any]:
    # The freight is counted into the first line's payment: the lines add up to the order.
    freight = order.freight if line is order.lines[0] else order.freight * 0
    return {
        "oid": line.number,
        "item_type": 0,
        "item_id": int(line.product_id),
        "sku_id": int(line.sku_id),
        "outer_item_id": "",
        "outer_sku_id": line.merchant_code,
        "title": line.title,
        "num": line.quantity,
        "price": as_number(line.price),
        "total_fee": yuan(line.goods),
        "payment": yuan(line.paid + freight),
        "is_present": line.kind is LineKind.GIFT,
        "is_pre_sale": "1" if order.presale else "0",
        "sku_properties_name": "[]",
        "buyer_messages": "{}",
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "pk_id": int(parcel.number),
        "express_state": 1,
        "oids": [{"oid": number} for number in parcel.line_nos],
        "dists": [{"express_info": {"express_no": parcel.waybill_no}}],
    }
