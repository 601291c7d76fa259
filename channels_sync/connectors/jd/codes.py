"""JD's words: addresses, states, errors, carriers (open.jd.com)."""

from typing import Final

from oms.dto import ChannelStatus

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
        *("afsApplyTime", "afsServiceState", "afsServiceStatus", "orderSource"),
    }
)
