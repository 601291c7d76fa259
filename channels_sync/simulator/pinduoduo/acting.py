"""What the seller may do at the shop."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund, RefundKind
from channels_sync.simulator.pinduoduo import words
from channels_sync.simulator.pinduoduo.errors import Wrong
from channels_sync.simulator.pinduoduo.reading import ADDRESS, COMPANIES, Reading, whole

Params = Mapping[str, str]
Answer = dict[str, Any]
_WHOLE_NUMBER, _CHANGED = "1", "2"


class Acting:
    """A rule of the market against it is told as the business saying no."""

    def __init__(self, market: Market, reading: Reading) -> None:
        self._market = market
        self._reading = reading
        self.operations: dict[str, Callable[[Params, datetime], Answer]] = {
            "pdd.logistics.online.send": self._ship,
            "pdd.order.upload.extra.logistics": self._tell_further,
            "pdd.order.note.update": self._note,
            "pdd.refund.agree": self._agree,
            "pdd.refund.returngoods.agree": self._agree_return,
            "pdd.goods.quantity.update": self._stock,
        }

    def _ship(self, params: Params, now: datetime) -> Answer:
        order = self._reading.order(params.get("order_sn", ""))
        if words.is_at_risk(order):
            raise Wrong(50001, "订单审核中，不能发货")
        if params.get("redelivery_type") == _CHANGED:
            return self._change(order, params, now)
        if self._market.has_open_refund(order.number):
            raise Wrong(50001, "订单存在退款，不能发货")
        self._market.ship(
            order.number,
            carrier=_company(params.get("logistics_id", "")),
            waybill_no=_number(params.get("tracking_number", "")),
            at=now,
        )
        return {"logistics_online_send_response": {"is_success": True}}

    def _change(self, order: Order, params: Params, now: datetime) -> Answer:
        """Overwrite what was told of the order's own parcel."""
        if not order.parcels:
            raise Wrong(50001, "订单还未发货")
        self._market.renumber(
            order.number,
            carrier=_company(params.get("logistics_id", "")),
            waybill_no=_number(params.get("tracking_number", "")),
            at=now,
            replaces=order.parcels[0].waybill_no,
        )
        return {"logistics_online_send_response": {"is_success": True}}

    def _tell_further(self, params: Params, now: datetime) -> Answer:
        order = self._reading.order(params.get("order_sn", ""))
        for track in _parsed(params, "extra_track_list", list):
            self._market.add_parcel(
                order.number,
                carrier=_company(str(track.get("shipping_id"))),
                waybill_no=_number(str(track.get("tracking_number") or "")),
                at=now,
            )
        return {"upload_extra_logistics_response": {"success": True}}

    def _note(self, params: Params, now: datetime) -> Answer:
        if ("tag" in params) != ("tag_name" in params):
            raise Wrong(10000, "参数错误：tag 与 tag_name 须同时传入")
        order = self._reading.order(params.get("order_sn", ""))
        flag = whole(params, "tag", order.seller_flag)
        memo = params.get("note", "")
        self._market.change_memo(order.number, memo=memo, flag=flag, at=now)
        return {"response": {"success": True}}

    def _agree(self, params: Params, now: datetime) -> Answer:
        refund = self._refund(_parsed(params, "request", dict))
        if refund.kind is not RefundKind.REFUND_ONLY:
            raise Wrong(50001, "退货退款请先同意退货")
        self._market.requests.agree(refund.number, at=now)
        return _agreed(refund)

    def _agree_return(self, params: Params, now: datetime) -> Answer:
        request = _parsed(params, "request", dict)
        if str(request.get("return_address_id")) != ADDRESS["refund_address_id"]:
            raise Wrong(50001, "退货地址不存在")
        refund = self._refund(request)
        self._market.requests.agree(refund.number, at=now, address=str(ADDRESS["refund_address"]))
        return _agreed(refund)

    def _refund(self, request: Mapping[str, Any]) -> Refund:
        refund = self._market.store.refund(str(request.get("after_sales_id") or ""))
        if refund is None or refund.order_no != request.get("order_sn"):
            raise Wrong(50001, "售后单不存在")
        return refund

    def _stock(self, params: Params, now: datetime) -> Answer:
        if params.get("update_type", _WHOLE_NUMBER) != _WHOLE_NUMBER:
            raise Wrong(10000, "参数错误：这里只接受全量更新")
        for row in self._market.store.stock():
            by_sku = row.sku_id == params.get("sku_id")
            by_code = "sku_id" not in params and row.merchant_code == params.get("outer_id")
            if row.product_id == params.get("goods_id") and (by_sku or by_code):
                self._market.set_stock(row.sku_id, whole(params, "quantity"))
                return {"goods_quantity_update_response": {"is_success": True}}
        raise Wrong(50001, "商品规格不存在")


def _company(text: str) -> str:
    if not text.isdecimal() or int(text) not in COMPANIES:
        raise Wrong(50001, "快递公司不存在")
    return text


def _number(text: str) -> str:
    if not text.isalnum():
        raise Wrong(50001, "运单号不合法")
    return text


def _parsed(params: Params, key: str, kind: type) -> Any:
    """Objects come as JSON text in a field of the form."""
    try:
        value = json.loads(params.get(key, ""))
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise Wrong(10000, f"参数错误：{key}")
    return value


def _agreed(refund: Refund) -> Answer:
    told = {"after_sales_id": int(refund.number), "order_sn": refund.order_no}
    return {"response": {"result": told | {"succ": True, "success": True, "message": ""}}}
