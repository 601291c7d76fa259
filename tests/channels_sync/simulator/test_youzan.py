"""The simulated Youzan shop, spoken to by the system's own connectors."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from channels_sync.connectors.knocks import NotProved
from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    RefundPush,
)
from channels_sync.connectors.pulling import OrderPage
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.youzan import puller as pulling
from channels_sync.connectors.youzan.connector import YouzanConnector
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.refunds import Refund, RefundKind
from channels_sync.simulator.youzan.platform import Youzan
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    LineKind,
    RefundStage,
)
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench, Listener
from .lines_to import Lines
from .telling import answer, ask, cart_of_two, five_orders, heard, shipment, walk


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, Youzan)


def fetch(shop: Lines, cursor: str | None = None) -> OrderPage:
    """Ask for the last hour, as late as the search needs."""
    return shop.fetch(cursor, until=shop.bench.now - timedelta(seconds=40))


# --- asking --------------------------------------------------------------------------------


def test_order_is_found_only_after_the_search_knows_it(shop: Lines) -> None:
    order = shop.order()
    shop.bench.now += timedelta(seconds=20)
    assert fetch(shop).orders == ()
    shop.bench.now += timedelta(seconds=30)
    (pulled,) = fetch(shop).orders
    got = YouzanConnector.read_order(pulled.payload)
    assert (got.channel_order_no, got.channel_status) == (order.number, ChannelStatus.PAID)
    assert [(line.merchant_code, line.quantity) for line in got.lines] == [("HOOD-02", 2)]
    assert got.paid_amount == order.paid_amount


def test_money_and_gifts_come_through(shop: Lines) -> None:
    order = cart_of_two(shop, "10.01", has_gift=True)
    got = shop.read(order)
    assert (got.paid_amount, got.seller_discount) == (order.paid_amount, Decimal("10.01"))
    assert got.lines[-1].kind is LineKind.GIFT
    assert sum(line.paid_share or 0 for line in got.lines) == got.paid_amount - got.freight


def test_same_door_is_the_same_identity_and_another_is_not(shop: Lines) -> None:
    one, two = shop.order(), shop.order()
    first, second = shop.read(one).receiver, shop.read(two).receiver
    assert isinstance(first, CipherReceiver)
    assert isinstance(second, CipherReceiver)
    assert first.platform_ref == second.platform_ref != ""
    shop.market.change_address(two.number, door=5, at=shop.bench.now)
    moved = shop.read(two).receiver
    assert isinstance(moved, CipherReceiver)
    assert moved.platform_ref not in ("", first.platform_ref)


def test_pages_are_read_from_the_last(shop: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SIZE", 2)
    numbers = five_orders(shop)
    shop.bench.now += timedelta(minutes=1)
    assert walk(lambda cursor: fetch(shop, cursor)) == (None, numbers)


def test_span_that_is_too_long_is_refused(shop: Lines) -> None:
    until = shop.bench.now
    with pytest.raises(IntegrationError) as caught:
        shop.puller.fetch_orders(since=until - timedelta(days=100), until=until, cursor=None)
    assert caught.value.kind is ErrorKind.FATAL


def test_what_is_not_there_is_none(shop: Lines) -> None:
    assert shop.puller.fetch_order("E1") is None
    assert shop.puller.fetch_refund("1") is None


# --- who may -------------------------------------------------------------------------------


def test_strangers_token_is_refused(shop: Lines) -> None:
    shop.token = "stranger"
    assert shop.refusal().kind is ErrorKind.REAUTHORIZE


def test_token_ends_is_renewed_and_rotates(shop: Lines) -> None:
    shop.bench.press("youzan/expire")
    assert shop.refusal().code == "local:stale_token"
    reply = shop.authorizer.refresh(shop.app.refresh_token, now=shop.bench.now)
    assert reply.access_expires_at == shop.bench.now + timedelta(days=7)
    shop.token = reply.access_token
    assert fetch(shop).orders == ()
    with pytest.raises(IntegrationError) as caught:
        shop.authorizer.refresh(shop.app.refresh_token, now=shop.bench.now)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


def test_app_of_ones_own_gets_a_token_by_its_keys(shop: Lines) -> None:
    shop.token = shop.authorizer.exchange("", redirect_uri="", now=shop.bench.now).access_token
    assert fetch(shop).orders == ()
    shop.credentials["client_secret"] = "stranger"
    with pytest.raises(IntegrationError):
        shop.authorizer.exchange("", redirect_uri="", now=shop.bench.now)


# --- parcels -------------------------------------------------------------------------------


def test_part_that_left_is_told_in_the_list(shop: Lines) -> None:
    order = cart_of_two(shop)
    shop.outbound.send(shipment(order, 0, number="SF1"))
    shop.bench.now += timedelta(minutes=1)
    (pulled,) = fetch(shop).orders
    part = YouzanConnector.read_order(pulled.payload)
    assert part.channel_status is ChannelStatus.PARTLY_SHIPPED


def test_line_that_broke_after_the_work_ships_nothing_twice(shop: Lines) -> None:
    order = shop.order()
    shop.bench.plan(FaultKind.DROP_AFTER, "youzan.logistics.online.confirm")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.outcome_unknown
    assert shop.outbound.find(shipment(order)) is not None


# --- requests and money --------------------------------------------------------------------


def money(refund: Refund, amount: Decimal | None = None) -> RefundPush:
    return RefundPush(
        key="r",
        channel_order_no=refund.order_no,
        refund_no="RF1",
        amount=refund.amount if amount is None else amount,
        currency="CNY",
        lines=(LineUnits(channel_line_no=refund.line_no, quantity=1),),
        reason="补差价",
    )


def test_open_request_holds_the_order(shop: Lines) -> None:
    order = shop.order()
    ask(shop, order)
    assert shop.read(order).platform_hold
    assert shop.outbound.refunds_open([order.number]) == frozenset({order.number})


def test_request_is_pulled_and_refused(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.bench.now += timedelta(minutes=1)
    until = shop.bench.now - timedelta(seconds=30)
    since = until - timedelta(hours=1)
    (pulled,) = shop.puller.fetch_refunds(since=since, until=until, cursor=None).refunds
    assert YouzanConnector.read_refund(pulled.payload).amount == refund.amount
    shop.outbound.send(answer(refund, is_agreed=False))
    assert shop.read_refund(refund.number).status is RefundStage.REJECTED
    assert not shop.read(order).platform_hold


def test_money_for_what_never_left_closes_the_order(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.outbound.send(answer(refund, is_agreed=True))
    assert shop.read_refund(refund.number).status is RefundStage.REFUNDING
    shop.market.requests.pay(refund.number, at=shop.bench.now)
    assert shop.read_refund(refund.number).status is RefundStage.SUCCESS
    got = shop.read(order)
    assert (got.channel_status, got.lines[0].cancelled_quantity) == (ChannelStatus.CANCELLED, 2)


def test_return_comes_back_and_is_paid(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    refund = ask(shop, order, RefundKind.RETURN_REFUND)
    shop.outbound.send(answer(refund, is_agreed=True))
    requests = shop.market.requests
    requests.send_back(refund.number, carrier="圆通速递", waybill_no="YT1", at=shop.bench.now)
    assert shop.read_refund(refund.number).return_waybill_no == "YT1"
    assert shop.outbound.find(money(refund)) is None
    shop.outbound.send(money(refund))
    done = shop.outbound.find(money(refund))
    assert done is not None
    assert done.is_final


def test_money_of_our_own_is_paid_once_and_known_again(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    refund = ask(shop, order)
    shop.market.requests.close(refund.number, at=shop.bench.now)
    push = money(refund, Decimal("5.00"))
    sent = shop.outbound.send(push)
    assert shop.outbound.send(push).channel_ref == sent.channel_ref
    assert shop.read_refund(sent.channel_ref).refund_no == "RF1"


# --- memos, stock, messages ----------------------------------------------------------------


def test_memo_and_stars_go_both_ways(shop: Lines) -> None:
    order = shop.order()
    push = MemoPush(key="m", channel_order_no=order.number, memo="易碎", flag="star-4")
    shop.outbound.send(push)
    assert shop.outbound.find(push) is not None
    got = shop.read(order)
    assert (got.seller_memo, got.seller_flag) == ("易碎", "star-4")


def test_stock_is_set_and_read_back(shop: Lines) -> None:
    row = shop.market.store.stock()[0]
    one = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    gone = ListingRef(channel_product_id="1", channel_sku_id="1")
    offers = [
        Offer(key=f"k{at}", listing=listing, quantity=7, version=1)
        for at, listing in enumerate((one, gone))
    ]
    assert list(shop.stock.set_stock(offers)) == ["k1"]
    assert shop.stock.read_stock([one, gone]) == {one: 7}


def test_change_is_pushed_and_heard(shop: Lines, listener: Listener) -> None:
    order = shop.order()
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
