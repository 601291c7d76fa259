"""Orders and refunds of the market in JD's words: everything is text."""

from collections.abc import Sequence
from typing import Any

from channels_sync.simulator.beijing import written
from channels_sync.simulator.market import sealing
from channels_sync.simulator.market.orders import Line, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundStatus

NO_TIME = "0001-01-01 00:00:00"
_STATES = {
    Status.PAID: "WAIT_SELLER_STOCK_OUT",
    Status.PARTIALLY_SHIPPED: "WAIT_GOODS_RECEIVE_CONFIRM",
    Status.SHIPPED: "WAIT_GOODS_RECEIVE_CONFIRM",
    Status.COMPLETED: "FINISHED_L",
    Status.CANCELLED: "TRADE_CANCELED",
}
_APPLIED = {
    RefundStatus.WAIT_MERCHANT: 0,
    RefundStatus.REFUNDING: 1,
    RefundStatus.REJECTED: 2,
    RefundStatus.SUCCESS: 3,
    RefundStatus.CLOSED: 11,
}
SERVED = {
    RefundStatus.WAIT_MERCHANT: 10001,
    RefundStatus.WAIT_BUYER_RETURN: 10002,
    RefundStatus.WAIT_MERCHANT_RECEIVE: 10007,
    RefundStatus.REFUNDING: 10009,
    RefundStatus.REJECTED: 10004,
    RefundStatus.CLOSED: 10011,
    RefundStatus.SUCCESS: 10010,
}
_PAID_BACK = 13


def is_told(order: Order) -> bool:
    """Unpaid orders are not told; cash is paid at the door."""
    return order.status is not Status.UNPAID


def state(order: Order, refunds: Sequence[Refund]) -> str:
    """An application before the goods leave locks the order; after that nothing does."""
    is_asked = any(refund.is_open and not refund.is_after_shipping for refund in refunds)
    if order.status is Status.PAID and is_asked:
        return "LOCKED"
    if order.status is Status.CANCELLED and order.parcels:
        return "FINISHED_L"
    return _STATES[order.status]


def to_order(order: Order, refunds: Sequence[Refund], *, key: str) -> dict[str, Any]:
    return {
        "orderId": order.number,
        "venderId": "10010001",
        "orderType": "22",
        "payType": "1" if order.is_cod else "4",
        "orderTotalPrice": str(order.goods_amount),
        "orderSellerPrice": str(order.goods_amount - order.discount),
        "orderPayment": str(order.paid_amount),
        "actualPay": str(order.paid_amount),
        "freightPrice": str(order.freight),
        "sellerDiscount": str(order.discount),
        "balanceUsed": "0.00",
        "orderState": state(order, refunds),
        "orderStateRemark": "",
        "orderRemark": order.note,
        "venderRemark": order.seller_memo,
        "orderStartTime": written(order.created_at),
        "paymentConfirmTime": written(order.paid_at, none=NO_TIME),
        "orderEndTime": written(order.finished_at, none=NO_TIME),
        "modified": written(order.modified_at),
        "parentOrderId": "0",
        "directParentOrderId": "0",
        "storeOrder": "",
        "pin": "",
        "open_id_buyer": order.buyer_id,
        "xid_buyer": "",
        "waybill": ",".join(parcel.waybill_no for parcel in order.parcels),
        "logisticsId": order.parcels[0].carrier if order.parcels else "",
        "consigneeInfo": receiver(order, key),
        "itemInfoList": [_item(line) for line in order.lines],
        "couponDetailList": [row for line in order.lines for row in _coupons(order, line)],
    }


def to_application(refund: Refund) -> dict[str, Any]:
    is_decided = refund.status is not RefundStatus.WAIT_MERCHANT
    return {
        "id": int(refund.number),
        "orderId": refund.order_no,
        "buyerId": "",
        "buyerName": "",
        "applyTime": written(refund.created_at),
        "applyRefundSum": int(refund.amount * 100),
        "status": _APPLIED.get(refund.status, 1),
        "checkTime": written(refund.modified_at if is_decided else None),
        "checkUserName": "",
        "reason": refund.reason,
    }


def to_service(refund: Refund, order: Order) -> dict[str, Any]:
    line = order.line(refund.line_no)
    is_paid = refund.status is RefundStatus.SUCCESS
    bill = {
        "serviceId": int(refund.number),
        "orderId": int(refund.order_no),
        "wareId": int(line.sku_id) if line else 0,
        "wareName": line.title if line else "",
        "wareNum": refund.units,
        "afsApplyTime": written(refund.created_at),
        "afsServiceState": SERVED[refund.status],
        "applyReason": refund.reason,
        "questionDesc": "",
    }
    return {
        "afsRefundId": int(refund.number) + 1,
        "refoundAmount": str(refund.amount),
        "completeTime": written(refund.modified_at if is_paid else None),
        "status": _PAID_BACK if is_paid else None,
        "sameOrderServiceBill": bill,
    }


def receiver(order: Order, key: str) -> dict[str, str]:
    """Write where an order goes: sealed, and masked."""
    place = order.receiver
    whole = f"{place.province}{place.city}{place.district}{place.street}"
    sealed = {
        f"encrypt_{name}": sealing.seal(key, name, text)
        for name, text in (
            ("fullname", place.name),
            ("mobile", place.phone),
            ("telephone", place.phone),
            ("fullAddress", whole),
        )
    }
    return sealed | {
        "fullname": sealing.mask_name(place.name),
        "mobile": sealing.mask_phone(place.phone),
        "telephone": sealing.mask_phone(place.phone),
        "fullAddress": f"{place.province}{place.city}{sealing.mask_street(place.street)}",
        "province": place.province,
        "city": place.city,
        "county": place.district,
        "town": "",
        "provinceId": "1",
        "cityId": "2800",
        "countyId": "2851",
        "townId": "0",
    }


def _item(line: Line) -> dict[str, str]:
    return {
        "skuId": line.sku_id,
        "outerSkuId": line.merchant_code,
        "skuName": line.title,
        "jdPrice": str(line.price),
        "itemTotal": str(line.quantity),
        "wareId": line.product_id,
        "productNo": "",
        "newStoreId": "0",
    }


def _coupons(order: Order, line: Line) -> list[dict[str, str]]:
    kinds = (("30-单品促销优惠", line.discount), ("41-京东券优惠", line.platform_discount))
    return [
        {
            "orderId": order.number,
            "skuId": line.sku_id,
            "couponType": kind,
            "couponPrice": str(amount),
        }
        for kind, amount in kinds
        if amount
    ]
