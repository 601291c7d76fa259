"""TMC: what happened, as messages that the app fetches and confirms."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Push
from channels_sync.simulator.taobao.errors import invalid
from channels_sync.simulator.taobao.gate import text
from channels_sync.simulator.taobao.trades import status_of

Document = dict[str, Any]
TOPICS = {
    What.CREATED: "taobao_trade_TradeCreate",
    What.DEPOSIT_PAID: "taobao_trade_TradeBuyerStepPay",
    What.PAID: "taobao_trade_TradeBuyerPay",
    What.CANCELLED: "taobao_trade_TradeClose",
    What.ADDRESS_CHANGED: "taobao_trade_TradeLogisticsAddressChanged",
    What.MEMO_CHANGED: "taobao_trade_TradeMemoModified",
    What.PARTLY_SHIPPED: "taobao_trade_TradePartlySellerShip",
    What.SHIPPED: "taobao_trade_TradeSellerShip",
    What.FINISHED: "taobao_trade_TradeSuccess",
    What.REFUND_ASKED: "taobao_refund_RefundCreated",
    What.REFUND_AGREED: "taobao_refund_RefundSellerAgreeAgreement",
    What.REFUND_REFUSED: "taobao_refund_RefundSellerRefuseAgreement",
    What.GOODS_RETURNED: "taobao_refund_RefundBuyerReturnGoods",
    What.REFUND_PAID: "taobao_refund_RefundSuccess",
    What.REFUND_CLOSED: "taobao_refund_RefundClosed",
}
_FEWEST, _MOST = 10, 200


def push_of(change: Change, market: Market) -> Push:
    """Write a message: less than the trade, which has to be read again."""
    order = market.order(change.order_no)
    content: Document = {"tid": int(order.number), "seller_nick": "demo_flagship"}
    if change.refund_no:
        content |= {"refund_id": int(change.refund_no), "modified": text(change.at)}
        if (refund := market.store.refund(change.refund_no)) is not None:
            content |= {"oid": int(refund.line_no), "refund_fee": f"{refund.amount:.2f}"}
    else:
        content |= {"payment": f"{order.paid_amount:.2f}", "status": status_of(order)}
    body = json.dumps(content, ensure_ascii=False)
    return Push(event=TOPICS[change.what], order_no=order.number, body=body)


def consume(mailbox: Mailbox, form: Mapping[str, str], app: App, now: datetime) -> Document:
    """``taobao.tmc.messages.consume``"""
    quantity = int(form.get("quantity") or 100)
    if not _FEWEST <= quantity <= _MOST:
        raise invalid("quantity")
    rows = [
        {
            "id": message.id,
            "topic": message.event,
            "user_id": int(app.shop_id),
            "user_nick": "demo_flagship",
            "pub_time": text(datetime.fromtimestamp(message.due_at, now.tzinfo)),
            "pub_app_key": app.key,
            "content": message.body,
        }
        for message in mailbox.take(quantity, now=now)
    ]
    return {"messages": {"tmc_message": rows}} if rows else {}


def confirm(mailbox: Mailbox, form: Mapping[str, str]) -> Document:
    """``taobao.tmc.messages.confirm``"""
    ids = form.get("s_message_ids", "").split(",")
    if len(ids) > _MOST or not all(number.isdecimal() for number in ids):
        raise invalid("s_message_ids")
    mailbox.confirm([int(number) for number in ids])
    return {"is_success": True}
