"""The simulated Youzan shop, spoken to by the system's own connectors."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from channels_sync.connectors.knocks import Heard, Knock, NotProved
from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    RefundPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
)
from channels_sync.connectors.pulling import OrderPage
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.youzan import puller as pulling
from channels_sync.connectors.youzan.connector import YouzanConnector
from channels_sync.connectors.youzan.listener import YouzanListener
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.goods import BY_CODE
from channels_sync.simulator.market.orders import Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingOrder,
    IncomingRefund,
    LineKind,
    RefundStage,
    ShipmentNotice,
)
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench, Listener
from .lines_to import Lines, youzan


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return youzan(bench)


def fetch(shop: Lines, cursor: str | None = None) -> OrderPage:
    """Ask for the last hour, as late as the search needs."""
    until = shop.bench.now - timedelta(seconds=40)
    return shop.puller.fetch_orders(since=until - timedelta(hours=1), until=until, cursor=cursor)


def read(shop: Lines, order: Order) -> IncomingOrder:
    pulled = shop.puller.fetch_order(order.number)
    assert pulled is not None
    return YouzanConnector.read_order(pulled.payload)


def refusal(shop: Lines) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        fetch(shop)
    return caught.value


def cart_of_two(shop: Lines, discount: str = "0.00", *, has_gift: bool = False) -> Order:
    cart = ((BY_CODE["HOOD-02"], 1), (BY_CODE["SOCK-04"], 2))
    return shop.market.place(
        3,
        cart,
        is_paid=True,
        at=shop.bench.now,
        discount=Decimal(discount),
        has_gift=has_gift,
    )


def shipment(order: Order, *lines: int, number: str = "SF1000000000001") -> ShipmentPush:
    chosen = [order.lines[at] for at in lines] or list(order.lines)
    notice = ShipmentNotice(
        channel_order_no=order.number,
        carrier="sf",
        waybill_no=number,
        shipped_at=order.modified_at,
        is_split=bool(lines),
    )
    units = tuple(LineUnits(channel_line_no=one.number, quantity=one.quantity) for one in chosen)
    return ShipmentPush(key=f"ship-{number}", package_no="PK1", notice=notice, lines=units)


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
    got = read(shop, order)
    assert (got.paid_amount, got.seller_discount) == (order.paid_amount, Decimal("10.01"))
    assert got.lines[-1].kind is LineKind.GIFT
    assert sum(line.paid_share or 0 for line in got.lines) == got.paid_amount - got.freight


def test_same_door_is_the_same_identity_and_another_is_not(shop: Lines) -> None:
    one, two = shop.order(), shop.order()
    first, second = read(shop, one).receiver, read(shop, two).receiver
    assert isinstance(first, CipherReceiver)
    assert isinstance(second, CipherReceiver)
    assert first.platform_ref == second.platform_ref != ""
    shop.market.change_address(two.number, door=5, at=shop.bench.now)
    moved = read(shop, two).receiver
    assert isinstance(moved, CipherReceiver)
    assert moved.platform_ref not in ("", first.platform_ref)


def test_pages_are_read_from_the_last(shop: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SIZE", 2)
    numbers = set()
    for _order in range(5):
        shop.bench.now += timedelta(seconds=1)
        numbers.add(shop.order().number)
    shop.bench.now += timedelta(minutes=1)
    found, cursor = set(), None
    for _page in range(8):
        page = fetch(shop, cursor)
        found |= {order.channel_order_no for order in page.orders}
        cursor = page.cursor
        if cursor is None:
            break
    assert (cursor, found) == (None, numbers)


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
    assert refusal(shop).kind is ErrorKind.REAUTHORIZE


def test_token_ends_is_renewed_and_rotates(shop: Lines) -> None:
    shop.bench.press("youzan/expire")
    assert refusal(shop).code == "local:stale_token"
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


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(FaultKind.THROTTLE, ErrorKind.THROTTLE), (FaultKind.REFUSE, ErrorKind.FATAL)],
)
def test_trouble_comes_inside_a_200(shop: Lines, fault: FaultKind, kind: ErrorKind) -> None:
    shop.bench.plan(fault, "youzan.trades.sold.get")
    assert refusal(shop).kind is kind
    assert [record.status for record in shop.bench.records] == [200]


# --- parcels -------------------------------------------------------------------------------


def test_parcel_ships_the_order_and_is_found(shop: Lines) -> None:
    order = shop.order()
    push = shipment(order)
    assert shop.outbound.find(push) is None
    shop.outbound.send(push)
    assert shop.outbound.find(push) == shop.outbound.send(push)
    assert shop.now(order.number).status is Status.SHIPPED
    assert len(shop.now(order.number).parcels) == 1


def test_parts_ship_it_together(shop: Lines) -> None:
    order = cart_of_two(shop)
    shop.outbound.send(shipment(order, 0, number="SF1"))
    assert read(shop, order).channel_status is ChannelStatus.PARTLY_SHIPPED
    shop.bench.now += timedelta(minutes=1)
    (pulled,) = fetch(shop).orders
    part = YouzanConnector.read_order(pulled.payload)
    assert part.channel_status is ChannelStatus.PARTLY_SHIPPED
    shop.outbound.send(shipment(order, 1, number="SF2"))
    assert [parcel.waybill_no for parcel in shop.now(order.number).parcels] == ["SF1", "SF2"]


def test_line_that_broke_after_the_work_ships_nothing_twice(shop: Lines) -> None:
    order = shop.order()
    shop.bench.plan(FaultKind.DROP_AFTER, "youzan.logistics.online.confirm")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.outcome_unknown
    assert shop.outbound.find(shipment(order)) is not None


# --- requests and money --------------------------------------------------------------------

PLACE = ReturnAddress(
    name="仓库", phone="020-1234567", province="广东省", city="广州市", district="白云区",
    address="示例路 1 号",
)  # fmt: skip


def ask(shop: Lines, order: Order, kind: RefundKind = RefundKind.REFUND_ONLY) -> Refund:
    line = order.lines[0].number
    requests = shop.market.requests
    return requests.ask(order.number, line, kind=kind, reason="不想要了", at=shop.bench.now)


def answer(refund: Refund, *, is_agreed: bool) -> ReturnAnswer:
    return ReturnAnswer(
        key="a",
        channel_order_no=refund.order_no,
        channel_refund_no=refund.number,
        case_no="C1",
        is_agreed=is_agreed,
        return_to=PLACE,
    )


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


def told(shop: Lines, number: str) -> IncomingRefund:
    pulled = shop.puller.fetch_refund(number)
    assert pulled is not None
    return YouzanConnector.read_refund(pulled.payload)


def test_open_request_holds_the_order(shop: Lines) -> None:
    order = shop.order()
    ask(shop, order)
    assert read(shop, order).platform_hold
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
    assert told(shop, refund.number).status is RefundStage.REJECTED
    assert not read(shop, order).platform_hold


def test_money_for_what_never_left_closes_the_order(shop: Lines) -> None:
    order = shop.order()
    refund = ask(shop, order)
    shop.outbound.send(answer(refund, is_agreed=True))
    assert told(shop, refund.number).status is RefundStage.REFUNDING
    shop.market.requests.pay(refund.number, at=shop.bench.now)
    assert told(shop, refund.number).status is RefundStage.SUCCESS
    got = read(shop, order)
    assert (got.channel_status, got.lines[0].cancelled_quantity) == (ChannelStatus.CANCELLED, 2)


def test_return_comes_back_and_is_paid(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    refund = ask(shop, order, RefundKind.RETURN_REFUND)
    shop.outbound.send(answer(refund, is_agreed=True))
    requests = shop.market.requests
    requests.send_back(refund.number, carrier="圆通速递", waybill_no="YT1", at=shop.bench.now)
    assert told(shop, refund.number).return_waybill_no == "YT1"
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
    assert told(shop, sent.channel_ref).refund_no == "RF1"


# --- memos, stock, messages ----------------------------------------------------------------


def test_memo_and_stars_go_both_ways(shop: Lines) -> None:
    order = shop.order()
    push = MemoPush(key="m", channel_order_no=order.number, memo="易碎", flag="star-4")
    shop.outbound.send(push)
    assert shop.outbound.find(push) is not None
    got = read(shop, order)
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


def heard(shop: Lines, listener: Listener, index: int = -1) -> Heard:
    headers, body = listener.posts[index]
    lowered = {name.lower(): value for name, value in headers.items()}
    knock = Knock(method="POST", path="/", query="", headers=lowered, body=body)
    return YouzanListener.hear(knock, credentials=shop.credentials)


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
