"""Whole numbers of units, told to variations and products and read back."""

from typing import Any

import httpx

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.woocommerce.stock import WooCommerceStock
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, listed, recorded

TOLD = recorded("telling")["stock_variation"]


def offer(product: str, variation: str = "", units: int = 37) -> Offer:
    listing = ListingRef(channel_product_id=product, channel_sku_id=variation)
    return Offer(key=f"{product}/{variation}", listing=listing, quantity=units, version=1)


def refused(code: str, status: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "no"})


def test_stock_is_registered() -> None:
    assert stock_takers.get("woocommerce") is WooCommerceStock
    assert WooCommerceStock.batch <= 100


def test_one_variation_is_told_by_itself() -> None:
    wire = Wire(TOLD["response"])
    assert wire.stock.set_stock([offer("93", "94")]) == {}
    assert wire.asked() == ("PUT", "/products/93/variations/94")
    assert wire.body() == TOLD["request"]["json"]


def test_simple_product_is_told_on_the_product() -> None:
    wire = Wire({"id": 7})
    wire.stock.set_stock([offer("7")])
    assert wire.asked() == ("PUT", "/products/7")


def test_many_go_in_one_call_and_each_is_refused_by_itself() -> None:
    error = {"code": "woocommerce_rest_product_variation_invalid_id", "message": "Invalid ID."}
    wire = Wire({"update": [{"id": 94, "stock_quantity": 37}, {"id": 95, "error": error}]})
    no = wire.stock.set_stock([offer("93", "94"), offer("93", "95"), offer("93", "96")])
    assert wire.asked() == ("POST", "/products/93/variations/batch")
    assert wire.body()["update"][0] == {"id": 94, "manage_stock": True, "stock_quantity": 37}
    assert sorted(no) == ["93/95", "93/96"]
    assert no["93/95"].kind is ErrorKind.FATAL


def test_product_that_is_gone_refuses_its_own_only() -> None:
    wire = Wire(refused("woocommerce_rest_product_invalid_id", 404), {"id": 7})
    assert list(wire.stock.set_stock([offer("93", "94"), offer("7")])) == ["93/94"]


def test_listing_without_a_number_asks_nobody() -> None:
    wire = Wire()
    assert list(wire.stock.set_stock([offer("", "94")])) == ["/94"]
    assert wire.stock.read_stock([offer("").listing]) == {}


def test_trouble_with_the_account_stops_all() -> None:
    wire = Wire(refused("woocommerce_rest_cannot_edit", 401))
    error = caught(lambda: wire.stock.set_stock([offer("93", "94")]))
    assert error.kind is ErrorKind.REAUTHORIZE


def test_numbers_are_read_back() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 94, "stock_quantity": 37},
        {"id": 95, "stock_quantity": None},
    ]
    wire = Wire(listed(*rows), listed({"id": 7, "stock_quantity": 3}))
    told = wire.stock.read_stock(
        [offer("93", "94").listing, offer("93", "95").listing] + [offer("7").listing]
    )
    assert told == {offer("93", "94").listing: 37, offer("7").listing: 3}
    assert wire.asked(0) == ("GET", "/products/93/variations")
    assert wire.params(0)["include"] == "94,95"
