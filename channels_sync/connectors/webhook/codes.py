"""The words of our own webhook contract."""

from oms.dto import ChannelStatus

ORDER_EVENTS = frozenset({"order.created", "order.paid", "order.updated", "order.cancelled"})
REFUND_EVENTS = frozenset({"refund.created", "refund.updated"})
EVENTS = ORDER_EVENTS | REFUND_EVENTS

STATUS = {status.value: status for status in ChannelStatus} | {
    "partially_shipped": ChannelStatus.PARTLY_SHIPPED,
}

OPEN_KEYS = frozenset(
    {
        *("event", "event_id", "occurred_at", "shop_code", "order_id", "refund_id", "status"),
        *("currency", "created_at", "paid_at", "updated_at", "goods_cents", "shipping_cents"),
        *("discount_cents", "paid_cents", "amount_cents", "country", "province", "city"),
        *("district", "line_id", "sku_code", "title", "quantity", "unit_price_cents"),
        *("total_cents",),
    }
)
"""What a page may show of a message; everything else is masked, also what we do not know."""
