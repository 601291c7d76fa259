"""Units of listings as Youzan takes them, and as it shows them."""

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.youzan.stock import YouzanStock
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, at_gateway, done, recorded, refused

STOCK = recorded("stock")
SKU = ListingRef(channel_product_id="410000001", channel_sku_id="360000001")
PLAIN = ListingRef(channel_product_id="410000002")


def offer(listing: ListingRef, quantity: int = 37, key: str = "a") -> Offer:
    return Offer(key=key, listing=listing, quantity=quantity, version=1)


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("youzan") is YouzanStock


def test_sku_is_told_as_a_whole_number() -> None:
    wire = Wire(STOCK["response"])
    assert wire.stock.set_stock([offer(SKU)]) == {}
    assert wire.method() == "youzan.item.quantity.update/3.0.0"
    assert wire.params() == STOCK["request"]


def test_product_without_skus_is_told_by_itself() -> None:
    wire = Wire(done(is_success=True))
    wire.stock.set_stock([offer(PLAIN, 0)])
    assert wire.params() == {"item_id": 410000002, "quantity": "0", "type": "0"}


def test_wrong_listing_does_not_stop_the_others() -> None:
    wire = Wire(refused(7, "商品不存在"), done(is_success=True))
    nameless = ListingRef(channel_product_id="", merchant_code="A")
    offers = [offer(SKU, key="a"), offer(PLAIN, key="b"), offer(nameless, key="c")]
    trouble = wire.stock.set_stock(offers)
    assert {key: error.message for key, error in trouble.items()} == {
        "a": "商品不存在",
        "c": "商品缺少有赞的商品 ID",
    }


def test_throttled_call_is_told_so() -> None:
    wire = Wire(at_gateway(4205, "请求频率超过限制"))
    assert caught(lambda: wire.stock.set_stock([offer(SKU)])).kind is ErrorKind.THROTTLE


def test_stock_is_read_back_by_product() -> None:
    first = done(item={"quantity": 40, "skus": [{"sku_id": 360000001, "quantity": 37}]})
    second = done(item={"quantity": 5, "skus": []})
    wire = Wire(first, second)
    other = ListingRef(channel_product_id="410000001", channel_sku_id="1")
    assert wire.stock.read_stock([SKU, PLAIN, other]) == {SKU: 37, PLAIN: 5}
    assert len(wire.requests) == 2


def test_listing_that_is_gone_is_left_out() -> None:
    assert Wire(refused(7, "商品不存在")).stock.read_stock([SKU]) == {}
