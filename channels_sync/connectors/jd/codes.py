"""JD's words: addresses, states, errors, carriers (open.jd.com)."""

from typing import Final

from oms.dto import ChannelStatus, RefundStage

KIND: Final = "jd"
LABEL: Final = "JD"

GATEWAY: Final = "https://api.jd.com"
PATH: Final = "/routerjson"
OAUTH: Final = "https://open-oauth.jd.com"
AUTHORIZE_PATH: Final = "/oauth2/to_login"
TOKEN_PATH: Final = "/oauth2/access_token"  # noqa: S105 - a path, no secret
REFRESH_PATH: Final = "/oauth2/refresh_token"
SCOPE: Final = "snsapi_base"

STATES: Final = {
    "NOT_PAY": ChannelStatus.UNPAID,
    "WAIT_SELLER_STOCK_OUT": ChannelStatus.PAID,
    "WAIT_SELLER_DELIVERY": ChannelStatus.PAID,
    "LOCKED": ChannelStatus.PAID,
    "PAUSE": ChannelStatus.PAID,
    "POP_ORDER_PAUSE": ChannelStatus.PAID,
    "WAIT_SEND_CODE": ChannelStatus.PAID,
    "WAIT_GOODS_RECEIVE_CONFIRM": ChannelStatus.SHIPPED,
    "FINISHED_L": ChannelStatus.COMPLETED,
    "TRADE_CANCELED": ChannelStatus.CANCELLED,
    "DELIVERY_RETURN": ChannelStatus.CANCELLED,
}
"""``DELIVERY_RETURN`` is a parcel that comes back undelivered: nothing is owed any more, and the
dock takes the goods in when they are there."""
HOLDS: Final = {
    "LOCKED": "京东锁定订单，暂不能发货",
    "PAUSE": "京东暂停订单，暂不能发货",
    "POP_ORDER_PAUSE": "京东暂停订单，暂不能发货",
    "WAIT_SEND_CODE": "虚拟订单等待发码，无需发货",
}
SEND_CODE: Final = "WAIT_SEND_CODE"
CASH_ON_DELIVERY: Final = "1"
BY_JD: Final = "京仓订单"
"""``storeOrder`` of an order that JD's own warehouse ships."""

NOT_THERE: Final = "不存在"
TIMEOUTS: Final = ("超时", "timeout", "time out")
"""What error texts say where a code does not."""
NO_WORDS: Final = "京东没有说明原因"
WRONG_STATE: Final = "10100021"

APPLICATION_STAGES: Final = {
    0: RefundStage.WAIT_MERCHANT,
    1: RefundStage.REFUNDING,
    2: RefundStage.REJECTED,
    3: RefundStage.SUCCESS,
    4: RefundStage.REJECTED,
    5: RefundStage.REFUNDING,
    6: RefundStage.REFUNDING,
    7: RefundStage.REFUNDING,
    8: RefundStage.WAIT_MERCHANT,
    9: RefundStage.SUCCESS,
    10: RefundStage.REFUNDING,
    11: RefundStage.REJECTED,
}
"""``status`` of an application before the goods leave: 3 JD's accounting agreed, 9 the order was
closed by force and paid back, 8 the parcel could not be stopped."""
PAID_BACK, PAYING_FAILED = 13, 14
"""``status`` of a service's payment."""
WAITS_FOR_AUDIT: Final = 10001
SERVICE_STAGES: Final = {
    WAITS_FOR_AUDIT: RefundStage.WAIT_MERCHANT,
    10002: RefundStage.WAIT_BUYER_RETURN,
    10004: RefundStage.REJECTED,
    10005: RefundStage.WAIT_MERCHANT_RECEIVE,
    10007: RefundStage.WAIT_MERCHANT_RECEIVE,
    10009: RefundStage.REFUNDING,
    10010: RefundStage.CLOSED,
    10011: RefundStage.CLOSED,
}
"""States of a service; one that ends without a payment was an exchange or a repair."""
SERVICE_STATE_KEYS: Final = ("afsServiceState", "afsServiceStatus", "serviceStatus")
"""Under which name the list tells the state stands in no document at hand."""
TERM: Final = "auditOvertime"
"""Until when JD waits for the audit; only the list of what waits tells it, and we beside it."""

AGREED, REFUSED = "1", "2"
"""``status`` of an answer to an application."""
CANNOT_STOP: Final = "1"
"""``rejectType``: the goods are on their way and cannot be stopped."""
LEFT, STILL_HERE = "1", "2"
"""``outWareStatus``."""
CHECKER: Final = "OMS"
AGREED_WORDS: Final = "商家同意取消"
REFUSED_WORDS: Final = "商品已在配送途中，无法取消"
SERVICE_REFUSED_WORDS: Final = "商品不符合售后条件"
ANSWERED_OTHERWISE: Final = "该申请在京东已有相反的处理结果"

FLAGS: Final = {1: "red", 2: "yellow", 3: "green", 4: "blue", 5: "purple"}

CARRIERS: Final = {
    "sf": "467",
    "zto": "1499",
    "yto": "463",
    "sto": "470",
    "yunda": "1327",
    "ems": "465",
    "china_post": "2170",
    "jd": "2087",
}
"""Our carrier codes to ``logiCoprId``. Others, and changed ones, stand in the connection's
``carriers``: JD's list is 360buy.get.vender.all.delivery.company."""

DIRECT_COMPANIES: Final = frozenset({"sf", "jd"})
"""Carriers without branches: the e-waybill contract has a code for settling with them instead."""
CUSTOMER_KEY: Final = "eCustomerCode"
CUSTOMER_KEYS: Final = {"JD": "ewCustomerCode"}
"""Under which name the cloud printing is told the shop's number: JD's own parcels have another."""
PRINTING_DONE: Final = frozenset({"1", "1000"})
"""How the cloud printing says yes: the one of its data, the other of its templates elsewhere."""
WAYBILL_GONE: Final = ("不存在", "没有这个运单", "已解绑", "未绑定", "已取消")
"""In the words of a refused unbinding: the number was given back before."""

OPTIONAL_FIELDS: Final = ",".join(
    (
        "orderId,venderId,orderType,payType,orderTotalPrice,orderSellerPrice,orderPayment",
        "actualPay,shouldPay,freightPrice,sellerDiscount,orderState,orderStateRemark",
        "deliveryType,orderRemark,venderRemark,orderStartTime,orderEndTime,paymentConfirmTime",
        "modified,waybill,logisticsId,parentOrderId,directParentOrderId,open_id_buyer",
        "xid_buyer,storeOrder,balanceUsed,consigneeInfo,itemInfoList,couponDetailList",
    )
)
"""``optional_fields`` must be sent: what is not named there is not told."""

OPEN_KEYS: Final = frozenset(
    {
        *("orderId", "venderId", "orderType", "payType", "orderTotalPrice", "orderSellerPrice"),
        *("orderPayment", "actualPay", "shouldPay", "freightPrice", "sellerDiscount"),
        *("orderState", "orderStateRemark", "orderStartTime", "orderEndTime"),
        *("paymentConfirmTime", "modified", "waybill", "logisticsId", "parentOrderId"),
        *("directParentOrderId", "storeOrder", "balanceUsed", "itemInfoList", "skuId"),
        *("outerSkuId", "skuName", "jdPrice", "itemTotal", "wareId", "productNo", "newStoreId"),
        *("couponDetailList", "couponType", "couponPrice", "provinceId", "cityId", "countyId"),
        *("townId", "province", "city", "county", "town", "refundapply", "serviceAndRefund"),
        *("id", "applyTime", "applyRefundSum", "status", "checkTime", "afsRefundId"),
        *("refoundAmount", "completeTime", "sameOrderServiceBill", "serviceId", "wareName"),
        *("afsApplyTime", "afsServiceState", "afsServiceStatus", "orderSource", "auditOvertime"),
    }
)
