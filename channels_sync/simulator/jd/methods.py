"""The methods of JOS that a shop needs, over the market."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels_sync.simulator.beijing import read
from channels_sync.simulator.jd import words
from channels_sync.simulator.jd.errors import DONE, WRONG_STATE, Business
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund, RefundStatus
from channels_sync.simulator.market.refusals import WrongState

Params = Mapping[str, Any]
Answer = dict[str, Any]
_MONTH, _WEEK, _TEN_DAYS = timedelta(days=31), timedelta(days=7), timedelta(days=10)
_MOST, _MOST_REFUNDS = 100, 50
_AGREES, _REFUSES = "1", "2"
_ALWAYS = ("orderId", "modified")


class Methods:
    """Each returns what stands inside the answer's root, beside ``code``."""

    def __init__(self, market: Market, key: str) -> None:
        self._market = market
        self._key = key
        self.table: dict[str, Callable[[Params, datetime], Answer]] = {
            "jingdong.pop.order.search": self._search,
            "jingdong.pop.order.get": self._order,
            "jingdong.pop.order.shipment": self._ship,
            "360buy.order.sop.waybill.update": self._renumber,
            "jingdong.pop.order.modifyVenderRemark": self._note,
            "jingdong.order.venderRemark.queryByOrderId": self._memo,
            "jingdong.pop.afs.soa.refundapply.queryPageList": self._applications,
            "jingdong.pop.afs.soa.refundapply.replyRefund": self._reply,
            "jingdong.asc.serviceAndRefund.view": self._services,
            "jingdong.stock.write.updateSkuStock": self._set_stock,
            "jingdong.stock.read.findSkuStock": self._stock,
        }

    def _search(self, params: Params, now: datetime) -> Answer:
        """``success`` is told as a text here, as the real one does at times."""
        page, size = (_text_number(params, key) for key in ("page", "page_size"))
        if not params.get("optional_fields") or page < 1 or not 1 <= size <= _MOST:
            raise Business("参数错误")
        span = _span(params, ("start_date", "end_date"), longest=_MONTH)
        by_modified = params.get("dateType") != 1
        found = (
            self._market.store.changed(span) if by_modified else self._market.store.created(span)
        )
        rows = [self._told(order) for order in found if words.is_told(order)]
        wanted = str(params.get("order_state", "ALL")).split(",")
        rows = [row for row in rows if "ALL" in wanted or row["orderState"] in wanted]
        if params.get("sortType") == 1:
            rows.reverse()
        chosen = [_only(row, params) for row in rows[(page - 1) * size : page * size]]
        verdict = DONE | {"success": "true"}
        result = {"apiResult": verdict, "orderTotal": len(rows), "orderInfoList": chosen}
        return {"searchorderinfo_result": result}

    def _order(self, params: Params, now: datetime) -> Answer:
        order = self._find(params, "order_id")
        told = _only(self._told(order), params)
        return {"orderDetailInfo": {"apiResult": DONE, "orderInfo": told}}

    def _ship(self, params: Params, now: datetime) -> Answer:
        order = self._find(params, "orderId")
        if words.state(order, self._refunds(order)) != "WAIT_SELLER_STOCK_OUT":
            raise Business("订单状态不正确", WRONG_STATE)
        if not str(params.get("logiNo", "")).isalnum():
            raise Business("运单号不合法")
        self._market.ship(
            order.number,
            carrier=str(params.get("logiCoprId", "")),
            waybill_no=str(params["logiNo"]),
            at=now,
        )
        return {"sopjosshipment_result": DONE}

    def _renumber(self, params: Params, now: datetime) -> Answer:
        """The one parcel that an order has gets another number, until the buyer has it."""
        order, number = self._find(params, "order_id"), str(params.get("waybill", ""))
        if words.state(order, self._refunds(order)) != "WAIT_GOODS_RECEIVE_CONFIRM":
            raise Business("当前状态的订单不能修改运单号", WRONG_STATE)
        if not number.isalnum():
            raise Business("运单号不合法")
        carrier = str(params.get("logistics_id", ""))
        self._market.renumber(order.number, carrier=carrier, waybill_no=number, at=now)
        return {"order_sop_waybill_update": DONE}

    def _note(self, params: Params, now: datetime) -> Answer:
        order = self._find(params, "order_id")
        memo, flag = str(params.get("remark") or ""), int(params.get("flag") or 0)
        self._market.change_memo(order.number, memo=memo, flag=flag, at=now)
        return {"modifyvenderremark_result": DONE}

    def _memo(self, params: Params, now: datetime) -> Answer:
        order = self._find(params, "order_id")
        told = {"remark": order.seller_memo, "flag": str(order.seller_flag)}
        return {"venderRemarkQueryResult": {"api_jos_result": DONE, "vender_remark": told}}

    def _applications(self, params: Params, now: datetime) -> Answer:
        found = [
            refund
            for refund in self._wanted(params)
            if not refund.is_after_shipping and _was_checked(refund, params)
        ]
        page, size = int(params.get("pageIndex", 1)), int(params.get("pageSize", 10))
        rows = _page([words.to_application(refund) for refund in found], page, size)
        return {"queryResult": {"success": True, "totalCount": len(found), "result": rows}}

    def _wanted(self, params: Params) -> list[Refund]:
        """By number, by order, or by when it was applied for or checked."""
        store = self._market.store
        if params.get("ids"):
            numbers = str(params["ids"]).split(",")
            return [refund for each in numbers if (refund := store.refund(each))]
        if params.get("orderId"):
            return store.refunds_of(str(params["orderId"]))
        if params.get("checkTimeStart"):
            return store.refunds_changed(_span(params, ("checkTimeStart", "checkTimeEnd")))
        return self._applied(_span(params, ("applyTimeStart", "applyTimeEnd")))

    def _applied(self, span: tuple[datetime, datetime]) -> list[Refund]:
        begin, end = span
        found = self._market.store.refunds(limit=10_000)
        return [refund for refund in reversed(found) if begin <= refund.created_at <= end]

    def _reply(self, params: Params, now: datetime) -> Answer:
        number, status = str(params.get("id", "")), str(params.get("status", ""))
        refund = self._market.store.refund(number)
        if refund is None or refund.is_after_shipping:
            raise Business("退款申请不存在")
        if not params.get("remark") or not params.get("checkUserName"):
            raise Business("审核备注和审核人必填")
        if status == _AGREES:
            self._market.requests.agree(number, at=now)
        elif status == _REFUSES and params.get("rejectType"):
            self._market.requests.refuse(number, reason=str(params["remark"]), at=now)
        else:
            raise Business("参数错误")
        return {"replyResult": {"success": True}}

    def _services(self, params: Params, now: datetime) -> Answer:
        page, size = params.get("pageNumber"), params.get("pageSize")
        if not isinstance(page, int) or not isinstance(size, int) or size > _MOST_REFUNDS:
            raise Business("参数错误")
        if params.get("approveTimeBegin"):
            keys, longest = ("approveTimeBegin", "approveTimeEnd"), _TEN_DAYS
            found = self._market.store.refunds_changed(_span(params, keys, longest=longest))
        else:
            keys = ("applyTimeBegin", "applyTimeEnd")
            found = self._applied(_span(params, keys, longest=_WEEK))
        found = [refund for refund in found if refund.is_after_shipping]
        rows = [words.to_service(each, self._market.order(each.order_no)) for each in found]
        result = {"success": True, "code": "00000", "totalCount": len(rows), "msg": ""}
        return {"pageResult": result | {"data": _page(rows, page, size)}}

    def _set_stock(self, params: Params, now: datetime) -> Answer:
        self._market.set_stock(str(params.get("skuId", "")), int(params.get("stockNum", -1)))
        return {"success": True}

    def _stock(self, params: Params, now: datetime) -> Answer:
        number = str(params.get("skuId", ""))
        rows = [row for row in self._market.store.stock() if row.sku_id == number]
        told = [{"skuId": int(r.sku_id), "stockNum": r.quantity, "storeId": 0} for r in rows]
        return {"skuStocks": told}

    def _find(self, params: Params, key: str) -> Order:
        order = self._market.store.order(str(params.get(key, "")))
        if order is None or not words.is_told(order):
            raise Business("订单不存在")
        return order

    def _told(self, order: Order) -> Answer:
        return words.to_order(order, self._refunds(order), key=self._key)

    def _refunds(self, order: Order) -> list[Refund]:
        return self._market.store.refunds_of(order.number)


def in_words(refusal: Exception) -> Business:
    """Write the market's no as JD would."""
    is_state = isinstance(refusal, WrongState)
    return Business(str(refusal), WRONG_STATE) if is_state else Business(str(refusal))


def _was_checked(refund: Refund, params: Params) -> bool:
    return "checkTimeStart" not in params or refund.status is not RefundStatus.WAIT_MERCHANT


def _only(row: Answer, params: Params) -> Answer:
    """Tell the fields that were asked for."""
    wanted = {*_ALWAYS, *str(params.get("optional_fields", "")).split(",")}
    return {key: value for key, value in row.items() if key in wanted}


def _page(rows: Sequence[Answer], page: int, size: int) -> list[Answer]:
    if not 1 <= page <= 100 or not 1 <= size <= _MOST_REFUNDS:
        raise Business("参数错误")
    return list(rows[(page - 1) * size : page * size])


def _text_number(params: Params, key: str) -> int:
    """Pages of the search are texts."""
    text = params.get(key)
    if not isinstance(text, str) or not text.isdecimal():
        raise Business("参数错误")
    return int(text)


def _span(
    params: Params, keys: tuple[str, str], *, longest: timedelta = _MONTH
) -> tuple[datetime, datetime]:
    try:
        begin, end = (read(str(params[key])) for key in keys)
    except (KeyError, ValueError):
        raise Business("时间参数错误") from None
    if not timedelta(0) <= end - begin <= longest:
        raise Business("时间范围超过限制")
    return begin, end
