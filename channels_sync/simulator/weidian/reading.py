"""What may be asked: orders by change or creation, one order, one item, the carriers."""

from datetime import datetime, timedelta

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.store import Span
from channels_sync.simulator.weidian.orders import LISTS, status_of, to_detail, to_row
from channels_sync.simulator.weidian.words import (
    BUSINESS,
    PARAMETER,
    Data,
    No,
    moment_of,
    number_of,
    text_of,
)

LARGEST_PAGE = 50
_LONGEST = timedelta(days=31)
CARRIERS = {
    "1": "顺丰速运",
    "2": "圆通速递",
    "3": "中通速递",
    "4": "申通快递",
    "5": "百世快递",
    "6": "韵达快递",
    "9": "EMS",
    "616246": "京东快递",
}


class Reading:
    """Answers questions about one shop."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._store = market.store

    def orders(self, told: Data, now: datetime) -> Data:
        """``vdian.order.list.get``: the latest change first, the last 31 days where no span is."""
        if "update_start" in told:
            found = self._store.changed(self._span(told, "update_start", "update_end", now))
        elif "add_start" in told:
            found = self._store.created(self._span(told, "add_start", "add_end", now))
        else:
            found = self._store.created((now - _LONGEST, now))
        rows = [
            to_row(order, self._store.refunds_of(order.number))
            for order in reversed(found)
            if self._is_of(order, str(told.get("order_type") or "all"))
        ]
        page, size = number_of(told, "page_num", 1), number_of(told, "page_size", LARGEST_PAGE)
        if not 0 < size <= LARGEST_PAGE or not page:
            raise No(PARAMETER, "page_size 最大为 50")
        part = rows[(page - 1) * size : page * size]
        return {"order_num": str(len(part)), "total_num": str(len(rows)), "orders": part}

    def order(self, told: Data, now: datetime) -> Data:
        """``vdian.order.get``."""
        order = self.one(told)
        return to_detail(order, self._store.refunds_of(order.number))

    def item(self, told: Data, now: datetime) -> Data:
        """``vdian.item.get``."""
        number = text_of(told, "itemid")
        rows = [row for row in self._store.stock() if row.product_id == number]
        if not rows:
            raise No(BUSINESS, "商品不存在")
        skus = [
            {"id": row.sku_id, "sku_merchant_code": row.merchant_code, "stock": str(row.quantity)}
            for row in rows
        ]
        total = sum(row.quantity for row in rows)
        return {"itemid": number, "item_name": "", "stock": str(total), "skus": skus}

    def carriers(self, told: Data, now: datetime) -> Data:
        """``vdian.order.expresslist``."""
        rows = [{"id": number, "express_company": name} for number, name in CARRIERS.items()]
        return {"common_express": rows}

    def one(self, told: Data) -> Order:
        """:raises No: if there is none"""
        found = self._store.order(text_of(told, "order_id"))
        if found is None:
            raise No(BUSINESS, "订单不存在")
        return found

    def _is_of(self, order: Order, kind: str) -> bool:
        if kind == "refunding":
            refunds = self._store.refunds_of(order.number)
            return status_of(order, refunds).endswith("_refunding")
        if kind not in LISTS:
            raise No(PARAMETER, "参数错误：order_type")
        return order.status in LISTS[kind]

    def _span(self, told: Data, start: str, end: str, now: datetime) -> Span:
        since = moment_of(told, start)
        until = moment_of(told, end) if end in told else now
        if not timedelta(0) <= until - since <= _LONGEST:
            raise No(PARAMETER, "时间跨度不能超过31天")
        return since, until
