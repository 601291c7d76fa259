"""Units of listings as Doudian takes them, and as it shows them."""

import pytest

from channels_sync.connectors.doudian.stock import DoudianStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded, refused

STOCK = recorded("stock")
SKU = ListingRef(channel_product_id="3500000000000000001", channel_sku_id="1700000000000001")
SIBLING = ListingRef(channel_product_id="3500000000000000001", channel_sku_id="1700000000000002")
CODED = ListingRef(channel_product_id="3500000000000000002", merchant_code="HOODIE-BLK-M")


def offer(listing: ListingRef, quantity: int = 37, key: str = "oms-20260301-1") -> Offer:
    return Offer(key=key, listing=listing, quantity=quantity, version=1)


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("doudian") is DoudianStock


def test_one_sku_is_told_as_a_whole_number() -> None:
    wire = Wire(STOCK["response"])
    assert wire.stock.set_stock([offer(SKU)]) == {}
    assert wire.path().endswith("/sku/syncStock")
    assert wire.params() == STOCK["request"]["param_json"]


def test_sku_without_a_number_is_named_by_its_code() -> None:
    wire = Wire(done())
    wire.stock.set_stock([offer(CODED)])
    assert (wire.params()["code"], "sku_id" in wire.params()) == ("HOODIE-BLK-M", False)


def test_skus_of_one_product_are_told_together() -> None:
    wire = Wire(done(), done())
    offers = [offer(SKU, 3, "a"), offer(CODED, 4, "b"), offer(SIBLING, 0, "c")]
    assert wire.stock.set_stock(offers) == {}
    assert wire.path(0).endswith("/sku/syncStockBatch")
    assert [(row["sku_id"], row["stock_num"]) for row in wire.params(0)["sku_sync_list"]] == [
        (1700000000000001, 3),
        (1700000000000002, 0),
    ]


def test_wrong_sku_does_not_stop_its_siblings() -> None:
    no = refused(50002, "isv.business-failed:3", "SKU 不存在")
    wire = Wire(no, done(), no)
    trouble = wire.stock.set_stock([offer(SKU, 3, "a"), offer(SIBLING, 4, "b")])
    assert {key: error.message for key, error in trouble.items()} == {"b": "SKU 不存在"}


def test_number_that_was_told_before_is_told() -> None:
    assert Wire(refused(40003, "isv.idempotent-id-existed")).stock.set_stock([offer(SKU)]) == {}


@pytest.mark.parametrize("offers", [[offer(SKU)], [offer(SKU), offer(SIBLING, key="b")]])
def test_throttled_call_is_told_so(offers: list[Offer]) -> None:
    error = caught(lambda: Wire(refused(60000, "isv.traffic-limited")).stock.set_stock(offers))
    assert error.kind is ErrorKind.THROTTLE


def test_listing_without_numbers_is_refused_by_itself() -> None:
    wire = Wire(done())
    unknown = ListingRef(channel_product_id="", merchant_code="A")
    trouble = wire.stock.set_stock([offer(unknown, key="a"), offer(SKU, key="b")])
    assert [(key, error.code) for key, error in trouble.items()] == [("a", "local:listing")]
    assert len(wire.requests) == 1


def test_stock_is_read_back() -> None:
    gone = refused(50002, "isv.business-failed:3", "SKU 不存在")
    wire = Wire(done(stock_num=37, sku_id=1700000000000001), gone)
    assert wire.stock.read_stock([SKU, SIBLING]) == {SKU: 37}
    assert wire.params(0) == {"sku_id": 1700000000000001}
