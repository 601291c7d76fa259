"""An order of the market as TOP tells a trade."""

from typing import Any

from channels_sync.simulator.market.orders import Line, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.market.sealing import mask_name, mask_phone, mask_street, reference
from channels_sync.simulator.taobao.gate import text

Document = dict[str, Any]
_STATUS = {
    Status.UNPAID: "WAIT_BUYER_PAY",
    Status.PAID: "WAIT_SELLER_SEND_GOODS",
    Status.PARTIALLY_SHIPPED: "SELLER_CONSIGNED_PART",
    Status.SHIPPED: "WAIT_BUYER_CONFIRM_GOODS",
    Status.COMPLETED: "TRADE_FINISHED",
}
_REFUND_STATUS = {
    RefundStatus.WAIT_MERCHANT: "WAIT_SELLER_AGREE",
    RefundStatus.WAIT_BUYER_RETURN: "WAIT_BUYER_RETURN_GOODS",
    RefundStatus.WAIT_MERCHANT_RECEIVE: "WAIT_SELLER_CONFIRM_GOODS",
    RefundStatus.REFUNDING: "WAIT_SELLER_AGREE",
    RefundStatus.SUCCESS: "SUCCESS",
    RefundStatus.REJECTED: "SELLER_REFUSE_BUYER",
    RefundStatus.CLOSED: "CLOSED",
}
_DISPUTES = {
    RefundKind.REFUND_ONLY: "REFUND",
    RefundKind.RETURN_REFUND: "REFUND_AND_RETURN",
    RefundKind.EXCHANGE: "TMALL_EXCHANGE",
}
_CARRIERS = {"sf": "顺丰速运"}
NEEDED_FOR_OAID = frozenset(
    {"receiver_name", "receiver_address", "created", "receiver_mobile", "receiver_phone"}
)


def trade_of(order: Order, refunds: list[Refund]) -> Document:
    """Write every field that we have; ``chosen`` keeps what was asked for."""
    place = order.receiver
    return {
        "tid": int(order.number),
        "status": status_of(order),
        "type": "cod" if order.is_cod else "guarantee_trade",
        "created": text(order.created_at),
        "modified": text(order.modified_at),
        "pay_time": text(order.paid_at),
        "consign_time": text(order.shipped_at),
        "end_time": text(order.finished_at),
        "payment": f"{order.paid_amount:.2f}",
        "post_fee": f"{order.freight:.2f}",
        "discount_fee": "0.00",
        "adjust_fee": "0.00",
        "shipping_type": "express",
        "buyer_open_uid": f"AA-{order.buyer_id}",
        "buyer_nick": mask_name(order.buyer_nick),
        "buyer_message": order.note,
        "has_buyer_message": bool(order.note),
        "seller_memo": order.seller_memo,
        "seller_flag": order.seller_flag,
        "oaid": reference("taobao", place),
        "receiver_name": mask_name(place.name),
        "receiver_mobile": mask_phone(place.phone),
        "receiver_phone": "",
        "receiver_state": place.province,
        "receiver_city": place.city,
        "receiver_district": place.district,
        "receiver_town": "",
        "receiver_address": mask_street(place.street),
        "receiver_zip": place.postcode,
        "orders": {"order": [_line(order, line, refunds) for line in order.lines]},
    } | _steps(order)


def refund_of(refund: Refund, order: Order) -> Document:
    line = order.line(refund.line_no)
    paid = line.paid if line else refund.amount
    is_return = refund.kind is not RefundKind.REFUND_ONLY
    return {
        "refund_id": refund.number,
        "tid": int(refund.order_no),
        "oid": int(refund.line_no),
        "status": _REFUND_STATUS[refund.status],
        "refund_fee": f"{refund.amount:.2f}",
        "payment": f"{max(paid - refund.amount, 0 * paid):.2f}",
        "total_fee": f"{paid:.2f}",
        "created": text(refund.created_at),
        "modified": text(refund.modified_at),
        "reason": refund.reason,
        "num": line.quantity if line else refund.units,
        "has_good_return": is_return,
        "company_name": _CARRIERS.get(refund.carrier, refund.carrier),
        "sid": refund.waybill_no,
        "refund_phase": "aftersale" if order.status is Status.COMPLETED else "onsale",
        "refund_version": version_of(refund),
        "dispute_type": _DISPUTES[refund.kind],
        "good_status": "BUYER_RECEIVED" if refund.is_after_shipping else "BUYER_NOT_RECEIVED",
    }


def version_of(refund: Refund) -> int:
    return int(refund.modified_at.timestamp() * 1000)


def status_of(order: Order) -> str:
    if order.status is Status.CANCELLED:
        return "TRADE_CLOSED" if order.paid_at else "TRADE_CLOSED_BY_TAOBAO"
    return _STATUS[order.status]


def chosen(document: Document, fields: str) -> Document:
    """Keep what was asked for; what is empty is left out, and the oaid needs its companions."""
    wanted = {name.strip().partition(".")[0] for name in fields.split(",")}
    if not wanted >= NEEDED_FOR_OAID:
        wanted.discard("oaid")
    return {key: value for key, value in document.items() if key in wanted and value != ""}


def _steps(order: Order) -> Document:
    if order.presale is None:
        return {}
    if order.status is not Status.UNPAID:
        told = "FRONT_PAID_FINAL_PAID", order.paid_amount
    elif order.presale.is_deposit_paid:
        told = "FRONT_PAID_FINAL_NOPAID", order.presale.deposit
    else:
        told = "FRONT_NOPAID_FINAL_NOPAID", 0 * order.paid_amount
    return {"step_trade_status": told[0], "step_paid_fee": f"{told[1]:.2f}"}


def _line(order: Order, line: Line, refunds: list[Refund]) -> Document:
    told: Document = {
        "oid": int(line.number),
        "num_iid": int(line.product_id),
        "sku_id": line.sku_id,
        "outer_sku_id": line.merchant_code,
        "title": line.title,
        "num": line.quantity,
        "price": f"{line.price:.2f}",
        "total_fee": f"{line.goods:.2f}",
        "payment": f"{line.paid:.2f}",
        "divide_order_fee": f"{line.paid:.2f}",
        "part_mjz_discount": f"{line.discount + line.platform_discount:.2f}",
        "discount_fee": "0.00",
        "adjust_fee": "0.00",
        "status": _line_status(order, line),
        "refund_status": "NO_REFUND",
        "is_service_order": False,
        "store_code": "",
    }
    for parcel in order.parcels:
        if line.number in parcel.line_nos:
            told["consign_time"] = text(parcel.shipped_at)
            told["logistics_company"] = _CARRIERS.get(parcel.carrier, parcel.carrier)
            told["invoice_no"] = parcel.waybill_no
    for refund in refunds:
        if refund.line_no == line.number:
            told["refund_status"] = _REFUND_STATUS[refund.status]
            told["refund_id"] = refund.number
    return told


def _line_status(order: Order, line: Line) -> str:
    if not line.left and order.paid_at:
        return "TRADE_CLOSED"
    if order.status is Status.PARTIALLY_SHIPPED:
        has_left = line.number in order.shipped_lines
        return _STATUS[Status.SHIPPED if has_left else Status.PAID]
    return status_of(order)
