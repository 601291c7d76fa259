"""Whole numbers of units told to Weidian, one item a call, and read back."""

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.weidian.stock import WeidianStock
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, refused


def offer(product: str, sku: str = "") -> Offer:
    listing = ListingRef(channel_product_id=product, channel_sku_id=sku)
    return Offer(key=f"{product}/{sku}", listing=listing, quantity=37, version=1)


def test_stock_is_registered() -> None:
    assert stock_takers.get("weidian") is WeidianStock
    assert WeidianStock.reads_back


def test_skus_of_an_item_go_together() -> None:
    wire = Wire(done(None))
    assert wire.stock.set_stock([offer("2", "3"), offer("2", "5")]) == {}
    assert wire.params()["skus"] == [{"id": "3", "stock": "37"}, {"id": "5", "stock": "37"}]


def test_numbers_are_read_back_by_item() -> None:
    item = {"itemid": "2", "stock": "41", "skus": [{"id": "3", "stock": "37"}]}
    wire = Wire(done(item), refused(20001, "商品不存在"))
    known, whole, other, gone = (
        offer(*each).listing for each in (("2", "3"), ("2",), ("2", "9"), ("8",))
    )
    assert wire.stock.read_stock([known, whole, other, gone]) == {known: 37, whole: 41}
    assert [wire.params(at) for at in (0, 1)] == [{"itemid": "2"}, {"itemid": "8"}]


def test_question_without_an_answer_is_no_number() -> None:
    wire = Wire(refused(10001, "系统繁忙"))
    assert caught(lambda: wire.stock.read_stock([offer("2").listing])).kind is ErrorKind.RETRY


def test_sku_and_item_are_told_the_whole_number() -> None:
    wire = Wire(done(None), done(None))
    assert wire.stock.set_stock([offer("2", "3"), offer("4")]) == {}
    assert wire.public(0)["method"] == "vdian.item.sku.update"
    assert wire.params(0) == {"itemid": "2", "skus": [{"id": "3", "stock": "37"}]}
    assert wire.public(1)["method"] == "vdian.item.update"
    assert wire.params(1) == {"itemid": "4", "stock": "37"}


def test_one_refusal_leaves_the_others() -> None:
    wire = Wire(refused(10003, "参数错误"), done(None))
    assert list(wire.stock.set_stock([offer("2", "3"), offer(""), offer("4")])) == ["2/3", "/"]
    assert len(wire.requests) == 2


def test_trouble_stops_all() -> None:
    wire = Wire(refused(10001, "系统繁忙"))
    error = caught(lambda: wire.stock.set_stock([offer("2"), offer("4")]))
    assert error.kind is ErrorKind.RETRY
    assert len(wire.requests) == 1
