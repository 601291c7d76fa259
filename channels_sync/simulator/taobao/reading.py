"""TOP's questions: trades, refunds, items. Each returns what stands in its answer."""

from collections.abc import Mapping
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.taobao.errors import REMOTE, TopError, missing
from channels_sync.simulator.taobao.lists import created_window, paged, window
from channels_sync.simulator.taobao.trades import chosen, refund_of, trade_of

Document = dict[str, Any]
Form = Mapping[str, str]
_ONLY_WHOLE = ("buyer_message", "promotion_details")


def changed(market: Market, form: Form) -> Document:
    """``taobao.trades.sold.increment.get``"""
    return _listed(market, form, market.store.changed(window(form)))


def sold(market: Market, form: Form) -> Document:
    """``taobao.trades.sold.get``: by creation."""
    return _listed(market, form, market.store.created(created_window(form)))


def _listed(market: Market, form: Form, found: list[Order]) -> Document:
    """The buyer's words are told by the whole trade only."""
    fields = _fields(form)

    def write(order: Order) -> Document:
        trade = trade_of(order, market.store.refunds_of(order.number))
        listed = {key: value for key, value in trade.items() if key not in _ONLY_WHOLE}
        return chosen(listed, fields)

    return paged(form, found, write, outer="trades", inner="trade")


def whole_trade(market: Market, form: Form) -> Document:
    """``taobao.trade.fullinfo.get``"""
    fields, order = _fields(form), market.order(_needed(form, "tid"))
    refunds = market.store.refunds_of(order.number)
    return {"trade": chosen(trade_of(order, refunds), fields)}


def refunds(market: Market, form: Form) -> Document:
    """``taobao.refunds.receive.get``"""
    fields = _fields(form)
    found = market.store.refunds_changed(window(form))

    def write(refund: Refund) -> Document:
        return chosen(refund_of(refund, market.order(refund.order_no)), fields)

    return paged(form, found, write, outer="refunds", inner="refund")


def refund(market: Market, form: Form) -> Document:
    """``taobao.refund.get``"""
    fields, found = _fields(form), market.store.refund(_needed(form, "refund_id"))
    if found is None:
        raise TopError(REMOTE, "isv.refund-not-exist", "退款单不存在")
    return {"refund": chosen(refund_of(found, market.order(found.order_no)), fields)}


def skus(market: Market, form: Form) -> Document:
    """``taobao.item.skus.get``"""
    products = _needed(form, "num_iids").split(",")
    rows = [
        {"num_iid": int(each.product_id), "sku_id": int(each.sku_id), "quantity": each.quantity}
        for each in market.store.stock()
        if each.product_id in products
    ]
    if not rows:
        raise TopError(REMOTE, "isv.item-get-service-error:ITEM_NOT_FOUND", "商品不存在")
    return {"skus": {"sku": rows}}


def item(market: Market, form: Form) -> Document:
    """``taobao.item.seller.get``"""
    product = _needed(form, "num_iid")
    counts = [each.quantity for each in market.store.stock() if each.product_id == product]
    if not counts:
        raise TopError(REMOTE, "isv.item-get-service-error:ITEM_NOT_FOUND", "商品不存在")
    return {"item": {"num_iid": int(product), "num": sum(counts)}}


def _fields(form: Form) -> str:
    return _needed(form, "fields")


def _needed(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise missing(name)
    return value
