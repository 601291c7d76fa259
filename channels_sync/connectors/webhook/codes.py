"""The words of our own webhook contract."""

from channels_sync.dto import REFUND_EVENTS
from oms.dto import ChannelStatus, RefundKind, RefundStage

ORDER_EVENTS = frozenset({"order.created", "order.paid", "order.updated", "order.cancelled"})
EVENTS = ORDER_EVENTS | REFUND_EVENTS

STATUS = {status.value: status for status in ChannelStatus} | {
    "partially_shipped": ChannelStatus.PARTLY_SHIPPED,
}

REFUND_STAGE = {stage.value: stage for stage in RefundStage}
REFUND_KIND = {kind.value: kind for kind in RefundKind}

OPEN_KEYS = frozenset(
    {
        *("event", "event_id", "occurred_at", "shop_code", "order_id", "refund_id", "status"),
        *("currency", "created_at", "paid_at", "updated_at", "goods_cents", "shipping_cents"),
        *("discount_cents", "paid_cents", "amount_cents", "country", "province", "city"),
        *("district", "line_id", "sku_code", "title", "quantity", "unit_price_cents"),
        *("total_cents", "kind", "respond_by", "refund_no", "carrier_code", "tracking_no"),
    }
)
"""What a page may show of a message; everything else is masked, also what we do not know."""
