"""What is available in the simulated Shopify shop, told by the system's own connector."""

import pytest

from channels_sync.connectors.shopify import graph, quantities
from channels_sync.connectors.shopify.envelope import Answer
from channels_sync.connectors.shopify.ids import number
from channels_sync.connectors.shopify.stock import ShopifyStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.settings import LOCATION
from channels_sync.simulator.shopify.inventory import ITEMS, VARIANTS
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench
from .shopify_line import Node, api, credentials, http, place

HOOD = next(
    ListingRef(channel_product_id="8001", channel_sku_id=number(variant))
    for variant, product in VARIANTS.items()
    if product.sku_code == "HOOD-02"
)
GONE = ListingRef(channel_product_id="8001", channel_sku_id="441")


def stock(bench: Bench, location: str = LOCATION) -> ShopifyStock:
    return ShopifyStock(credentials=credentials(bench, location_id=location), http=http(bench))


def offer(quantity: int, version: int, listing: ListingRef = HOOD) -> Offer:
    key = f"stock-{listing.channel_sku_id}-{version}"
    return Offer(key=key, listing=listing, quantity=quantity, version=version)


def test_numbers_are_set_and_read_back(bench: Bench) -> None:
    line = stock(bench)
    assert line.read_stock([HOOD, GONE]) == {}
    assert line.set_stock([offer(37, 1)]) == {}
    assert line.read_stock([HOOD, GONE]) == {HOOD: 37}
    assert "<td>37</td>" in bench.browser.get("/_control").text


def test_variant_of_an_order_is_one_whose_stock_is_told(bench: Bench) -> None:
    sold = place(bench)["lineItems"][0]["variant"]["id"]
    assert number(sold) == HOOD.channel_sku_id


def test_fifty_numbers_cost_less_than_a_query_may(bench: Bench) -> None:
    listings = [
        ListingRef(channel_product_id="8001", channel_sku_id=number(each)) for each in VARIANTS
    ]
    unknown = range(50 - len(listings))
    many = [
        *listings,
        *(ListingRef(channel_product_id="1", channel_sku_id=str(at)) for at in unknown),
    ]
    refused = stock(bench).set_stock([offer(at, 1, each) for at, each in enumerate(many)])
    assert len(refused) == len(unknown)
    assert stock(bench).read_stock(many) == {each: at for at, each in enumerate(listings)}


def test_unknown_variant_is_refused_by_itself(bench: Bench) -> None:
    refused = stock(bench).set_stock([offer(3, 1, GONE), offer(12, 1)])
    assert [error.code for error in refused.values()] == ["local:no_variant"]
    assert stock(bench).read_stock([HOOD]) == {HOOD: 12}


def test_wrong_number_is_refused_by_name(bench: Bench) -> None:
    other = next(each for each in VARIANTS if number(each) != HOOD.channel_sku_id)
    listing = ListingRef(channel_product_id="8001", channel_sku_id=number(other))
    (error,) = stock(bench).set_stock([offer(-1, 1, listing), offer(12, 1)]).values()
    assert (error.kind, error.code) == (ErrorKind.FATAL, "INVALID_QUANTITY_NEGATIVE")
    assert stock(bench).read_stock([HOOD, listing]) == {HOOD: 12}


def test_location_of_somebody_else_is_refused(bench: Bench) -> None:
    (error,) = stock(bench, location="9").set_stock([offer(12, 1)]).values()
    assert error.code == "INVALID_LOCATION"
    assert stock(bench, location="9").read_stock([HOOD]) == {}


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
def test_lost_answer_is_told_again_and_counts_once(bench: Bench, kind: FaultKind) -> None:
    line, shelf = stock(bench), bench.simulator.shopify.store
    bench.plan(kind, "SetStock")
    with pytest.raises(IntegrationError) as caught:
        line.set_stock([offer(12, 7)])
    assert caught.value.outcome_unknown
    was_done = kind is FaultKind.DROP_AFTER
    for item, quantity in shelf.levels():
        shelf.set_levels({item: quantity - 1})  # sold meanwhile
    assert line.set_stock([offer(12, 7)]) == {}
    assert line.read_stock([HOOD]) == {HOOD: 11 if was_done else 12}


def test_late_repeat_of_an_older_number_changes_nothing(bench: Bench) -> None:
    line = stock(bench)
    for told in (offer(99, 6), offer(12, 7), offer(99, 6)):
        assert line.set_stock([told]) == {}
    assert line.read_stock([HOOD]) == {HOOD: 12}


def _set(bench: Bench, variables: Node) -> Node:
    def read(answer: Answer) -> Node:
        done: Node = answer.data["inventorySetQuantities"]
        return done

    return api(bench).call("stock", graph.SET_STOCK, variables, read)


def test_key_is_good_for_one_message_only(bench: Bench) -> None:
    (item,) = (each for each, code in ITEMS.items() if code == "HOOD-02")
    items = {HOOD.channel_sku_id: item}
    first = dict(quantities.to_variables([offer(12, 7)], items, LOCATION))
    assert _set(bench, first)["userErrors"] == []
    other = dict(quantities.to_variables([offer(13, 7)], items, LOCATION))
    (error,) = _set(bench, other)["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert stock(bench).read_stock([HOOD]) == {HOOD: 12}


def test_empty_bucket_is_a_throttle(bench: Bench) -> None:
    bench.plan(FaultKind.THROTTLE, "SetStock")
    with pytest.raises(IntegrationError) as caught:
        stock(bench).set_stock([offer(12, 1)])
    assert caught.value.kind is ErrorKind.THROTTLE
    assert bench.simulator.shopify.store.levels() == []
