"""Telling TOP whole numbers, SKUs of an item together, and reading them back."""

from collections.abc import Sequence

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.taobao.stock import ITEM, READ_ITEM, READ_SKUS, SKUS, TaobaoStock
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, answer, recorded, refused

DONE = recorded("stock")


def offer(number: int, sku: str, *, product: str = "62") -> Offer:
    listing = ListingRef(channel_product_id=product, channel_sku_id=sku)
    return Offer(key=f"k{number}", listing=listing, quantity=number, version=1)


def told(wire: Wire) -> Sequence[tuple[str, str]]:
    return [
        (wire.form(at)["num_iid"], wire.form(at).get("skuid_quantities", ""))
        for at in range(len(wire.requests))
    ]


def test_stock_is_registered_with_the_platforms_limit() -> None:
    assert stock_takers.get("taobao") is TaobaoStock
    assert TaobaoStock.batch == 20


def test_skus_of_an_item_go_together_as_whole_numbers() -> None:
    wire = Wire(DONE, DONE)
    offers = [offer(3, "1"), offer(4, "2"), offer(5, "9", product="63")]
    assert wire.stock.set_stock(offers) == {}
    assert told(wire) == [("62", "1:3;2:4"), ("63", "9:5")]
    assert wire.methods() == [SKUS, SKUS]
    assert wire.form()["type"] == "1"


def test_item_without_skus_goes_alone() -> None:
    wire = Wire(answer(ITEM, item={}))
    assert wire.stock.set_stock([offer(0, "")]) == {}
    form = wire.form()
    assert (form["method"], form["num_iid"], form["quantity"]) == (ITEM, "62", "0")


def test_wrong_sku_is_refused_alone() -> None:
    wrong = refused(15, "isv.item-quantity-update-service-error", "SKU不存在")
    wire = Wire(wrong, DONE, wrong)
    refusals = wire.stock.set_stock([offer(3, "1"), offer(4, "2")])
    assert {key: error.message for key, error in refusals.items()} == {"k4": "SKU不存在"}
    assert [pairs for _product, pairs in told(wire)] == ["1:3;2:4", "1:3", "2:4"]


def test_offer_without_a_product_is_refused_without_a_call() -> None:
    wire = Wire()
    assert wire.stock.set_stock([offer(3, "1", product="")])["k3"].code == "local:listing"
    assert wire.requests == []


def test_busy_line_stops_the_whole() -> None:
    wire = Wire(refused(7, "accesscontrol.limited"))
    assert caught(lambda: wire.stock.set_stock([offer(3, "1"), offer(4, "2")])).kind is (
        ErrorKind.THROTTLE
    )
    assert len(wire.requests) == 1


def test_numbers_are_read_back() -> None:
    skus = {"sku": [{"num_iid": 62, "sku_id": 1, "quantity": 7}]}
    wire = Wire(answer(READ_SKUS, skus=skus), answer(READ_ITEM, item={"num_iid": 63, "num": 8}))
    one, unknown = (ListingRef(channel_product_id="62", channel_sku_id=sku) for sku in "12")
    alone = ListingRef(channel_product_id="63")
    assert wire.stock.read_stock([one, unknown, alone]) == {one: 7, alone: 8}


def test_item_that_is_not_there_is_left_out() -> None:
    listing = ListingRef(channel_product_id="62", channel_sku_id="1")
    wire = Wire(refused(15, "isv.item-get-service-error:ITEM_NOT_FOUND"))
    assert wire.stock.read_stock([listing]) == {}
