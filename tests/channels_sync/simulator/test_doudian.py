"""The simulated Douyin shop, spoken to by the system's own connectors."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from channels_sync.connectors.doudian import puller as pulling
from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.connectors.outbound import (
    LineUnits,
    RefundPush,
)
from channels_sync.connectors.pulling import OrderPage
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.goods import BY_CODE, Product
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund, RefundKind
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    LineKind,
    RefundStage,
)
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench
from .lines_to import Lines
from .telling import answer, ask, five_orders, shipment, walk


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, Doudian)


def fetch(shop: Lines, cursor: str | None = None) -> OrderPage:
    """Ask for the last hour, and for this second too."""
    return shop.fetch(cursor, until=shop.bench.now + timedelta(seconds=1))


# --- asking --------------------------------------------------------------------------------


def test_pulled_order_is_read_by_the_system(shop: Lines) -> None:
    order = shop.order()
    (pulled,) = fetch(shop).orders
    got = DoudianConnector.read_order(pulled.payload)
    assert len(got.channel_order_no) == 19
    assert (got.channel_order_no, got.channel_status) == (order.number, ChannelStatus.PAID)
    assert [(line.merchant_code, line.quantity) for line in got.lines] == [("HOOD-02", 2)]
    assert got.paid_amount == order.paid_amount
    assert pulled.modified_at == shop.bench.now


def test_money_gifts_and_memos_come_through(shop: Lines) -> None:
    order = shop.market.place(
        3,
        ((_product("HOOD-02"), 2), (_product("TEES-01"), 1)),
        is_paid=True,
        at=shop.bench.now,
        platform_discount=Decimal("10.01"),
        has_gift=True,
        note="快点",
    )
    got = shop.read(order)
    assert got.platform_discount == Decimal("10.01")
    assert got.paid_amount == order.paid_amount
    assert [line.kind for line in got.lines][-1] is LineKind.GIFT
    assert sum(line.paid_share or 0 for line in got.lines) == got.paid_amount - got.freight
    assert got.buyer_memo == "快点"


def _product(code: str) -> Product:
    return BY_CODE[code]


def test_presale_is_paid_in_two_steps(shop: Lines) -> None:
    order = shop.market.place(
        3, ((_product("HOOD-02"), 1),), is_paid=True, at=shop.bench.now, is_presale=True
    )
    first = shop.read(order)
    assert (first.channel_status, first.presale, len(first.payments)) == (
        ChannelStatus.UNPAID,
        True,
        1,
    )
    shop.market.pay(order.number, at=shop.bench.now)
    paid = shop.read(order)
    assert paid.channel_status is ChannelStatus.PAID
    assert sum(each.amount for each in paid.payments) == paid.paid_amount == order.paid_amount


def test_same_door_is_the_same_identity_and_another_is_not(shop: Lines) -> None:
    one, two = shop.order(), shop.order()
    first, second = shop.read(one).receiver, shop.read(two).receiver
    assert isinstance(first, CipherReceiver)
    assert isinstance(second, CipherReceiver)
    assert first.phone_cipher != second.phone_cipher
    assert first.platform_ref == second.platform_ref != ""
    shop.market.change_address(two.number, door=5, at=shop.bench.now)
    moved = shop.read(two).receiver
    assert isinstance(moved, CipherReceiver)
    assert moved.platform_ref not in ("", first.platform_ref)


def test_pages_are_walked_to_the_end(shop: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SIZE", 2)
    numbers = five_orders(shop)
    assert walk(lambda cursor: fetch(shop, cursor)) == (None, numbers)


def test_orders_are_counted(shop: Lines) -> None:
    shop.order()
    shop.order()
    since, until = shop.bench.now - timedelta(hours=1), shop.bench.now
    assert shop.puller.count_orders(since=since, until=until) == 2


def test_order_that_is_not_there_is_none(shop: Lines) -> None:
    assert shop.puller.fetch_order("6900000000000000000") is None
    assert shop.puller.fetch_refund("7200000000000000000") is None


# --- who may -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("app_secret", "stranger", "isv.signature-invalid"),
        ("app_key", "1", "isv.app-id-missing"),
    ],
)
def test_wrong_keys_are_refused(shop: Lines, name: str, value: str, code: str) -> None:
    shop.credentials[name] = value
    assert shop.refusal().code == code


def test_clock_that_is_wrong_is_refused(shop: Lines, clock: time_machine.Traveller) -> None:
    clock.shift(3600)
    assert shop.refusal().code == "isv.timestamp-invalid"


def test_stranger_s_token_is_refused(shop: Lines) -> None:
    shop.token = "stranger"
    assert shop.refusal().kind is ErrorKind.REAUTHORIZE


def test_token_ends_is_renewed_and_rotates(shop: Lines) -> None:
    shop.bench.press("doudian/expire")
    assert shop.refusal().code == "local:stale_token"
    reply = shop.authorizer.refresh(shop.app.refresh_token, now=shop.bench.now)
    shop.token = reply.access_token
    assert fetch(shop).orders == ()
    with pytest.raises(IntegrationError) as caught:
        shop.authorizer.refresh(shop.app.refresh_token, now=shop.bench.now)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


def test_token_asked_for_early_is_the_same_one(shop: Lines) -> None:
    reply = shop.authorizer.refresh(shop.app.refresh_token, now=shop.bench.now)
    assert reply.access_token == shop.app.access_token


def test_app_of_ones_own_gets_a_token_by_its_keys(shop: Lines) -> None:
    reply = shop.authorizer.exchange("", redirect_uri="", now=shop.bench.now)
    shop.token = reply.access_token
    assert fetch(shop).orders == ()
    assert reply.shop_id == shop.app.shop_id


# --- parcels -------------------------------------------------------------------------------


def two_lines(shop: Lines) -> Order:
    cart = ((_product("HOOD-02"), 1), (_product("TEES-01"), 2))
    return shop.market.place(3, cart, is_paid=True, at=shop.bench.now)


def test_parcel_is_found_as_it_was_told(shop: Lines) -> None:
    push = shipment(shop.order())
    told = shop.outbound.send(push)
    assert shop.outbound.find(push) == told == shop.outbound.send(push)


def test_order_that_left_under_another_number_is_done_before(shop: Lines) -> None:
    order = shop.order()
    shop.market.ship(order.number, carrier="shunfeng", waybill_no="OTHER", at=shop.bench.now)
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.kind is ErrorKind.TREAT_AS_DONE


def test_line_that_broke_after_the_work_ships_nothing_twice(shop: Lines) -> None:
    order = two_lines(shop)
    push = shipment(order, 0)
    shop.bench.plan(FaultKind.DROP_AFTER, "logisticsAddMultiPack")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(push)
    assert caught.value.outcome_unknown
    assert shop.outbound.find(push) is not None
    shop.outbound.send(push)
    assert len(shop.now(order.number).parcels) == 1


def test_number_is_changed_and_found(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    again = replace(shipment(order, number="SF2"), replaces="SF1000000000001")
    assert shop.outbound.find(again) is None
    shop.outbound.send(again)
    assert shop.outbound.find(again) is not None
    assert [parcel.waybill_no for parcel in shop.now(order.number).parcels] == ["SF2"]


# --- requests ------------------------------------------------------------------------------


def stage(shop: Lines, refund: Refund) -> RefundStage:
    return shop.read_refund(refund.number).status


def test_open_request_holds_the_order_and_its_parcel(shop: Lines) -> None:
    order = shop.order()
    ask(shop, order)
    assert shop.read(order).platform_hold
    assert shop.outbound.refunds_open([order.number]) == frozenset({order.number})
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.kind is ErrorKind.FATAL


def test_request_is_pulled_refused_and_the_order_goes_on(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    since, until = shop.bench.now - timedelta(hours=1), shop.bench.now
    (pulled,) = shop.puller.fetch_refunds(since=since, until=until, cursor=None).refunds
    got = DoudianConnector.read_refund(pulled.payload)
    assert (got.channel_order_no, got.amount) == (order.number, refund.amount)
    shop.outbound.send(answer(refund, is_agreed=False))
    assert shop.outbound.find(answer(refund, is_agreed=False)) is not None
    assert stage(shop, refund) is RefundStage.REJECTED
    assert not shop.read(order).platform_hold


def test_no_with_a_photograph_is_shown_there(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    offered = shop.outbound.reasons_of(refund.number)
    wanted = next(reason for reason in offered if reason.needs_photo)
    bare = replace(answer(refund, is_agreed=False), reason=wanted.code)
    with pytest.raises(IntegrationError):
        shop.outbound.send(bare)
    shop.outbound.send(replace(bare, photo_urls=("https://oms.example.com/x.jpg",)))
    assert stage(shop, refund) is RefundStage.REJECTED


def test_money_for_what_never_left_closes_the_order(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.outbound.send(answer(refund, is_agreed=True))
    assert stage(shop, refund) is RefundStage.REFUNDING
    shop.market.requests.pay(refund.number, at=shop.bench.now)
    assert stage(shop, refund) is RefundStage.SUCCESS
    got = shop.read(order)
    assert got.channel_status is ChannelStatus.CANCELLED
    assert got.lines[0].cancelled_quantity == 2


def test_return_comes_back_and_is_paid(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    refund = ask(shop, order, RefundKind.RETURN_REFUND)
    shop.outbound.send(answer(refund, is_agreed=True))
    assert "示例路 1 号" in shop.market.requests._ledger.refund(refund.number).return_address
    shop.market.requests.send_back(
        refund.number, carrier="圆通速递", waybill_no="YT1", at=shop.bench.now
    )
    push = RefundPush(
        key="r",
        channel_order_no=order.number,
        refund_no="RF1",
        amount=refund.amount,
        currency="CNY",
        lines=(LineUnits(channel_line_no=refund.line_no, quantity=2),),
    )
    assert shop.outbound.find(push) is None
    assert not shop.outbound.send(push).is_final
    told = shop.outbound.find(push)
    assert told is not None
    assert told.is_final
