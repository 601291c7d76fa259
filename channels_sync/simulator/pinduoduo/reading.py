"""What may be asked of the shop: lists by page, the newest first, and single things."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund, RefundStatus
from channels_sync.simulator.pinduoduo import words
from channels_sync.simulator.pinduoduo.errors import Wrong

Params = Mapping[str, str]
Answer = dict[str, Any]
_LONGEST, _DAY = timedelta(minutes=30), timedelta(days=1)
_ANSWER_WITHIN = timedelta(hours=48)
_MOST = 100
_ALL = "5"
COMPANIES = {44: "顺丰速运", 115: "中通快递", 85: "圆通快递", 1: "申通快递", 121: "韵达快递"}
ADDRESS = {
    "refund_address_id": "9001",
    "id": 9001,
    "refund_name": "退货组",
    "refund_phone": "0571-00000000",
    "refund_tel": "",
    "refund_address": "演示路 1 号",
    "province_name": "浙江省",
    "city_name": "杭州市",
    "district_name": "余杭区",
    "is_default": "1",
}


class Reading:
    """``hides`` is how long a change stays unseen in the list."""

    def __init__(self, market: Market, key: str, *, hides: timedelta) -> None:
        self._market = market
        self._key = key
        self._hides = hides
        self.operations: dict[str, Callable[[Params, datetime], Answer]] = {
            "pdd.order.number.list.increment.get": self._orders,
            "pdd.order.list.get": self._confirmed,
            "pdd.order.information.get": self._order,
            "pdd.refund.list.increment.get": self._refunds,
            "pdd.refund.information.get": self._refund,
            "pdd.refund.status.check": self._with_refund,
            "pdd.refund.address.list.get": self._addresses,
            "pdd.goods.detail.get": self._goods,
            "pdd.logistics.companies.get": self._companies,
            "pdd.time.get": self._time,
        }

    def order(self, number: str) -> Order:
        """:raises Wrong: if there is none, or it is not told"""
        order = self._market.store.order(number)
        if order is None or not words.is_told(order):
            raise Wrong(50001, "订单不存在")
        return order

    def _orders(self, params: Params, now: datetime) -> Answer:
        begin, end = _span(params)
        rows = [
            self._told(order)
            for order in self._market.store.changed((begin, min(end, now - self._hides)))
            if words.is_told(order)
        ]
        chosen = [row for row in reversed(rows) if _is_wanted(row, params)]
        page, has_next = _page(chosen, params)
        counted: Answer = {"has_next": has_next} if _is_true(params, "use_has_next") else {}
        counted = counted or {"total_count": len(chosen)}
        return {"order_sn_increment_get_response": {**counted, "order_sn_list": page}}

    def _confirmed(self, params: Params, now: datetime) -> Answer:
        """By confirmation, up to a day at once."""
        begin, end = _span(params, "confirm_at", longest=_DAY)
        orders = [order for order in self._market.store.orders(limit=10_000) if order.paid_at]
        rows = [
            self._told(order) for order in orders if order.paid_at and begin <= order.paid_at <= end
        ]
        page, has_next = _page([row for row in rows if _is_wanted(row, params)], params)
        return {"order_list_get_response": {"has_next": has_next, "order_list": page}}

    def _order(self, params: Params, now: datetime) -> Answer:
        told = self._told(self.order(params.get("order_sn", "")))
        return {"order_info_get_response": {"order_info": told}}

    def _told(self, order: Order) -> Answer:
        return words.to_order(order, self._market.store.refunds_of(order.number), key=self._key)

    def _refunds(self, params: Params, now: datetime) -> Answer:
        for needed in ("after_sales_type", "after_sales_status"):
            if not params.get(needed):
                raise Wrong(10000, f"参数错误：缺少 {needed}")
        rows = [
            words.to_refund(refund, self._market.order(refund.order_no))
            for refund in self._market.store.refunds_changed(_span(params))
        ]
        kind, status = params["after_sales_type"], params["after_sales_status"]
        rows = [row for row in rows if kind in ("1", str(row["after_sales_type"]))]
        rows = [row for row in rows if status in ("1", str(row["after_sales_status"]))]
        page, _has_next = _page(rows, params)
        told = {"total_count": len(rows), "refund_list": page}
        return {"refund_increment_get_response": told}

    def _refund(self, params: Params, now: datetime) -> Answer:
        refund = self._market.store.refund(params.get("after_sales_id", ""))
        if refund is None or refund.order_no != params.get("order_sn"):
            raise Wrong(50001, "售后单不存在")
        told = words.to_refund(refund, self._market.order(refund.order_no))
        # Here types are counted otherwise, and the amount is a number.
        told |= {
            "after_sales_type": int(told["after_sales_type"]) - 1,
            "refund_amount": float(refund.amount),
            "express_no": refund.waybill_no,
            "expire_time": _term(refund),
        }
        return {"refund_information_get_response": told}

    def _with_refund(self, params: Params, now: datetime) -> Answer:
        numbers = params.get("order_sns", "").split(",")
        found = [{"order_sn": each} for each in numbers if self._market.has_open_refund(each)]
        return {"refund_status_check_response": {"order_sns_exists_refund": found}}

    def _addresses(self, params: Params, now: datetime) -> Answer:
        return {"refund_address_list_get_response": {"refund_address_list": [ADDRESS]}}

    def _goods(self, params: Params, now: datetime) -> Answer:
        number = params.get("goods_id", "")
        rows = [row for row in self._market.store.stock() if row.product_id == number]
        if not rows:
            raise Wrong(50001, "商品不存在")
        skus = [
            {"sku_id": int(row.sku_id), "out_sku_sn": row.merchant_code, "quantity": row.quantity}
            for row in rows
        ]
        return {"goods_detail_get_response": {"goods_id": int(number), "sku_list": skus}}

    def _companies(self, params: Params, now: datetime) -> Answer:
        rows = [
            {"id": number, "logistics_company": name, "available": 1}
            for number, name in COMPANIES.items()
        ]
        return {"logistics_companies_get_response": {"logistics_companies": rows}}

    def _time(self, params: Params, now: datetime) -> Answer:
        return {"time_get_response": {"time": now.strftime("%Y-%m-%d %H:%M:%S")}}


def _term(refund: Refund) -> int | None:
    """Told in milliseconds, and only while the merchant is asked."""
    if refund.status is not RefundStatus.WAIT_MERCHANT:
        return None
    return int((refund.created_at + _ANSWER_WITHIN).timestamp() * 1000)


def _span(
    params: Params, name: str = "updated_at", *, longest: timedelta = _LONGEST
) -> tuple[datetime, datetime]:
    """:raises Wrong: if it is longer than the platform allows"""
    begin, end = (
        datetime.fromtimestamp(whole(params, f"{edge}_{name}"), UTC) for edge in ("start", "end")
    )
    if not timedelta(0) <= end - begin <= longest:
        minutes = longest // timedelta(minutes=1)
        raise Wrong(10000, f"参数错误：开始时间和结束时间间距不能超过 {minutes} 分钟")
    return begin, end


def _page(rows: list[Answer], params: Params) -> tuple[list[Answer], bool]:
    """:raises Wrong: if the page is none"""
    page, size = whole(params, "page", 1), whole(params, "page_size", _MOST)
    if page < 1 or not 1 <= size <= _MOST:
        raise Wrong(10000, "参数错误：page 从 1 开始，page_size 最大 100")
    return rows[(page - 1) * size : page * size], page * size < len(rows)


def _is_wanted(row: Answer, params: Params) -> bool:
    keys = ("order_status", "refund_status")
    wanted = all(params.get(key, _ALL) in (_ALL, str(row[key])) for key in keys)
    return wanted and params.get("is_lucky_flag", "0") in ("0", str(row["is_lucky_flag"]))


def _is_true(params: Params, key: str) -> bool:
    return params.get(key) == "true"


def whole(params: Params, key: str, default: int | None = None) -> int:
    """:raises Wrong: if it is no whole number, or missing without a default"""
    text = params.get(key, "")
    if not text and default is not None:
        return default
    if not text.isdecimal():
        raise Wrong(10000, f"参数错误：{key}")
    return int(text)
