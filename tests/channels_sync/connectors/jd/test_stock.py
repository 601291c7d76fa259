"""Whole numbers of units, told and read back by SKU."""

from typing import Any

import pytest

from channels_sync.connectors.jd.stock import JdStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from oms.integration.errors import ErrorKind, IntegrationError

from .wire import Wire, done, refusal

SKU = ListingRef(channel_product_id="900001", channel_sku_id="10000001")
OTHER = ListingRef(channel_product_id="900002", channel_sku_id="10000002")
NAMELESS = ListingRef(channel_product_id="900001", merchant_code="HOODIE")
SET = done("stock.write.updateSkuStock")


def offer(listing: ListingRef = SKU, key: str = "o-1") -> Offer:
    return Offer(key=key, listing=listing, quantity=37, version=1)


def stocks(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"jingdong_stock_read_findSkuStock_responce": {"code": "0", "skuStocks": list(rows)}}


def refused() -> dict[str, Any]:
    root = "jingdong_stock_write_updateSkuStock_responce"
    return {root: {"code": "0", "success": False, "msg": "sku已下柜"}}


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("jd") is JdStock


def test_whole_number_is_told() -> None:
    wire = Wire(SET)
    assert wire.stock.set_stock([offer()]) == {}
    assert wire.form()["method"] == "jingdong.stock.write.updateSkuStock"
    assert wire.params() == {"skuId": 10000001, "stockNum": 37, "storeId": 0}


def test_refused_offer_stops_no_other() -> None:
    wire = Wire(refused(), SET)
    told = wire.stock.set_stock([offer(), offer(OTHER, "o-2")])
    assert list(told) == ["o-1"]
    assert "sku已下柜" in told["o-1"].message


def test_listing_without_a_sku_is_refused_by_itself() -> None:
    wire = Wire(SET)
    told = wire.stock.set_stock([offer(NAMELESS, "o-2"), offer()])
    assert list(told) == ["o-2"]
    assert len(wire.requests) == 1


def test_throttle_stops_the_whole_call() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(refusal("2"), SET).stock.set_stock([offer(), offer(OTHER, "o-2")])
    assert caught.value.kind is ErrorKind.THROTTLE


def test_own_stock_is_read_back() -> None:
    rows = (
        {"skuId": 10000001, "stockNum": 5, "storeId": 7},
        {"skuId": 10000001, "stockNum": 37, "storeId": 0},
    )
    wire = Wire(stocks(*rows), stocks())
    assert wire.stock.read_stock([SKU, OTHER, NAMELESS]) == {SKU: 37}
    assert wire.params(0)["skuId"] == 10000001
