"""Weidian's words: methods with their versions, statuses, refusals."""

from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind

KIND = "weidian"
LABEL = "Weidian shop"
GATEWAY = "https://api.vdian.com"

ORDERS = ("vdian.order.list.get", "1.5")
ORDER = ("vdian.order.get", "2.0")
SHIP = ("vdian.order.deliver", "1.0")
SHIP_PART = ("vdian.order.deliver.split", "1.0")
CARRIERS = ("vdian.order.expresslist", "1.0")
RENUMBER = ("vdian.order.express.modify", "1.0")
ANSWER = ("vdian.order.refund.accept", "1.1")
SET_SKU = ("vdian.item.sku.update", "1.0")
SET_ITEM = ("vdian.item.update", "1.0")
ITEM = ("vdian.item.get", "1.0")

STATUS = {
    "unpay": ChannelStatus.UNPAID,
    "pay": ChannelStatus.PAID,
    "pend": ChannelStatus.PAID,
    "unship_refunding": ChannelStatus.PAID,
    "unship_refuse_refunding": ChannelStatus.PAID,
    "ship": ChannelStatus.SHIPPED,
    "shiped_refunding": ChannelStatus.SHIPPED,
    "shiped_refuse_refunding": ChannelStatus.SHIPPED,
    "accept": ChannelStatus.COMPLETED,
    "accept_refunding": ChannelStatus.COMPLETED,
    "finish": ChannelStatus.COMPLETED,
    "close": ChannelStatus.CANCELLED,
}
"""``status`` of a detail; the numbers of a list's rows are documented nowhere and not read."""
REFUNDING = frozenset({"unship_refunding", "shiped_refunding", "accept_refunding"})
REFUSED = frozenset({"unship_refuse_refunding", "shiped_refuse_refunding"})
CLOSED = "close"
CASH_ON_DELIVERY = "1"
"""``order_type`` as seller systems of 2016 and 2017 read it."""
RETURN_KIND = "2"
"""``refund_kind`` of goods that come back; "1" is money alone (the same sources)."""

ERRORS = dict.fromkeys(("10013", "10016", "10026"), ErrorKind.REFRESH_TOKEN)
"""The three that are known; words decide about the others."""
THROTTLED = ("频率", "限流", "流量", "过于频繁", "too many")
TROUBLE = ("系统繁忙", "系统异常", "系统错误", "超时", "稍后", "system error", "timeout")
NOT_FOUND = ("不存在", "not found", "not exist")

OPEN_KEYS = frozenset(
    {
        *("order_id", "status", "status_ori", "status_desc", "order_type", "order_type_des"),
        *("add_time", "pay_time", "send_time", "update_time", "price", "total", "express_fee"),
        *("quantity", "express_type", "discount_amount", "items", "item_id", "sku_id"),
        *("sub_order_id", "item_name", "sku_title", "merchant_code", "sku_merchant_code"),
        *("total_price", "is_delivered", "can_deliver", "deliver_id", "refund_info", "can_refund"),
        *("refund_no", "refund_status", "refund_kind", "refund_fee", "refund_item_fee"),
        *("refund_express_fee", "order", "told_at"),
    }
)
