"""Whole numbers of units, told one by one and read back by goods."""

from typing import Any

import pytest

from channels_sync.connectors.pinduoduo.stock import PinduoduoStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from oms.integration.errors import ErrorKind, IntegrationError

from .wire import Wire, done, refusal

SKU = ListingRef(channel_product_id="500000001", channel_sku_id="600000001")
CODE = ListingRef(channel_product_id="500000001", merchant_code="TEE-WHT-L")
SET = "goods_quantity_update_response"


def offer(listing: ListingRef = SKU, quantity: int = 37, key: str = "o-1") -> Offer:
    return Offer(key=key, listing=listing, quantity=quantity, version=1)


def goods(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"goods_detail_get_response": {"goods_id": 500000001, "sku_list": list(rows)}}


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("pinduoduo") is PinduoduoStock


def test_whole_number_is_told() -> None:
    wire = Wire(done(SET))
    assert wire.stock.set_stock([offer()]) == {}
    form = wire.form()
    assert (form["type"], form["update_type"]) == ("pdd.goods.quantity.update", "1")
    assert (form["goods_id"], form["sku_id"], form["quantity"]) == ("500000001", "600000001", "37")


def test_listing_without_a_sku_goes_by_its_code() -> None:
    wire = Wire(done(SET))
    wire.stock.set_stock([offer(CODE)])
    assert wire.form()["outer_id"] == "TEE-WHT-L"
    assert "sku_id" not in wire.form()


def test_refused_offer_stops_no_other() -> None:
    wire = Wire(refusal(50001, "活动商品库存不可减少"), done(SET))
    refused = wire.stock.set_stock([offer(), offer(CODE, key="o-2")])
    assert list(refused) == ["o-1"]
    assert "活动商品" in refused["o-1"].message


def test_throttle_stops_the_whole_call() -> None:
    wire = Wire(refusal(70031), done(SET))
    with pytest.raises(IntegrationError) as caught:
        wire.stock.set_stock([offer(), offer(CODE, key="o-2")])
    assert caught.value.kind is ErrorKind.THROTTLE


def test_goods_are_read_once_for_all_their_skus() -> None:
    rows = (
        {"sku_id": 600000001, "quantity": "37", "out_sku_sn": "HOODIE"},
        {"sku_id": 600000002, "quantity": 5, "out_sku_sn": "TEE-WHT-L"},
    )
    wire = Wire(goods(*rows))
    assert wire.stock.read_stock([SKU, CODE]) == {SKU: 37, CODE: 5}
    assert len(wire.requests) == 1


@pytest.mark.parametrize("step", [goods(), refusal(50001, "商品不存在")])
def test_listing_that_is_not_there_is_left_out(step: dict[str, Any]) -> None:
    assert Wire(step).stock.read_stock([SKU]) == {}
