"""Pinduoduo's words: addresses, statuses, errors, carriers (open.pinduoduo.com)."""

from typing import Final

from oms.dto import ChannelStatus, RefundKind, RefundStage

KIND: Final = "pinduoduo"
LABEL: Final = "Pinduoduo"

GATEWAY: Final = "https://gw-api.pinduoduo.com"
PATH: Final = "/api/router"
AUTHORIZE: Final = "https://fuwu.pinduoduo.com"
AUTHORIZE_PATH: Final = "/service-market/auth"

NOT_CONFIRMED, CONFIRMED, UNDONE = 0, 1, 2
"""``confirm_status``."""
SHIPPING: Final = {
    1: ChannelStatus.PAID,
    2: ChannelStatus.SHIPPED,
    3: ChannelStatus.COMPLETED,
}
"""``order_status``; 0 is "abnormal" and nothing that we could act on."""
NO_REFUND, REFUNDED = 1, 4
"""``refund_status``; 2 and 3 are under way."""
REFUND_STATUSES: Final = frozenset({1, 2, 3, 4})
SHIP_HOLD: Final = "ship_hold"

REFUND_STAGES: Final = {
    0: RefundStage.CLOSED,
    2: RefundStage.WAIT_MERCHANT,
    3: RefundStage.WAIT_MERCHANT,
    4: RefundStage.REFUNDING,
    5: RefundStage.REFUNDING,
    6: RefundStage.REJECTED,
    7: RefundStage.WAIT_BUYER_RETURN,
    8: RefundStage.REFUNDING,
    9: RefundStage.REJECTED,
    10: RefundStage.SUCCESS,
    11: RefundStage.CLOSED,
    12: RefundStage.CLOSED,
    13: RefundStage.CLOSED,
    14: RefundStage.WAIT_MERCHANT,
    15: RefundStage.WAIT_BUYER_RETURN,
    16: RefundStage.SUCCESS,
    17: RefundStage.CLOSED,
    18: RefundStage.REFUNDING,
    21: RefundStage.WAIT_MERCHANT,
    22: RefundStage.WAIT_BUYER_RETURN,
    24: RefundStage.CLOSED,
    25: RefundStage.SUCCESS,
    27: RefundStage.WAIT_MERCHANT_RECEIVE,
    31: RefundStage.WAIT_BUYER_RETURN,
    32: RefundStage.WAIT_MERCHANT,
}
"""``after_sales_status``: 14 to 18 and 32 are exchanges and goods sent again, 21 to 27 repairs."""
REFUND_KINDS: Final = {
    2: RefundKind.REFUND_ONLY,
    3: RefundKind.RETURN_REFUND,
    4: RefundKind.EXCHANGE,
    5: RefundKind.EXCHANGE,
    6: RefundKind.EXCHANGE,
}
"""``after_sales_type`` of the list: refund, return, exchange, sent again, repair."""

FLAGS: Final = {1: "red", 2: "yellow", 3: "green", 4: "blue", 5: "purple"}
FLAG_NAMES: Final = {
    "red": "红色",
    "yellow": "黄色",
    "green": "绿色",
    "blue": "蓝色",
    "purple": "紫色",
}

HOLD_RISK: Final = "平台风控审核中"
HOLD_UNCONFIRMED: Final = "平台尚未确认成交"
HOLD_REFUND: Final = "有进行中的售后"
HOLD_ASKED: Final = "平台要求暂缓发货"
HOLD_PICKUP: Final = "门店自提，无需发货"

SHIPPED_BEFORE: Final = ("已发货", "重复发货")
NOT_THERE: Final = "不存在"
"""What error texts say where one code stands for many troubles."""
AGREED: Final = "商家同意"
ANSWERED_OTHERWISE: Final = "该申请已在平台被驳回"
NOT_TAKEN_BACK: Final = "拼多多没有取消这个面单号，请在商家后台查看"
WAYBILL_UNREADABLE: Final = "拼多多电子面单的应答无法识别，结果未知"
NO_WORDS: Final = "拼多多没有说明原因"

CARRIERS: Final = {
    "sf": 44,
    "zto": 115,
    "yto": 85,
    "sto": 1,
    "yunda": 121,
    "ems": 118,
    "china_post": 132,
    "jt": 384,
    "deppon": 131,
    "best": 3,
}
"""Our carrier codes to ``logistics_id``. Others, and changed ones, stand in the connection's
``carriers``: the platform's list is pdd.logistics.companies.get."""

OPEN_KEYS: Final = frozenset(
    {
        *("order_sn", "order_status", "confirm_status", "group_status", "refund_status"),
        *("after_sales_status", "risk_control_status", "trade_type", "is_lucky_flag"),
        *("created_time", "confirm_time", "pay_time", "updated_at", "last_ship_time"),
        *("shipping_time", "receive_time", "goods_amount", "discount_amount", "postage"),
        *("platform_discount", "seller_discount", "capital_free_discount", "pay_amount"),
        *("order_change_amount", "duo_duo_pay_reduction", "pay_type", "country", "province"),
        *("city", "town", "country_id", "province_id", "city_id", "town_id", "remark_tag"),
        *("logistics_id", "tracking_number", "is_pre_sale", "pre_sale_time", "is_stock_out"),
        *("free_sf", "self_contained", "order_tag_list", "name", "value", "item_list"),
        *("goods_id", "sku_id", "outer_id", "outer_goods_id", "goods_name", "goods_spec"),
        *("goods_count", "goods_price", "gift_list", "extra_delivery_list", "step_order_info"),
        *("step_trade_status", "advanced_paid_fee", "step_paid_fee", "step_discount_amount"),
        *("id", "after_sales_type", "refund_amount", "order_amount", "goods_number"),
        *("updated_time", "speed_refund_flag", "speed_refund_status", "dispute_refund_status"),
        *("mkt_biz_type", "shipping_type", "gift_order_status", "expire_time"),
    }
)
"""``name`` stands only in tags and is the platform's own word."""
