"""What may be told: parcels, answers, stock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import RefundKind, RefundStatus
from channels_sync.simulator.weidian.reading import CARRIERS, Reading
from channels_sync.simulator.weidian.words import BUSINESS, PARAMETER, Data, No, number_of, text_of

_NO_PARCEL = "999"
_MOST_STOCK = 999999999


class Writing:
    """Takes what one shop is told."""

    def __init__(self, market: Market, reading: Reading) -> None:
        self._market = market
        self._reading = reading

    def ship(self, told: Data, now: datetime) -> None:
        """``vdian.order.deliver``: all that is open."""
        self._send(told, (), now)

    def ship_part(self, told: Data, now: datetime) -> None:
        """``vdian.order.deliver.split``: lines, by their number or by what was sold."""
        order, items = self._reading.one(told), told.get("item")
        if not isinstance(items, list) or not items:
            raise No(PARAMETER, "参数错误：item")
        self._send(told, tuple(_line(order, item) for item in items), now)

    def answer(self, told: Data, now: datetime) -> None:
        """``vdian.order.refund.accept``: yes pays at once, unless goods have to come back first."""
        refund = self._market.store.refund(text_of(told, "refund_no"))
        word, requests = text_of(told, "is_accept"), self._market.requests
        if refund is None:
            raise No(BUSINESS, "退款单不存在")
        if word == "2":
            requests.refuse(refund.number, reason=text_of(told, "refuse_reason"), at=now)
            return
        if word != "1":
            raise No(PARAMETER, "参数错误：is_accept")
        is_back = refund.status is RefundStatus.WAIT_MERCHANT_RECEIVE
        is_direct = str(told.get("direct_refund")) == "1"
        if refund.kind is RefundKind.REFUND_ONLY or is_back or is_direct:
            requests.pay(refund.number, at=now)
            return
        place = [text_of(told, name) for name in ("recipients", "telephone", "address")]
        requests.agree(refund.number, at=now, address=" ".join(place))

    def set_skus(self, told: Data, now: datetime) -> None:
        """``vdian.item.sku.update``."""
        skus = told.get("skus")
        if not isinstance(skus, list) or not skus:
            raise No(PARAMETER, "参数错误：skus")
        for sku in skus:
            self._set(text_of(told, "itemid"), text_of(sku, "id"), _stock(sku))

    def set_item(self, told: Data, now: datetime) -> None:
        """``vdian.item.update``: an item without SKUs only; ours have one each."""
        item = text_of(told, "itemid")
        rows = [row for row in self._market.store.stock() if row.product_id == item]
        if len(rows) != 1:
            raise No(BUSINESS, "商品不存在")
        self._set(item, rows[0].sku_id, _stock(told))

    def renumber(self, told: Data, now: datetime) -> None:
        """``vdian.order.express.modify``."""
        order, carrier = self._reading.one(told), _carrier(told)
        number = text_of(told, "express_no")
        name = CARRIERS.get(carrier, "")
        self._market.renumber(order.number, carrier=name, waybill_no=number, at=now)

    def _send(self, told: Data, lines: tuple[str, ...], now: datetime) -> None:
        order, carrier = self._reading.one(told), _carrier(told)
        number = "" if carrier == _NO_PARCEL else text_of(told, "express_no")
        if self._market.has_open_refund(order.number):
            raise No(BUSINESS, "订单有退款在处理，不能发货")
        self._market.ship(
            order.number,
            carrier=CARRIERS.get(carrier, ""),
            waybill_no=number,
            line_nos=lines,
            at=now,
        )

    def _set(self, item: str, sku: str, units: int) -> None:
        known = {(row.product_id, row.sku_id) for row in self._market.store.stock()}
        if (item, sku) not in known:
            raise No(BUSINESS, "商品型号不存在")
        self._market.set_stock(sku, units)


def _carrier(told: Data) -> str:
    number = text_of(told, "express_type")
    if number not in CARRIERS and number != _NO_PARCEL:
        raise No(PARAMETER, "快递公司编号错误")
    return number


def _line(order: Order, item: Mapping[str, Any]) -> str:
    number = str(item.get("sub_order_id") or "")
    sold = str(item.get("item_id") or ""), str(item.get("item_sku_id") or "")
    for line in order.lines:
        if number == line.number or (not number and sold == (line.product_id, line.sku_id)):
            return line.number
    raise No(PARAMETER, "参数错误：item")


def _stock(told: Data) -> int:
    units = number_of(told, "stock", -1)
    if units > _MOST_STOCK:
        raise No(PARAMETER, "参数错误：stock")
    return units
