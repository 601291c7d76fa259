"""What Doudian pushes about a change."""

import json
from typing import Any

from channels_sync.simulator.doudian.orders import after_sale_words, to_shop_order
from channels_sync.simulator.doudian.words import fen, seconds
from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.platform import App, Push
from channels_sync.simulator.market.refunds import Refund

_TAGS = {
    What.CREATED: "100",
    What.DEPOSIT_PAID: "110",
    What.PAID: "101",
    What.SHIPPED: "102",
    What.FINISHED: "103",
    What.ADDRESS_CHANGED: "105",
    What.CANCELLED: "106",
    What.PARTLY_SHIPPED: "108",
    What.MEMO_CHANGED: "113",
    What.REFUND_ASKED: "200",
    What.REFUND_AGREED: "201",
    What.GOODS_RETURNED: "203",
    What.REFUND_REFUSED: "204",
    What.REFUND_PAID: "206",
    What.REFUND_CLOSED: "207",
}


def to_push(change: Change, order: Order, refund: Refund | None, app: App) -> Push:
    """Write a message: an array, its ``data`` a text of JSON, its ids numbers."""
    tag = _TAGS[change.what]
    data = _refund(order, refund, app) if refund else _order(order, app)
    number = change.refund_no or change.order_no
    message_id = f"{number}:{tag}:{seconds(change.at)}"
    message = {"tag": tag, "msg_id": message_id, "data": json.dumps(data, ensure_ascii=False)}
    body = json.dumps([message], ensure_ascii=False)
    return Push(event=tag, order_no=change.order_no, body=body)


def _order(order: Order, app: App) -> dict[str, Any]:
    told = to_shop_order(order, (), shop_id=app.shop_id)
    return {
        "p_id": int(order.number),
        "s_ids": [int(line.number) for line in order.lines],
        "shop_id": int(app.shop_id),
        "order_status": told["order_status"],
        "pay_time": told["pay_time"],
        "pay_amount": told["pay_amount"],
    }


def _refund(order: Order, refund: Refund, app: App) -> dict[str, Any]:
    words = after_sale_words(refund)
    return {
        "p_id": int(order.number),
        "s_id": int(refund.line_no),
        "shop_id": int(app.shop_id),
        "aftersale_id": int(refund.number),
        "aftersale_status": words["after_sale_status"],
        "aftersale_type": words["after_sale_type"],
        "refund_amount": fen(refund.amount),
        "update_time": seconds(refund.modified_at),
    }
