"""WooCommerce's words: paths, statuses, topics, refusals."""

from oms.dto import ChannelStatus

KIND = "woocommerce"
LABEL = "WooCommerce shop"
ROOT = "/wp-json/wc/v3"

STATUS = {
    "checkout-draft": ChannelStatus.UNPAID,
    "pending": ChannelStatus.UNPAID,
    "on-hold": ChannelStatus.UNPAID,
    "processing": ChannelStatus.PAID,
    "completed": ChannelStatus.SHIPPED,
    "cancelled": ChannelStatus.CANCELLED,
    "failed": ChannelStatus.CANCELLED,
    "refunded": ChannelStatus.CANCELLED,
    "trash": ChannelStatus.CANCELLED,
}
"""A plugin may add words of its own; what they mean nobody can know, so such an order waits for a
person. ``completed`` is what a shop sets when it ships."""
GONE = frozenset({"cancelled", "failed", "refunded", "trash"})
REFUNDED = "refunded"
COMPLETED = "completed"
CASH_ON_DELIVERY = "cod"
REFUNDED_ITEM = "_refunded_item_id"
DETAILS = "refund_details"
"""Where the puller puts an order's refunds with their lines; the order itself tells only sums."""

ORDER_TOPICS = frozenset({"order.created", "order.updated", "order.deleted", "order.restored"})

NOT_FOUND = frozenset(
    {
        "woocommerce_rest_shop_order_invalid_id",
        "woocommerce_rest_invalid_id",
        "woocommerce_rest_order_invalid_id",
        "woocommerce_rest_invalid_order_id",
        "woocommerce_rest_shop_order_refund_invalid_id",
        "woocommerce_rest_invalid_order_refund_id",
        "woocommerce_rest_product_invalid_id",
        "woocommerce_rest_product_variation_invalid_id",
    }
)
NOT_ALLOWED = frozenset(
    {
        "woocommerce_rest_cannot_view",
        "woocommerce_rest_cannot_edit",
        "woocommerce_rest_cannot_create",
        "woocommerce_rest_cannot_batch",
        "woocommerce_rest_cannot_read",
    }
)
NO_SUCH_PAGE = "rest_post_invalid_page_number"
NOT_PROVED = "woocommerce_rest_authentication_error"
PASSING_WORDS = ("nonce", "timestamp")
"""In a refusal of the signature: said again with a new nonce, it passes."""

PROVINCES = {
    "CN1": "云南省",
    "CN2": "北京市",
    "CN3": "天津市",
    "CN4": "河北省",
    "CN5": "山西省",
    "CN6": "内蒙古自治区",
    "CN7": "辽宁省",
    "CN8": "吉林省",
    "CN9": "黑龙江省",
    "CN10": "上海市",
    "CN11": "江苏省",
    "CN12": "浙江省",
    "CN13": "安徽省",
    "CN14": "福建省",
    "CN15": "江西省",
    "CN16": "山东省",
    "CN17": "河南省",
    "CN18": "湖北省",
    "CN19": "湖南省",
    "CN20": "广东省",
    "CN21": "广西壮族自治区",
    "CN22": "海南省",
    "CN23": "重庆市",
    "CN24": "四川省",
    "CN25": "贵州省",
    "CN26": "陕西省",
    "CN27": "甘肃省",
    "CN28": "青海省",
    "CN29": "宁夏回族自治区",
    "CN30": "澳门特别行政区",
    "CN31": "西藏自治区",
    "CN32": "新疆维吾尔自治区",
}
"""The codes of WooCommerce's own list of China's provinces; a code beyond them stays as it is."""

OPEN_KEYS = frozenset(
    {
        *("id", "parent_id", "number", "created_via", "version", "status", "currency"),
        *("date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "date_paid"),
        *("date_paid_gmt", "date_completed", "date_completed_gmt", "discount_total"),
        *("discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total", "total_tax"),
        *("prices_include_tax", "payment_method", "line_items", "product_id", "variation_id"),
        *("quantity", "subtotal", "subtotal_tax", "sku", "price", "shipping_lines", "method_id"),
        *("refunds", DETAILS, "refund", "order_id", "amount", "refunded_payment"),
    }
)
