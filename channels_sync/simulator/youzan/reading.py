"""What may be asked: orders and refunds, 30 seconds late, the newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.market.store import Span
from channels_sync.simulator.youzan.orders import to_detail, to_refund, to_row
from channels_sync.simulator.youzan.words import Data, No, moment

T = TypeVar("T")
LAG = timedelta(seconds=30)
_LONGEST = timedelta(days=92)
_MOST_PAGES, _LARGEST_PAGE, _MOST_REFUNDS = 100, 100, 3000
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class Reading:
    """Answers questions about one shop. ``words`` are what the seller wrote to his own refunds."""

    def __init__(self, market: Market, words: dict[str, str]) -> None:
        self._store = market.store
        self._words = words

    def sold(self, told: Data, now: datetime) -> Data:
        """``youzan.trades.sold.get``: both ends of a span, or neither."""
        is_change = "start_update" in told and "end_update" in told
        names = ("start_update", "end_update") if is_change else ("start_created", "end_created")
        since, until = self._span(told, names, now)
        span = since, min(until, now - LAG)
        found = self._store.changed(span) if is_change else self._store.created(span)
        rows = _cut(told, found[::-1], most_pages=_MOST_PAGES)
        listed = [to_row(order, self._store.refunds_of(order.number)) for order in rows]
        return {"total_results": len(found), "full_order_info_list": listed}

    def trade(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.get``."""
        order = self.order(told.get("tid"))
        return to_detail(order, self._store.refunds_of(order.number))

    def refunds(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.refund.search``: seconds here, not texts."""
        if told.get("tid"):
            found = self._store.refunds_of(str(told["tid"]))
        else:
            start = datetime.fromtimestamp(int(told["update_time_start"]), UTC)
            end = datetime.fromtimestamp(int(told["update_time_end"]), UTC)
            found = self._store.refunds_changed((start, min(end, now - LAG)))[::-1]
        if int(told["page_no"]) * int(told["page_size"]) > _MOST_REFUNDS:
            raise No(53003, "超过ES搜索最大深度")
        rows = _cut(told, found, most_pages=_MOST_PAGES)
        return {"total": len(found), "refunds": [_short(refund) for refund in rows]}

    def refund_detail(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.refund.get``."""
        refund = self.refund(told.get("refund_id"))
        return to_refund(refund, words=self._words.get(refund.number, ""))

    def order(self, number: object) -> Order:
        found = self._store.order(str(number))
        if found is None:
            raise No(5000, "trade not found")
        return found

    def refund(self, number: object) -> Refund:
        found = self._store.refund(str(number))
        if found is None:
            raise No(103011024, "退款记录不存在")
        return found

    def _span(self, told: Data, names: tuple[str, str], now: datetime) -> Span:
        if not all(name in told for name in names):
            return _FIRST, now
        since, until = (moment(told[name]) for name in names)
        if since > until:
            raise No(5000, "开始时间不能大于结束时间")
        if until - since > _LONGEST:
            raise No(5000, "时间跨度不能超过三个月")
        return since, until


def _short(refund: Refund) -> dict[str, Any]:
    whole = to_refund(refund)
    names = ("refund_id", "tid", "status", "return_goods", "reason", "refund_fee", "modified")
    return {name: whole[name] for name in names}


def _cut(told: Data, found: Sequence[T], *, most_pages: int) -> Sequence[T]:
    page, size = int(told.get("page_no", 1)), int(told.get("page_size", 20))
    if not 0 < size <= _LARGEST_PAGE:
        raise No(5000, "每页最多显示100条数据")
    if not 0 < page <= most_pages:
        raise No(5000, "查询页数超过100")
    return found[(page - 1) * size : page * size]
