"""The simulated Weidian shop, spoken to by the system's own connectors."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
import time_machine

from channels_sync.connectors.knocks import NotProved
from channels_sync.connectors.outbound import ReturnAnswer
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.weidian import puller as pulling
from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.connectors.weidian.refunding import number_of
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.weidian.platform import Weidian
from oms.dto import (
    ChannelStatus,
    IncomingRefund,
    PaymentTerms,
    PlainReceiver,
    RefundStage,
)
from oms.dto import RefundKind as OurKind
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench, Listener
from .lines_to import Lines
from .telling import answer, ask, cart_of_two, five_orders, heard, shipment, walk


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, Weidian)


# --- asking --------------------------------------------------------------------------------


def test_order_is_pulled_with_its_money_and_its_door(shop: Lines) -> None:
    order = cart_of_two(shop, "10.01")
    (pulled,) = shop.fetch().orders
    got = WeidianConnector.read_order(pulled.payload)
    assert (got.channel_order_no, got.channel_status) == (order.number, ChannelStatus.PAID)
    assert (got.paid_amount, got.seller_discount) == (order.paid_amount, Decimal("10.01"))
    assert sum(line.paid_share or 0 for line in got.lines) == got.paid_amount - got.freight
    assert [line.merchant_code for line in got.lines] == ["HOOD-02", "SOCK-04"]
    assert isinstance(got.receiver, PlainReceiver)
    assert got.receiver.street == order.receiver.street
    assert got.channel_modified_at == order.modified_at


def test_cash_on_delivery_is_told(shop: Lines) -> None:
    assert shop.read(shop.order(is_cod="1", is_paid="")).payment_terms is PaymentTerms.COD


def test_pages_are_read_from_the_last(shop: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SIZE", 2)
    numbers = five_orders(shop)
    assert walk(shop.fetch) == (None, numbers)


def test_span_that_is_too_long_is_refused(shop: Lines) -> None:
    until = shop.bench.now
    with pytest.raises(IntegrationError) as caught:
        shop.puller.fetch_orders(since=until - timedelta(days=40), until=until, cursor=None)
    assert caught.value.kind is ErrorKind.FATAL


def test_what_is_not_there_is_none(shop: Lines) -> None:
    assert shop.puller.fetch_order("1") is None
    assert shop.puller.fetch_refund("1-2") is None


# --- who may -------------------------------------------------------------------------------


def test_keys_bring_a_token_and_the_one_before_is_dead(shop: Lines) -> None:
    shop.bench.press("weidian/expire")
    assert shop.refusal().code == "local:stale_token"
    before = shop.token
    reply = shop.authorizer.exchange("", redirect_uri="", now=shop.bench.now)
    assert reply.access_expires_at == shop.bench.now + timedelta(hours=2)
    shop.token = reply.access_token
    assert shop.fetch().orders == ()
    shop.authorizer.refresh("", now=shop.bench.now)
    assert before != shop.token
    assert shop.refusal().code == "local:stale_token"


def test_wrong_keys_bring_none(shop: Lines) -> None:
    shop.credentials["app_secret"] = "stranger"
    with pytest.raises(IntegrationError) as caught:
        shop.authorizer.refresh("", now=shop.bench.now)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


@pytest.mark.parametrize(
    "form",
    [
        {"param": "[]", "public": "{}"},
        {"param": "{}", "public": "x"},
        {"param": "{}", "public": '{"method": "vdian.order.get", "version": "1.0"}'},
    ],
)
def test_garbage_is_answered_with_a_no(shop: Lines, form: dict[str, str]) -> None:
    told = shop.bench.browser.post("/weidian/api", data=form).json()
    assert told["status"]["status_code"] != 0


# --- parcels -------------------------------------------------------------------------------


def test_company_goes_under_its_name(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    assert shop.now(order.number).parcels[0].carrier == "顺丰速运"


def test_number_is_changed_and_found(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    again = replace(shipment(order, number="SF2"), replaces="SF1000000000001")
    assert shop.outbound.find(again) is None
    shop.outbound.send(again)
    assert shop.outbound.find(again) is not None
    assert [parcel.waybill_no for parcel in shop.now(order.number).parcels] == ["SF2"]


def test_line_that_broke_after_the_work_ships_nothing_twice(shop: Lines) -> None:
    order = shop.order()
    shop.bench.plan(FaultKind.DROP_AFTER, "vdian.order.deliver")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.outcome_unknown
    assert shop.outbound.find(shipment(order)) is not None


# --- requests ------------------------------------------------------------------------------


def word(refund: Refund, *, is_agreed: bool) -> ReturnAnswer:
    number = number_of(refund.order_no, refund.number)
    return answer(refund, is_agreed=is_agreed, number=number)


def told(shop: Lines, refund: Refund) -> IncomingRefund:
    return shop.read_refund(number_of(refund.order_no, refund.number))


def state(shop: Lines, refund: Refund) -> RefundStatus:
    kept = shop.market.store.refund(refund.number)
    assert kept is not None
    return kept.status


def test_open_request_holds_the_order_and_is_listed(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    assert shop.read(order).platform_hold
    assert shop.outbound.refunds_open([order.number]) == frozenset({order.number})
    until = shop.bench.now
    page = shop.puller.fetch_refunds(since=until - timedelta(hours=1), until=until, cursor=None)
    (pulled,) = page.refunds
    got = WeidianConnector.read_refund(pulled.payload)
    assert (got.amount, got.status) == (refund.amount, RefundStage.WAIT_MERCHANT)


def test_yes_pays_and_closes_the_order(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.outbound.send(word(refund, is_agreed=True))
    assert told(shop, refund).status is RefundStage.SUCCESS
    assert shop.read(order).channel_status is ChannelStatus.CANCELLED


def test_no_lets_the_order_go_on(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.outbound.send(word(refund, is_agreed=False))
    assert told(shop, refund).status is RefundStage.REJECTED
    assert not shop.read(order).platform_hold
    assert shop.outbound.refunds_open([order.number]) == frozenset()


def test_yes_to_a_return_tells_where_the_goods_go(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    refund = ask(shop, order, RefundKind.RETURN_REFUND)
    assert told(shop, refund).kind is OurKind.RETURN_REFUND
    shop.outbound.send(word(refund, is_agreed=True))
    kept = shop.market.store.refund(refund.number)
    assert kept is not None
    assert kept.status is RefundStatus.WAIT_BUYER_RETURN
    assert "广东省广州市白云区示例路 1 号" in kept.return_address
    shop.market.requests.send_back(
        refund.number, carrier="圆通速递", waybill_no="YT1", at=shop.bench.now
    )
    shop.outbound.send(word(refund, is_agreed=True))
    assert state(shop, refund) is RefundStatus.SUCCESS


def test_request_that_was_taken_back_leaves_nothing(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.market.requests.close(refund.number, at=shop.bench.now)
    assert not shop.read(order).platform_hold
    assert shop.puller.fetch_refund(number_of(order.number, refund.number)) is None


# --- stock, messages -----------------------------------------------------------------------


def test_stock_is_set_and_read_back(shop: Lines) -> None:
    row, other = shop.market.store.stock()[:2]
    one = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    item = ListingRef(channel_product_id=other.product_id)
    gone = ListingRef(channel_product_id="1", channel_sku_id="1")
    offers = [
        Offer(key=f"k{at}", listing=listing, quantity=7, version=1)
        for at, listing in enumerate((one, item, gone))
    ]
    assert list(shop.stock.set_stock(offers)) == ["k2"]
    assert shop.stock.read_stock([one, item, gone]) == {one: 7, item: 7}


def test_change_is_pushed_to_the_address_with_the_key(shop: Lines, listener: Listener) -> None:
    order = shop.order()
    assert [hint.channel_no for hint in heard(shop, listener).hints] == [order.number]
    refund = ask(shop, order)
    shop.bench.wait(seconds=1)
    assert [hint.channel_no for hint in heard(shop, listener).hints] == [
        order.number,
        number_of(order.number, refund.number),
    ]
    told = json.loads(parse_qs(listener.posts[-1][1].decode())["content"][0])
    assert (told["type"], told["shopId"]) == (
        "weidian.order.buyers_apply_refund",
        Weidian.app.shop_id,
    )


def test_push_to_another_address_proves_nothing(shop: Lines, listener: Listener) -> None:
    shop.bench.plan(FaultKind.WRONG_KEY)
    shop.order(is_paid="")
    with pytest.raises(NotProved):
        heard(shop, listener, 0)
