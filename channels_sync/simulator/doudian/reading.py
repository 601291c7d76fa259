"""What may be asked: orders and requests, page by page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from channels_sync.simulator.doudian.orders import after_sale_words, to_shop_order
from channels_sync.simulator.doudian.words import Data, No, business, fen, seconds, wrong_field
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.platform import App
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.market.store import Span

T = TypeVar("T")
_MOST_ROWS, _LARGEST_PAGE = 50_000, 100
_KNOWN_FOR = timedelta(days=90)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Reading:
    """Answers questions about one shop."""

    def __init__(self, market: Market, app: App) -> None:
        self._store = market.store
        self._app = app

    def search_list(self, told: Data, now: datetime) -> Data:
        """``/order/searchList``: only what was ordered in the last 90 days."""
        by_change = "update_time_start" in told
        span = _span(told, "update_time" if by_change else "create_time", "{}_{}")
        found = self._store.changed(span) if by_change else self._store.created(span)
        known = [order for order in found if order.created_at >= now - _KNOWN_FOR]
        if told.get("order_asc") is not True:
            known.reverse()
        page, rows = _cut(told, known)
        orders = [self._shop_order(order) for order in rows]
        shown = {"page": page, "size": len(orders), "total": len(known)}
        return shown | {"shop_order_list": orders}

    def order_detail(self, told: Data, now: datetime) -> Data:
        """``/order/orderDetail``."""
        return {"shop_order_detail": self._shop_order(self.order(told.get("shop_order_id")))}

    def after_sale_list(self, told: Data, now: datetime) -> Data:
        """``/afterSale/List``: by its number, by its order, or by a span."""
        found = self._requests(told)
        page, rows = _cut(told, found)
        items = [self._item(refund) for refund in rows]
        has_more = (page + 1) * int(told["size"]) < len(found)
        return {"items": items, "has_more": has_more, "total": len(found), "page": page}

    def after_sale_detail(self, told: Data, now: datetime) -> Data:
        """``/afterSale/Detail``."""
        refund = self.refund(told.get("after_sale_id"))
        words = after_sale_words(refund)
        info = {
            "after_sale_id": int(refund.number),
            "refund_total_amount": fen(refund.amount),
            "real_refund_amount": fen(refund.amount) if words["refund_status"] == 3 else 0,
            "reason": refund.reason,
            "apply_time": seconds(refund.created_at),
            "update_time": seconds(refund.modified_at),
        }
        return {"process_info": {"after_sale_info": info | words}}

    def order(self, number: object) -> Order:
        found = self._store.order(str(number))
        if found is None:
            raise business("订单不存在")
        return found

    def refund(self, number: object) -> Refund:
        found = self._store.refund(str(number))
        if found is None:
            raise business("售后单不存在")
        return found

    def _requests(self, told: Data) -> list[Refund]:
        if told.get("aftersale_id"):
            found = self._store.refund(str(told["aftersale_id"]))
            return [found] if found else []
        if told.get("order_id"):
            return self._store.refunds_of(str(told["order_id"]))
        span = _span(told, "time", "update_{1}_{0}")
        found_all = self._store.refunds_changed(span)
        if told.get("order_by") != ["update_time asc"]:
            found_all.reverse()
        return found_all

    def _shop_order(self, order: Order) -> dict[str, Any]:
        refunds = self._store.refunds_of(order.number)
        return to_shop_order(order, refunds, shop_id=self._app.shop_id)

    def _item(self, refund: Refund) -> dict[str, Any]:
        words = after_sale_words(refund)
        return {
            "aftersale_info": {
                "aftersale_id": refund.number,
                "aftersale_status": words["after_sale_status"],
                "aftersale_type": words["after_sale_type"],
                "refund_status": words["refund_status"],
                "refund_amount": fen(refund.amount),
                "refund_post_amount": 0,
                "aftersale_num": refund.units,
                "apply_time": seconds(refund.created_at),
                "update_time": seconds(refund.modified_at),
                "status_deadline": seconds(refund.modified_at + timedelta(hours=48)),
                "return_logistics_code": refund.waybill_no,
                "return_logistics_company_name": refund.carrier,
            },
            "order_info": {
                "shop_order_id": refund.order_no,
                "related_order_info": [
                    {"sku_order_id": refund.line_no, "aftersale_item_num": refund.units}
                ],
            },
            "text_part": {"reason_text": refund.reason},
        }


def _cut(told: Data, found: Sequence[T]) -> tuple[int, Sequence[T]]:
    page, size = _whole(told, "page"), _whole(told, "size")
    if page < 0 or not 0 < size <= _LARGEST_PAGE or page * size > _MOST_ROWS:
        raise wrong_field("page, size")
    return page, found[page * size : (page + 1) * size]


def _span(told: Data, what: str, name: str) -> Span:
    since = _moment(told, name.format(what, "start"), _FIRST)
    until = _moment(told, name.format(what, "end"), _LAST)
    if since > until:
        raise No(40003, "isv.parameter-invalid", "开始时间不能大于结束时间")
    return since, until


def _moment(told: Data, name: str, default: datetime) -> datetime:
    return datetime.fromtimestamp(_whole(told, name), UTC) if name in told else default


def _whole(told: Data, name: str) -> int:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_field(name)
    return value
