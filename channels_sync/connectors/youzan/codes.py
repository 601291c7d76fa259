"""Youzan's words: methods with their versions, statuses, errors."""

from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind

KIND = "youzan"
LABEL = "Youzan shop"
GATEWAY = "https://open.youzanyun.com"
AUTHORIZE_PAGE = "https://open.youzanyun.com/auth/authorize"
DONE = 200

ORDERS = "youzan.trades.sold.get/4.0.4"
ORDER = "youzan.trade.get/4.0.2"
REFUNDS = "youzan.trade.refund.search/3.0.1"
REFUND = "youzan.trade.refund.get/3.0.1"
AGREE = "youzan.trade.refund.agree/3.0.1"
REFUSE = "youzan.trade.refund.refuse/3.0.0"
AGREE_RETURN = "youzan.trade.returngoods.agree/3.0.0"
REFUSE_RETURN = "youzan.trade.returngoods.refuse/3.0.0"
PAY_BACK = "youzan.trade.refund.seller.active/3.0.1"
SHIP = "youzan.logistics.online.confirm/3.0.0"
CARRIERS = "youzan.logistics.express.get/3.0.0"
MEMO = "youzan.trade.memo.update/3.0.0"
SET_STOCK = "youzan.item.quantity.update/3.0.0"
ITEM = "youzan.item.get/3.0.0"

WAITING_FOR_GOODS = "WAIT_SELLER_SEND_GOODS"
STATUS = {
    "WAIT_BUYER_PAY": ChannelStatus.UNPAID,
    "TRADE_PAID": ChannelStatus.PAID,
    "WAIT_CONFIRM": ChannelStatus.PAID,
    WAITING_FOR_GOODS: ChannelStatus.PAID,
    "WAIT_BUYER_CONFIRM_GOODS": ChannelStatus.SHIPPED,
    "TRADE_SUCCESS": ChannelStatus.COMPLETED,
    "TRADE_CLOSED": ChannelStatus.CANCELLED,
}
"""``order_info.status``; ``TRADE_REFUND`` filters a list, no order is in it."""
NOT_READY = {
    "TRADE_PAID": "payment under review by the platform",
    "WAIT_CONFIRM": "waiting for the group or for acceptance",
}
"""Paid, and not to be sent yet."""

REFUNDING = frozenset({1, 11})
"""``order_info.refund_state``: a part, or all of it, is asked back. It is set beside the status."""
NO_REFUND = 0
REFUND_PAID = 60
"""``refund_order[].refund_state``, another count than the one above."""
SHIPPED = 1
"""``delivery_order[].express_state``."""
FETCHED, LOCAL, NOT_SENT = 1, 2, 9
"""``order_info.express_type``: the buyer comes, a rider brings it, nothing is sent."""
HOLD_BY_EXPRESS = {
    FETCHED: "the buyer fetches it in the shop",
    LOCAL: "delivered by a local rider",
}
VIRTUAL_ITEMS = frozenset({20, 21, 31, 35, 60, 61})
"""``orders[].item_type``: cards, courses, stays, things and coupons without a parcel."""

ERRORS = {
    "4201": ErrorKind.REFRESH_TOKEN,
    "4203": ErrorKind.REFRESH_TOKEN,
    "4205": ErrorKind.THROTTLE,
    "102510001": ErrorKind.RETRY,
    "106000001": ErrorKind.RETRY,
    "106100118": ErrorKind.RETRY,
    "103010039": ErrorKind.RETRY,
    "102010002": ErrorKind.RETRY,
    "102010003": ErrorKind.THROTTLE,
    "102570007": ErrorKind.TREAT_AS_DONE,
    "102570020": ErrorKind.TREAT_AS_DONE,
}
"""Numbers that are known (doc.youzanyun.com; 4201 was seen): the words decide about all others."""
NOTHING_DONE = frozenset({"102510001", "103010039", "102010002"})
"""Refused at the door, although a repeat may pass: two at once, or a request that changed."""

OPEN_KEYS = frozenset(
    {
        *("full_order_info", "order_info", "tid", "status", "status_str", "type", "pay_type"),
        *("express_type", "close_type", "refund_state", "created", "update_time", "pay_time"),
        *("consign_time", "success_time", "order_tags", "is_payed", "is_refund", "is_virtual"),
        *("pay_info", "total_fee", "post_fee", "payment", "real_payment", "phase_payments"),
        *("orders", "oid", "item_id", "sku_id", "outer_item_id", "outer_sku_id", "item_type"),
        *("title", "num", "price", "discount_price", "is_present", "is_pre_sale", "pre_sale_type"),
        *("star", "delivery_province", "delivery_city", "delivery_district", "refund_order"),
        *("refund_id", "refund_fee", "refund_type", "oids", "delivery_order", "pk_id"),
        *("express_state", "dists", "express_info", "express_no", "express_id", "version"),
        *("return_goods", "demand", "modified", "refund_item_list", "refund_fund_list"),
        *("refund_no", "cs_status"),
    }
)
"""What a page may show of a payload: no name, no words of a buyer, no ciphertext."""
