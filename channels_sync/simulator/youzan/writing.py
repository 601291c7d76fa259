"""What may be told: parcels, answers, money, memos, stock."""

import threading
from datetime import datetime
from decimal import Decimal, InvalidOperation

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refunds import Refund, RefundKind
from channels_sync.simulator.youzan.orders import version_of
from channels_sync.simulator.youzan.reading import Reading
from channels_sync.simulator.youzan.words import Data, No

CARRIERS = {
    "1": "申通快递",
    "2": "圆通速递",
    "3": "中通快递",
    "4": "韵达快递",
    "7": "顺丰速运",
    "11": "EMS",
    "12": "极兔速递",
}
_DONE = {"is_success": True}


class Writing:
    """Takes what one shop is told; ``biz_value`` is remembered: it never pays twice."""

    def __init__(self, market: Market, reading: Reading, words: dict[str, str]) -> None:
        self._market = market
        self._reading = reading
        self._words = words
        self._paid: dict[str, Data] = {}
        self._lock = threading.Lock()

    def carriers(self, told: Data, now: datetime) -> Data:
        """``youzan.logistics.express.get``."""
        rows = [
            {"id": int(number), "name": name, "display": 0} for number, name in CARRIERS.items()
        ]
        return {"allExpress": rows}

    def ship(self, told: Data, now: datetime) -> Data:
        """``youzan.logistics.online.confirm``: whole lines, or all that is open."""
        number = str(told.get("out_stype"))
        if number not in CARRIERS or not told.get("out_sid"):
            raise No(105000003, "快递公司或快递单号格式不正确")
        order = self._reading.order(told.get("tid"))
        oids = tuple(filter(None, str(told.get("oids") or "").split(",")))
        self._market.ship(
            order.number,
            carrier=number,
            waybill_no=str(told["out_sid"]),
            line_nos=oids,
            at=now,
        )
        return _DONE

    def agree(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.refund.agree``: money, at once or after the goods came back."""
        refund = self._current(told)
        if refund.status.value == "wait_merchant_receive":
            self._market.requests.pay(refund.number, at=now)
        elif refund.kind is RefundKind.REFUND_ONLY:
            self._market.requests.agree(refund.number, at=now)
        else:
            raise No(102010002, "操作过期，请刷新后确认最新退款状态")
        return _DONE

    def agree_return(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.returngoods.agree``."""
        refund = self._current(told)
        if not told.get("address") or not (told.get("mobile") or told.get("tel")):
            raise No(103013007, "缺少退货地址")
        phone = told.get("mobile") or told.get("tel")
        address = f"{told.get('name')} {phone} {told['address']}"
        self._market.requests.agree(refund.number, at=now, address=address)
        return _DONE

    def refuse(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.refund.refuse`` and ``youzan.trade.returngoods.refuse``."""
        refund = self._current(told)
        if not told.get("remark"):
            raise No(103010001, "缺少拒绝理由")
        self._market.requests.refuse(refund.number, reason=str(told["remark"]), at=now)
        return _DONE

    def pay_back(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.refund.seller.active``."""
        key = str(told.get("biz_value") or "")
        if not key or not isinstance(told.get("coupons"), list):
            raise No(5000, "缺少参数")
        with self._lock:
            if key not in self._paid:
                self._paid[key] = self._pay(told, now)
            return self._paid[key]

    def memo(self, told: Data, now: datetime) -> Data:
        """``youzan.trade.memo.update``."""
        order = self._reading.order(told.get("tid"))
        flag = int(told.get("flag") or order.seller_flag)
        self._market.change_memo(order.number, memo=str(told["memo"]), flag=flag, at=now)
        return _DONE

    def set_stock(self, told: Data, now: datetime) -> Data:
        """``youzan.item.quantity.update``: whole numbers only, here."""
        sku = str(told.get("sku_id") or "")
        rows = [row for row in self._market.store.stock() if row.sku_id == sku]
        if not rows or rows[0].product_id != str(told.get("item_id")):
            raise No(123000001, "商品不存在")
        if str(told.get("type")) != "0":
            raise No(123000104, "不支持的库存更新类型")
        self._market.set_stock(sku, int(told["quantity"]))
        return _DONE

    def item(self, told: Data, now: datetime) -> Data:
        """``youzan.item.get``."""
        number = str(told.get("item_id"))
        rows = [row for row in self._market.store.stock() if row.product_id == number]
        if not rows:
            raise No(123000001, "商品不存在")
        skus = [{"sku_id": int(row.sku_id), "quantity": row.quantity} for row in rows]
        total = sum(row.quantity for row in rows)
        return {"item": {"item_id": int(number), "quantity": total, "skus": skus}}

    def _pay(self, told: Data, now: datetime) -> Data:
        order, oid = self._reading.order(told.get("tid")), str(told.get("oid") or "")
        try:
            amount = Decimal(str(told["refund_fee"]))
        except InvalidOperation:
            raise No(5000, "退款金额格式不正确") from None
        refund = self._market.requests.ask(
            order.number,
            oid,
            kind=RefundKind.REFUND_ONLY,
            reason=str(told["desc"]),
            amount=amount,
            units=1,
            at=now,
        )
        self._words[refund.number] = str(told["desc"])
        self._market.requests.pay(refund.number, at=now)
        return {"refund_id": refund.number, "is_success": True}

    def _current(self, told: Data) -> Refund:
        refund = self._reading.refund(told.get("refund_id"))
        if told.get("version") != version_of(refund):
            raise No(103010039, "退款版本号错误")
        return refund
