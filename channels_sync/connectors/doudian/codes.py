"""Doudian's words (its Go SDK names every field and number of them): statuses, carriers, errors."""

from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind

KIND = "doudian"
LABEL = "Douyin shop"
GATEWAY = "https://openapi-fxg.jinritemai.com"
AUTHORIZE_PAGE = "https://fuwu.jinritemai.com/authorize"
DONE = 10000

AUDITED = 105
"""Paid, and still looked at by the platform: it must not leave before it is in preparation."""
STATUS = {
    1: ChannelStatus.UNPAID,
    AUDITED: ChannelStatus.PAID,
    2: ChannelStatus.PAID,
    101: ChannelStatus.PARTLY_SHIPPED,
    3: ChannelStatus.SHIPPED,
    4: ChannelStatus.CANCELLED,
    5: ChannelStatus.COMPLETED,
}
"""``order_status``."""
LEFT = frozenset({ChannelStatus.SHIPPED, ChannelStatus.COMPLETED, ChannelStatus.CANCELLED})
DEPOSIT_PAID = 103
REFUNDED_BEFORE_SHIPPING = 21
REFUND_ENDED = frozenset({REFUNDED_BEFORE_SHIPPING, 22, 39})
"""``main_status`` of what was paid back: before it left, on the road, after its arrival."""

LINE_CANCELLED = 4
BEFORE_SHIPPING = 2
"""``after_sale_type`` of money for what has not left."""
REFUND_OPEN = frozenset({6, 7, 8, 11, 13})
REFUND_DONE = frozenset({12, 51})
"""``after_sale_status``."""

CASH_ON_DELIVERY = 0
DEPOSIT_PRESALE = 2
"""``trade_type`` of a line."""
FREE = "FREE"
VIRTUAL = 1
OWN_WAREHOUSE, REGIONAL_STOCK = 0, 1

FLAGS = {0: "gray", 1: "purple", 2: "cyan", 3: "green", 4: "orange", 5: "red"}
"""``seller_remark_stars``; 0 is also what an order without a flag shows."""

CARRIERS = {
    "sf": "shunfeng",
    "zto": "zhongtong",
    "yto": "yuantong",
    "sto": "shentong",
    "yunda": "yunda",
    "ems": "ems",
    "china_post": "youzhengguonei",
    "jt": "jtexpress",
    "jd": "jd",
    "deppon": "debangwuliu",
    "best": "huitongkuaidi",
}
"""Our carrier codes as ``/order/logisticsCompanyList`` writes them."""

ERRORS = {
    20000: ErrorKind.RETRY,
    30001: ErrorKind.REAUTHORIZE,
    60000: ErrorKind.THROTTLE,
    90000: ErrorKind.RETRY,
}
"""By ``code`` where ``sub_code`` says no more; every other code is a verdict on the request."""
SUB_ERRORS = {
    "isv.access-token-expired": ErrorKind.REFRESH_TOKEN,
    "isv.access-token-no-existed": ErrorKind.REFRESH_TOKEN,
    "isv.access-token-invalid": ErrorKind.REAUTHORIZE,
    "isv.access-token-missing": ErrorKind.REAUTHORIZE,
    "isv.app-id-expired": ErrorKind.REAUTHORIZE,
    "isv.app-id-invalid": ErrorKind.REAUTHORIZE,
    "isv.app-id-missing": ErrorKind.REAUTHORIZE,
    "isv.authorization-type-invalid": ErrorKind.REAUTHORIZE,
    "isv.env-suspected": ErrorKind.RETRY,
    "isv.idempotent-id-existed": ErrorKind.TREAT_AS_DONE,
    "isv.timestamp-invalid": ErrorKind.RETRY,
    "isv.traffic-limited": ErrorKind.THROTTLE,
}
NO_TOKEN_GIVEN = "dop.token-generate-failed"  # noqa: S105 - the name of an error, no secret
NOTHING_DONE = frozenset({"isv.env-suspected", "isv.timestamp-invalid"})
"""Refused at the door, although a repeat may pass."""

OPEN_KEYS = frozenset(
    {
        *("order_id", "parent_order_id", "shop_id", "order_level", "order_status", "main_status"),
        *("order_status_desc", "main_status_desc", "order_type", "trade_type", "biz", "pay_type"),
        *("create_time", "pay_time", "update_time", "exp_ship_time", "ship_time", "finish_time"),
        *("appointment_ship_time", "cancel_reason", "order_amount", "pay_amount", "post_amount"),
        *("promotion_amount", "promotion_shop_amount", "promotion_platform_amount"),
        *("promotion_talent_amount", "promotion_pay_amount", "modify_amount", "tax_amount"),
        *("seller_remark_stars", "sku_order_list", "product_id", "product_id_str", "sku_id"),
        *("out_sku_id", "code", "product_name", "item_num", "origin_amount", "sum_amount"),
        *("goods_type", "given_product_type", "after_sale_info", "after_sale_status"),
        *("after_sale_type", "refund_status", "inventory_list", "warehouse_id", "count"),
        *("out_warehouse_id", "logistics_info", "tracking_no", "company", "delivery_id"),
        *("product_info", "sku_order_id", "product_count", "order_phase_list", "phase_order_id"),
        *("current_phase", "total_phase", "pay_success", "phase_pay_time", "phase_pay_amount"),
        *("aftersale_info", "aftersale_id", "aftersale_status", "aftersale_type", "apply_time"),
        *("refund_amount", "refund_post_amount", "aftersale_num", "status_deadline", "order_info"),
        *("shop_order_id", "related_order_info", "shop_sku_code", "aftersale_item_num"),
        *("return_logistics_code", "return_logistics_company_name"),
    }
)
"""What a page may show of a payload: no name, no words of a buyer, no ciphertext."""
