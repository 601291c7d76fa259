"""Shopify's words: statuses, topics, carriers' names."""

from oms.dto import ChannelStatus, RefundStage

KIND = "shopify"
LABEL = "Shopify"
API_VERSION = "2026-04"
SCOPES = (
    "read_orders",
    "write_orders",
    "read_products",
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_returns",
    "write_returns",
)
"""What the app asks the merchant for; orders of more than 60 days ago need ``read_all_orders`` too,
which Shopify gives on request only."""

PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})
NOT_PAID_YET = frozenset({"PENDING", "AUTHORIZED", "PARTIALLY_PAID"})
NEVER_PAID = frozenset({"VOIDED", "EXPIRED"})

FULFILLMENT = {
    "": ChannelStatus.PAID,
    "UNFULFILLED": ChannelStatus.PAID,
    "OPEN": ChannelStatus.PAID,
    "IN_PROGRESS": ChannelStatus.PAID,
    "ON_HOLD": ChannelStatus.PAID,
    "SCHEDULED": ChannelStatus.PAID,
    "PENDING_FULFILLMENT": ChannelStatus.PAID,
    "REQUEST_DECLINED": ChannelStatus.PAID,
    "RESTOCKED": ChannelStatus.PAID,
    "PARTIALLY_FULFILLED": ChannelStatus.PARTLY_SHIPPED,
    "FULFILLED": ChannelStatus.SHIPPED,
}
"""OrderDisplayFulfillmentStatus; null counts as nothing left."""

ON_HOLD = "ON_HOLD"
CANCEL = "CANCEL"
"""The restock type of units that were taken back before they left."""

ORDER_TOPICS = {
    "orders/create": "order.created",
    "orders/paid": "order.paid",
    "orders/updated": "order.updated",
    "orders/cancelled": "order.cancelled",
    "orders/fulfilled": "order.updated",
    "orders/partially_fulfilled": "order.updated",
}
REFUND_TOPICS = {
    "refunds/create": "refund.created",
    "returns/request": "refund.created",
    "returns/approve": "refund.updated",
    "returns/decline": "refund.updated",
    "returns/cancel": "refund.updated",
    "returns/update": "refund.updated",
    "returns/close": "refund.updated",
}
RETURN_STAGE = {
    "requested": RefundStage.WAIT_MERCHANT,
    "open": RefundStage.WAIT_BUYER_RETURN,
    "declined": RefundStage.REJECTED,
    "canceled": RefundStage.CLOSED,
    "closed": RefundStage.CLOSED,
}
"""ReturnStatus. A closed return is done with; money for it comes as a refund of its own."""
BROKEN_MOVES = frozenset({"failure", "error"})
PRIVACY_TOPICS = frozenset({"customers/redact", "customers/data_request", "shop/redact"})
"""What the law asks of every app: a person has to see it."""

COMPANIES = {
    "sf": "SF Express",
    "zto": "ZTO Express",
    "yto": "YTO Express",
    "sto": "STO Express",
    "yunda": "Yunda Express",
    "ems": "EMS",
    "china_post": "China Post",
    "jt": "J&T Express",
}
"""Our carrier codes as Shopify's list of companies writes them; with another one there is simply no
link to the carrier's page."""

OPEN_FULFILLMENT_ORDERS = frozenset({"OPEN", "IN_PROGRESS", "SCHEDULED"})
GONE_FULFILLMENTS = frozenset({"CANCELLED", "ERROR", "FAILURE"})

OPEN_KEYS = frozenset(
    {
        *("id", "legacyResourceId", "admin_graphql_api_id", "order_number"),
        *("createdAt", "processedAt", "updatedAt", "cancelledAt", "closedAt", "cancelReason"),
        *("created_at", "processed_at", "updated_at", "cancelled_at", "closed_at"),
        *("cancel_reason", "displayFinancialStatus", "displayFulfillmentStatus"),
        *("financial_status", "fulfillment_status", "currencyCode", "presentmentCurrencyCode"),
        *("currency", "test", "totalPriceSet", "shopMoney", "amount", "totalShippingPriceSet"),
        *("totalDiscountsSet", "totalRefundedSet", "total_price", "subtotal_price", "total_tax"),
        *("total_discounts", "current_total_price", "total_shipping_price_set", "shop_money"),
        *("currency_code", "lineItems", "line_items", "nodes", "sku", "title", "quantity"),
        *("currentQuantity", "current_quantity", "unfulfilledQuantity", "fulfillable_quantity"),
        *("variant", "variant_id", "product", "product_id", "originalUnitPriceSet", "price"),
        *("discountedTotalSet", "total_discount", "requiresShipping", "requires_shipping"),
        *("refunds", "refund_line_items", "refundLineItems", "restock_type", "restockType"),
        *("return_line_items", "return", "order", "fulfillment_line_item", "return_reason"),
        *("line_item", "gateway"),
        *("line_item_id", "lineItem", "order_id", "subtotal", "transactions", "kind", "status"),
    }
)
"""What a page may show of a payload, wherever the key stands: so not the order's ``name``, which is
a person's below the address."""
