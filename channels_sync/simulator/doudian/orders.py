"""A neutral order, told as a shop order."""

from collections.abc import Sequence
from typing import Any

from channels_sync.simulator.doudian.words import CARRIERS, fen, seconds
from channels_sync.simulator.market.orders import Line, LineKind, Order, Parcel, Receiver, Status
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.market.sealing import mask_name, mask_phone, mask_street, seal

_STATUS = {
    Status.UNPAID: 1,
    Status.PAID: 2,
    Status.PARTIALLY_SHIPPED: 101,
    Status.SHIPPED: 3,
    Status.COMPLETED: 5,
    Status.CANCELLED: 4,
}
_DEPOSIT_PAID, _PAID_BACK, _PAID_BACK_AFTER = 103, 21, 22
_CASH, _ALIPAY = 0, 2
_LINE_SHIPPED, _LINE_CANCELLED = 3, 4
_INDEX = 24


def to_shop_order(order: Order, refunds: Sequence[Refund], *, shop_id: str) -> dict[str, Any]:
    """Write an order as ``/order/searchList`` and ``/order/orderDetail`` do."""
    return {
        "order_id": order.number,
        "shop_id": int(shop_id),
        "doudian_open_id": f"1@#{order.buyer_id}",
        "order_status": _STATUS[order.status],
        "main_status": _main_status(order),
        "create_time": seconds(order.created_at),
        "pay_time": seconds(order.paid_at),
        "update_time": seconds(order.modified_at),
        "ship_time": seconds(order.shipped_at),
        "finish_time": seconds(order.finished_at),
        "exp_ship_time": seconds(order.ship_by),
        "appointment_ship_time": 0,
        "pay_type": _CASH if order.is_cod else _ALIPAY,
        "order_amount": fen(order.goods_amount),
        "pay_amount": fen(order.paid_amount),
        "post_amount": fen(order.freight),
        "promotion_shop_amount": fen(order.discount),
        "promotion_platform_amount": fen(order.platform_discount),
        "promotion_talent_amount": 0,
        "promotion_pay_amount": 0,
        "modify_amount": 0,
        "buyer_words": order.note,
        "seller_words": order.seller_memo,
        "seller_remark_stars": order.seller_flag,
        "order_phase_list": _phases(order),
        "logistics_info": [_parcel(order, parcel) for parcel in order.parcels],
        "sku_order_list": [_line(order, line, refunds) for line in order.lines],
    } | _receiver(order.receiver, order.number)


def sealed(what: str, text: str, salt: str, *, mark: str) -> str:
    """Write a ciphertext: its index is the text's, the rest another one for every order."""
    index = seal("doudian", what, text)[:_INDEX]
    cipher = seal("doudian", f"{what}/{salt}", text)
    end = "##" if mark == "#" else "$$"
    return f"{mark}{index}{mark}{cipher}{mark}1{end}"


def _receiver(place: Receiver, salt: str) -> dict[str, Any]:
    regions = {
        "province": {"name": place.province, "id": "1"},
        "city": {"name": place.city, "id": "2"},
        "town": {"name": place.district, "id": "3"},
        "street": {"name": "", "id": "0"},
    }
    return {
        "post_receiver": "",
        "post_tel": "",
        "encrypt_post_receiver": sealed("name", place.name, salt, mark="#"),
        "encrypt_post_tel": sealed("phone", place.phone, salt, mark="$"),
        "post_addr": regions
        | {"detail": "", "encrypt_detail": sealed("street", place.street, salt, mark="#")},
        "mask_post_receiver": mask_name(place.name),
        "mask_post_tel": mask_phone(place.phone),
        "mask_post_addr": regions | {"detail": mask_street(place.street)},
    }


def _main_status(order: Order) -> int:
    if order.presale and order.presale.is_deposit_paid and order.status is Status.UNPAID:
        return _DEPOSIT_PAID
    if order.status is Status.CANCELLED and order.paid_at:
        return _PAID_BACK_AFTER if order.parcels else _PAID_BACK
    return _STATUS[order.status]


def _phases(order: Order) -> list[dict[str, Any]]:
    if order.presale is None:
        return []
    rest = order.paid_amount - order.presale.deposit
    steps = ((order.presale.deposit, order.presale.is_deposit_paid), (rest, bool(order.paid_at)))
    return [
        {
            "phase_order_id": f"{order.number}{at}",
            "total_phase": 2,
            "current_phase": at,
            "pay_success": is_paid,
            "phase_pay_amount": fen(amount),
            "phase_pay_time": seconds(order.paid_at or order.modified_at) if is_paid else 0,
        }
        for at, (amount, is_paid) in enumerate(steps, start=1)
    ]


def _line(order: Order, line: Line, refunds: Sequence[Refund]) -> dict[str, Any]:
    status = _line_status(order, line)
    return {
        "order_id": line.number,
        "parent_order_id": order.number,
        "order_status": status,
        "main_status": _PAID_BACK if status == _LINE_CANCELLED and order.paid_at else status,
        "product_id": int(line.product_id),
        "product_id_str": line.product_id,
        "sku_id": int(line.sku_id),
        "out_sku_id": "0",
        "code": line.merchant_code,
        "product_name": line.title,
        "spec": [],
        "item_num": line.quantity,
        "origin_amount": fen(line.price),
        "sum_amount": fen(line.goods),
        "pay_amount": fen(line.paid),
        "promotion_pay_amount": 0,
        "post_amount": 0,
        "goods_type": 0,
        "trade_type": 2 if order.presale else 0,
        "given_product_type": "FREE" if line.kind is LineKind.GIFT else "",
        "inventory_list": [],
        "after_sale_info": _after_sale(line, refunds),
    }


def _line_status(order: Order, line: Line) -> int:
    if line.number in order.shipped_lines:
        return _STATUS[order.status] if order.status is Status.COMPLETED else _LINE_SHIPPED
    if not line.left or order.status is Status.CANCELLED:
        return _LINE_CANCELLED
    return _STATUS[Status.UNPAID if order.status is Status.UNPAID else Status.PAID]


def _after_sale(line: Line, refunds: Sequence[Refund]) -> dict[str, int]:
    # Here, and not above: a request is told by its own words everywhere.
    mine = [refund for refund in refunds if refund.line_no == line.number]
    if not mine:
        return {"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0}
    return after_sale_words(mine[-1])


def after_sale_words(refund: Refund) -> dict[str, int]:
    """Write how far a request is, in Doudian's numbers."""
    status, money = _STAGES[refund.status.value]
    if refund.status.value == "rejected" and refund.waybill_no:
        status = 29
    kind = _KINDS[refund.kind.value]
    if refund.kind.value == "refund_only" and refund.is_after_shipping:
        kind = 1
    return {"after_sale_status": status, "after_sale_type": kind, "refund_status": money}


_STAGES = {
    "wait_merchant": (6, 1),
    "wait_buyer_return": (7, 1),
    "wait_merchant_receive": (11, 1),
    "refunding": (12, 2),
    "success": (12, 3),
    "rejected": (27, 1),
    "closed": (28, 1),
}
"""(after_sale_status, refund_status); a withdrawal leaves the money at 1."""
_KINDS = {"return_refund": 0, "refund_only": 2, "exchange": 3}


def _parcel(order: Order, parcel: Parcel) -> dict[str, Any]:
    return {
        "tracking_no": parcel.waybill_no,
        "company": parcel.carrier,
        "company_name": CARRIERS.get(parcel.carrier, parcel.carrier),
        "delivery_id": parcel.number,
        "ship_time": seconds(parcel.shipped_at),
        "product_info": [
            {"sku_order_id": line.number, "product_count": line.quantity}
            for line in order.lines
            if line.number in parcel.line_nos
        ],
    }
