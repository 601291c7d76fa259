"""Fifty numbers in one mutation: items are asked for, what is refused by name is left out."""

from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.shopify import graph
from channels_sync.connectors.shopify.stock import ShopifyStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Step, broken_line

from .wire import Wire, data

ONE = ListingRef(channel_product_id="8001", channel_sku_id="4401")
TWO = ListingRef(channel_product_id="8001", channel_sku_id="4402")
BARE = ListingRef(channel_product_id="8002", merchant_code="GIFT")
OFFER = Offer(key="stock-1-5", listing=ONE, quantity=37, version=5)
SECOND = Offer(key="stock-2-3", listing=TWO, quantity=0, version=3)
THROTTLED = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}


def connect(*steps: Step, location: str = "81") -> Wire:
    wire = Wire(*steps)
    wire.credentials["location_id"] = location
    return wire


def variant(listing: ListingRef) -> str:
    return f"gid://shopify/ProductVariant/{listing.channel_sku_id}"


def items(*listings: ListingRef | None) -> dict[str, Any]:
    return data(
        nodes=[
            each
            and {
                "id": variant(each),
                "inventoryItem": {"id": f"gid://shopify/InventoryItem/55{each.channel_sku_id}"},
            }
            for each in listings
        ]
    )


def done(*errors: dict[str, Any]) -> dict[str, Any]:
    group = None if errors else {"id": "gid://shopify/InventoryAdjustmentGroup/1"}
    told = {"inventoryAdjustmentGroup": group, "userErrors": list(errors)}
    return data(inventorySetQuantities=told)


def wrong(at: int | None, words: str, code: str | None = None) -> dict[str, Any]:
    path = ["input"] if at is None else ["input", "quantities", str(at), "inventoryItemId"]
    return {"field": path, "message": words, "code": code}


def refusal(wire: Wire) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        wire.stock.set_stock([OFFER])
    return caught.value


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("shopify") is ShopifyStock


# --- set -----------------------------------------------------------------------------------


@pytest.mark.parametrize("location", ["81", " 81 ", "gid://shopify/Location/81"])
def test_numbers_go_out_together(location: str) -> None:
    wire = connect(items(ONE, TWO), done(), location=location)
    assert wire.stock.set_stock([OFFER, SECOND]) == {}
    assert [wire.document(at) for at in (0, 1)] == [graph.ITEMS, graph.SET_STOCK]
    assert wire.variables(0) == {"ids": [variant(ONE), variant(TWO)]}
    told = wire.variables(1)["input"]
    assert (told["name"], told["reason"]) == ("available", "correction")
    assert told["referenceDocumentUri"].startswith("oms://stock/")
    assert told["quantities"] == [
        {
            "inventoryItemId": f"gid://shopify/InventoryItem/{item}",
            "locationId": "gid://shopify/Location/81",
            "quantity": quantity,
            "changeFromQuantity": None,
        }
        for item, quantity in (("554401", 37), ("554402", 0))
    ]


def key(*offers: Offer, location: str = "81") -> str:
    wire = connect(items(ONE, TWO), done(), location=location)
    wire.stock.set_stock(offers)
    return str(wire.variables(1)["key"])


def test_same_try_has_the_same_key() -> None:
    assert "@idempotent(key: $key)" in graph.SET_STOCK
    first = key(OFFER, SECOND)
    assert key(OFFER, SECOND) == first
    others = [key(OFFER), key(replace(OFFER, key="stock-1-6"), SECOND)]
    others.append(key(OFFER, SECOND, location="82"))
    assert first not in others


@pytest.mark.parametrize("location", ["", "Ottawa"])
def test_shop_without_a_location_is_not_called(location: str) -> None:
    wire = connect(location=location)
    error = refusal(wire)
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:no_location")
    assert wire.requests == []


def test_variant_that_is_gone_is_refused_by_itself() -> None:
    wire = connect(items(ONE, None), done())
    refused = wire.stock.set_stock([OFFER, SECOND])
    assert {key: error.code for key, error in refused.items()} == {"stock-2-3": "local:no_variant"}
    assert len(wire.variables(1)["input"]["quantities"]) == 1


def test_listing_without_a_variant_asks_nothing() -> None:
    wire = connect()
    assert list(wire.stock.set_stock([replace(OFFER, listing=BARE)])) == ["stock-1-5"]
    assert wire.requests == []


def test_what_is_refused_by_name_is_left_out_and_the_rest_goes_again() -> None:
    not_there = wrong(0, "is not stocked at the location", "ITEM_NOT_STOCKED_AT_LOCATION")
    wire = connect(items(ONE, TWO), done(not_there), done())
    refused = wire.stock.set_stock([OFFER, SECOND])
    assert list(refused) == ["stock-1-5"]
    assert refused["stock-1-5"].code == "ITEM_NOT_STOCKED_AT_LOCATION"
    (row,) = wire.variables(2)["input"]["quantities"]
    assert row["inventoryItemId"].endswith("554402")
    assert wire.variables(2)["key"] != wire.variables(1)["key"]


@pytest.mark.parametrize("error", [wrong(None, "reason is invalid"), wrong(9, "strange")])
def test_refusal_without_a_name_is_everybodys(error: dict[str, Any]) -> None:
    wire = connect(items(ONE, TWO), done(error))
    refused = wire.stock.set_stock([OFFER, SECOND])
    assert set(refused) == {"stock-1-5", "stock-2-3"}
    assert all(each.kind is ErrorKind.FATAL for each in refused.values())


@pytest.mark.parametrize(
    ("steps", "kind", "is_unknown"),
    [
        ([THROTTLED], ErrorKind.THROTTLE, False),
        ([items(ONE), THROTTLED], ErrorKind.THROTTLE, False),
        ([broken_line], ErrorKind.RETRY, False),
        ([items(ONE), broken_line], ErrorKind.RETRY, True),
        ([items(ONE), data(inventorySetQuantities=None)], ErrorKind.RETRY, True),
        (
            [items(ONE), done(wrong(None, "busy", "IDEMPOTENCY_CONCURRENT_REQUEST"))],
            ErrorKind.RETRY,
            True,
        ),
    ],
)
def test_trouble_of_the_line_stops_the_whole_call(
    steps: list[Step], kind: ErrorKind, is_unknown: bool
) -> None:
    error = refusal(connect(*steps))
    assert (error.kind, error.outcome_unknown) == (kind, is_unknown)


# --- read back -----------------------------------------------------------------------------


def level(listing: ListingRef, *quantities: int) -> dict[str, Any]:
    rows = [{"name": "available", "quantity": quantity} for quantity in quantities]
    at_place = {"quantities": rows} if rows else None
    return {"id": variant(listing), "inventoryItem": {"inventoryLevel": at_place}}


def test_numbers_are_read_at_the_location() -> None:
    wire = connect(data(nodes=[level(ONE, 36), level(TWO)]))
    assert wire.stock.read_stock([ONE, TWO, BARE]) == {ONE: 36}
    assert wire.document() == graph.LEVELS
    place = "gid://shopify/Location/81"
    assert wire.variables() == {"ids": [variant(ONE), variant(TWO)], "location": place}


def test_more_than_fifty_are_asked_for_in_pages() -> None:
    many = [replace(ONE, channel_sku_id=str(number)) for number in range(51)]
    wire = connect(data(nodes=[level(each, 1) for each in many[:50]]), data(nodes=[None]))
    assert len(wire.stock.read_stock(many)) == 50
    assert [len(wire.variables(at)["ids"]) for at in (0, 1)] == [50, 1]
