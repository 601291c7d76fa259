"""The simulated Douyin shop: memos, stock, and the messages that it pushes."""

import json

import pytest
import time_machine

from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.connectors.knocks import NotProved
from channels_sync.connectors.outbound import MemoPush
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.faults import FaultKind
from oms.dto import RefundStage

from .bench import Bench, Listener
from .lines_to import Lines
from .telling import ask, heard


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, Doudian)


def test_memo_and_flag_go_both_ways(shop: Lines) -> None:
    order = shop.order()
    push = MemoPush(key="m", channel_order_no=order.number, memo="易碎", flag="green")
    assert shop.outbound.find(push) is None
    shop.outbound.send(push)
    assert shop.outbound.find(push) is not None
    got = shop.read(order)
    assert (got.seller_memo, got.seller_flag) == ("易碎", "green")


def test_stock_is_set_and_read_back(shop: Lines) -> None:
    one, two = (
        ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
        for row in shop.market.store.stock()[:2]
    )
    offers = [
        Offer(key=f"k{at}", listing=listing, quantity=at, version=1)
        for at, listing in enumerate((one, two), start=7)
    ]
    assert shop.stock.set_stock(offers) == {}
    assert shop.stock.set_stock(offers) == {}
    assert shop.stock.read_stock([one, two]) == {one: 7, two: 8}
    gone = ListingRef(channel_product_id="1", channel_sku_id="1")
    assert list(shop.stock.set_stock([Offer(key="g", listing=gone, quantity=1, version=1)])) == [
        "g"
    ]
    assert shop.stock.read_stock([gone]) == {}


def test_change_is_pushed_and_heard(shop: Lines, listener: Listener) -> None:
    order = shop.order()
    assert [json.loads(body)[0]["tag"] for _headers, body in listener.posts] == ["100", "101"]
    assert [hint.channel_no for hint in heard(shop, listener).hints] == [order.number]
    refund = ask(shop, order)
    shop.bench.wait(seconds=1)
    assert [hint.channel_no for hint in heard(shop, listener).hints] == [
        refund.number,
        order.number,
    ]


@pytest.mark.parametrize(
    "kind", [FaultKind.WRONG_KEY, FaultKind.SECOND_KEY, FaultKind.CHANGED_BODY]
)
def test_spoiled_push_proves_nothing(shop: Lines, listener: Listener, kind: FaultKind) -> None:
    shop.bench.plan(kind)
    shop.order(is_paid="")
    with pytest.raises(NotProved):
        heard(shop, listener, 0)


def test_request_that_was_taken_back_is_closed(shop: Lines) -> None:
    refund = ask(shop, shop.order())
    shop.market.requests.close(refund.number, at=shop.bench.now)
    pulled = shop.puller.fetch_refund(refund.number)
    assert pulled is not None
    assert DoudianConnector.read_refund(pulled.payload).status is RefundStage.CLOSED
