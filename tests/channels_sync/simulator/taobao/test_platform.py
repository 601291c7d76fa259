"""The simulated Taobao, spoken to by the system's own connector over real HTTP."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from channels_sync.connectors.knocks import Subject
from channels_sync.connectors.outbound import MemoPush, RefundPush, ReturnAddress, ReturnAnswer
from channels_sync.connectors.pulling import OrderPage
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.taobao import paging
from channels_sync.connectors.taobao.authorizer import TaobaoAuthorizer
from channels_sync.connectors.taobao.connector import TaobaoConnector
from channels_sync.connectors.taobao.ledger import TaobaoLedger
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.refunds import RefundKind, RefundStatus
from channels_sync.simulator.platforms import PLATFORMS
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from oms.dto import ChannelStatus, CipherReceiver, LineKind, RefundStage
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.simulator.bench import NOW, running

from .line import APP, Shop, parcel

HOME = ReturnAddress(
    name="一号仓",
    phone="02100000000",
    province="上海",
    city="上海市",
    district="青浦区",
    address="1号",
)


@pytest.fixture
def shop(tmp_path: Path, clock: time_machine.Traveller) -> Iterator[Shop]:
    clock.move_to(NOW)
    settings = Settings(oms_url="http://127.0.0.1:1", seed=1)
    with running(tmp_path / "db", settings, platforms=(Taobao,)) as bench:
        yield Shop(bench)


def fetch(shop: Shop, cursor: str | None = None) -> OrderPage:
    return shop.puller.fetch_orders(**shop.window(), cursor=cursor)


def trouble(shop: Shop) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        fetch(shop)
    return caught.value


def test_taobao_is_on_the_market() -> None:
    assert Taobao in PLATFORMS


def test_day_that_ends_before_it_begins_is_no_day(shop: Shop) -> None:
    ledger, now = TaobaoLedger(**shop.line(), clock=lambda: shop.bench.now), shop.bench.now
    with pytest.raises(IntegrationError) as caught:
        ledger.list_orders(since=now, until=now - timedelta(days=1), cursor=None)
    assert (caught.value.kind, caught.value.code) == (
        ErrorKind.FATAL,
        "isv.invalid-parameter:end_created",
    )


# --- asking --------------------------------------------------------------------------------


def test_pulled_trade_is_read_by_the_system(shop: Shop) -> None:
    order = shop.place(note="周末送", has_gift="1", discount="10")
    (pulled,) = fetch(shop).orders
    read = TaobaoConnector.read_order(pulled.payload)
    assert (read.channel_order_no, read.channel_status) == (order.number, ChannelStatus.PAID)
    assert (read.paid_amount, read.buyer_memo) == (Decimal("308.00"), "周末送")
    assert [(line.merchant_code, line.kind) for line in read.lines] == [
        ("HOOD-02", LineKind.GOODS),
        ("HOOK-03", LineKind.GIFT),
    ]
    assert sum(line.paid_share or 0 for line in read.lines) + read.freight == read.paid_amount
    assert pulled.modified_at == shop.bench.now


def test_same_door_has_one_identity_and_another_door_another(shop: Shop) -> None:
    first = shop.place()
    shop.place()
    shop.place(buyer="8")
    shop.bench.press("taobao/move", order=first.number)
    receivers = [TaobaoConnector.read_order(o.payload).receiver for o in fetch(shop).orders]
    refs = [r.platform_ref for r in receivers if isinstance(r, CipherReceiver)]
    assert len(refs) == len(set(refs)) == 3
    shop.place()
    newest = TaobaoConnector.read_order(fetch(shop).orders[-1].payload).receiver
    assert isinstance(newest, CipherReceiver)
    assert newest.platform_ref in refs
    assert "*" in newest.name_mask


def test_pages_are_walked_backwards(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SIZE", 2)
    for _order in range(5):
        shop.bench.now += timedelta(seconds=1)
        shop.place()
    found, cursor = [], None
    while True:
        page = fetch(shop, cursor)
        found += [order.modified_at for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(found) == 5
    assert found == sorted(moment for moment in found if moment)
    assert shop.puller.count_orders(**shop.window()) == 5


def test_window_of_more_than_a_day_is_refused(shop: Shop) -> None:
    now = shop.bench.now
    with pytest.raises(IntegrationError) as caught:
        shop.puller.fetch_orders(since=now - timedelta(days=2), until=now, cursor=None)
    assert caught.value.code == "isv.invalid-parameter:end_modified"


def test_presale_and_cash_on_delivery_are_read(shop: Shop) -> None:
    shop.place(is_presale="1")
    (waiting,) = fetch(shop).orders
    read = TaobaoConnector.read_order(waiting.payload)
    assert (read.channel_status, read.presale) == (ChannelStatus.UNPAID, True)
    assert read.paid_amount == Decimal("31.80")
    cash = shop.place(is_cod="1", is_paid="")
    pulled = shop.puller.fetch_order(cash.number)
    assert pulled is not None
    assert TaobaoConnector.read_order(pulled.payload).payment_terms == "cod"


def test_wrong_secret_clock_or_session_is_refused(
    shop: Shop, clock: time_machine.Traveller
) -> None:
    shop.token = "stranger"
    assert trouble(shop).kind is ErrorKind.REAUTHORIZE
    shop.token = ""
    assert trouble(shop).code == "local:no_token"
    shop.token, shop.secret = APP.access_token, "stranger"
    assert trouble(shop).code == "25"
    shop.secret = APP.secret
    clock.move_to(NOW + timedelta(minutes=11))
    assert trouble(shop).code == "isv.invalid-timestamp"


def test_throttled_and_broken_calls_are_told_inside_a_200(shop: Shop) -> None:
    shop.bench.plan(FaultKind.THROTTLE, "trades.sold.increment.get")
    error = trouble(shop)
    assert (error.kind, error.retry_after) == (ErrorKind.THROTTLE, timedelta(seconds=1))
    assert shop.bench.records[-1].status == 200
    shop.bench.plan(FaultKind.REFUSE)
    assert trouble(shop).kind is ErrorKind.FATAL


def test_order_that_nobody_has_is_none(shop: Shop) -> None:
    assert shop.puller.fetch_order("1") is None
    assert shop.puller.fetch_refund("1") is None


# --- telling -------------------------------------------------------------------------------


def test_parcels_leave_line_by_line_and_once(shop: Shop) -> None:
    order = shop.place(has_gift="1")
    first, second = (line.number for line in order.lines)
    line = shop.outbound
    told = line.send(parcel(order, first))
    assert line.find(parcel(order, first)) == told == line.send(parcel(order, first))
    line.send(parcel(order, second, number="SF2"))
    with pytest.raises(IntegrationError) as caught:
        line.send(parcel(order, first, number="SF3"))
    assert caught.value.kind is ErrorKind.TREAT_AS_DONE
    parcels = shop.market.order(order.number).parcels
    assert [each.waybill_no for each in parcels] == ["SF1", "SF2"]
    pulled = shop.puller.fetch_order(order.number)
    assert pulled is not None
    assert TaobaoConnector.read_order(pulled.payload).channel_status is ChannelStatus.SHIPPED


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.MALFORMED])
def test_broken_answer_leaves_it_open_and_a_question_settles_it(
    shop: Shop, kind: FaultKind
) -> None:
    order = shop.place()
    shop.bench.plan(kind, "logistics.offline.send")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(parcel(order))
    assert caught.value.outcome_unknown
    assert shop.outbound.find(parcel(order)) is not None


def test_memo_and_flag_are_noted(shop: Shop) -> None:
    order = shop.place()
    push = MemoPush(key="k", channel_order_no=order.number, memo="加急", flag="red")
    assert shop.outbound.find(push) is None
    assert shop.outbound.send(push) == shop.outbound.find(push)
    noted = shop.market.order(order.number)
    assert (noted.seller_memo, noted.seller_flag) == ("加急", 1)


def test_stock_is_set_and_read_back_and_a_wrong_sku_refused_alone(shop: Shop) -> None:
    one, two = shop.market.store.stock()[:2]
    listings = [
        ListingRef(channel_product_id=s.product_id, channel_sku_id=s.sku_id) for s in (one, two)
    ]
    wrong = ListingRef(channel_product_id=one.product_id, channel_sku_id="1")
    offers = [
        Offer(key=str(at), listing=each, quantity=at, version=1)
        for at, each in enumerate([*listings, wrong])
    ]
    refused = shop.stock.set_stock(offers)
    assert list(refused) == ["2"]
    assert shop.stock.read_stock([*listings, wrong]) == {listings[0]: 0, listings[1]: 1}
    gone = ListingRef(channel_product_id="1", channel_sku_id="1")
    assert shop.stock.read_stock([gone]) == {}


# --- refunds -------------------------------------------------------------------------------


def answer(order_no: str, refund_no: str, *, is_agreed: bool = True) -> ReturnAnswer:
    return ReturnAnswer(
        key="k",
        channel_order_no=order_no,
        channel_refund_no=refund_no,
        case_no="AS1",
        is_agreed=is_agreed,
        return_to=HOME,
    )


def test_return_goes_its_whole_way(shop: Shop) -> None:
    order = shop.place()
    shop.outbound.send(parcel(order))
    shop.bench.press("taobao/ask", order=order.number, kind="return_refund")
    (pulled,) = shop.puller.fetch_refunds(**shop.window(), cursor=None).refunds
    read = TaobaoConnector.read_refund(pulled.payload)
    assert (read.status, read.kind) == (RefundStage.WAIT_MERCHANT, "return_refund")
    assert shop.outbound.refunds_open([order.number]) == frozenset({order.number})
    number = pulled.channel_refund_no
    shop.outbound.send(answer(order.number, number))
    refund = shop.market.store.refunds()[0]
    assert (refund.status, "青浦区" in refund.return_address) == (
        RefundStatus.WAIT_BUYER_RETURN,
        True,
    )
    shop.bench.press("taobao/send_back", refund=number)
    back = shop.puller.fetch_refund(number)
    assert back is not None
    assert TaobaoConnector.read_refund(back.payload).return_waybill_no == "SF1400000000001"
    push = RefundPush(
        key="k", channel_order_no=order.number, refund_no="RF1", amount=read.amount, currency="CNY"
    )
    shop.outbound.send(push)
    assert shop.outbound.send(push) == shop.outbound.find(push)
    assert shop.market.store.refunds()[0].status is RefundStatus.SUCCESS


def test_money_is_agreed_before_shipping_and_a_refusal_is_not(shop: Shop) -> None:
    order = shop.place()
    shop.bench.press("taobao/ask", order=order.number, kind="refund_only")
    number = shop.market.store.refunds()[0].number
    pulled = shop.puller.fetch_order(order.number)
    assert pulled is not None
    assert "refund" in TaobaoConnector.read_order(pulled.payload).platform_hold
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(answer(order.number, number, is_agreed=False))
    assert caught.value.kind is ErrorKind.FATAL
    shop.outbound.send(answer(order.number, number))
    closed = shop.puller.fetch_order(order.number)
    assert closed is not None
    assert TaobaoConnector.read_order(closed.payload).channel_status is ChannelStatus.CANCELLED


def test_number_is_changed_within_a_day(shop: Shop) -> None:
    order = shop.place()
    shop.outbound.send(parcel(order))
    again = replace(parcel(order, number="SF2"), replaces="SF1")
    shop.outbound.send(again)
    assert shop.outbound.find(again) is not None
    assert [box.waybill_no for box in shop.market.order(order.number).parcels] == ["SF2"]


@pytest.mark.parametrize("photos", [(), (b"\xff\xd8 a photograph",)])
def test_refusal_after_shipping_is_told(shop: Shop, photos: tuple[bytes, ...]) -> None:
    order = shop.place()
    shop.outbound.send(parcel(order))
    line = order.lines[0].number
    refund = shop.market.requests.ask(
        order.number, line, kind=RefundKind.REFUND_ONLY, reason="", at=shop.bench.now
    )
    no = answer(order.number, refund.number, is_agreed=False)
    with pytest.raises(IntegrationError):
        shop.outbound.send(replace(no, photos=(b"x" * 130_001,)))
    wanted = shop.outbound.reasons_of(refund.number)[0]
    with pytest.raises(IntegrationError):
        shop.outbound.send(replace(no, reason="999"))
    told_no = replace(no, photos=photos, words="已拆封 影响二次销售", reason=wanted.code)
    shop.outbound.send(told_no)
    told = shop.puller.fetch_refund(refund.number)
    assert told is not None
    assert TaobaoConnector.read_refund(told.payload).status is RefundStage.REJECTED
    assert shop.market.store.refunds()[0].answer == "已拆封 影响二次销售"


# --- the session and the messages ----------------------------------------------------------


def test_seller_says_yes_and_the_session_is_renewed(shop: Shop) -> None:
    told = shop.credentials | {"base_url": f"{shop.bench.server.url}/taobao"}
    url = TaobaoAuthorizer.page_url(told, redirect_uri="https://oms.example.com/back", state="s&1")
    page = shop.bench.browser.get(url).text
    (link,) = re.findall(r'href="([^"]+)"', page)
    query = parse_qs(urlsplit(unescape(link)).query)
    assert query["state"] == ["s&1"]
    reply = shop.authorizer.exchange(query["code"][0], redirect_uri="x", now=shop.bench.now)
    assert (reply.shop_id, reply.shop_name) == (APP.shop_id, APP.shop_name)
    shop.bench.press("taobao/expire")
    shop.token = reply.access_token
    assert trouble(shop).kind is ErrorKind.REAUTHORIZE  # a fixed token cannot be renewed
    shop.token = shop.authorizer.refresh(reply.refresh_token, now=shop.bench.now).access_token
    assert fetch(shop).orders == ()
    with pytest.raises(IntegrationError) as caught:
        shop.authorizer.exchange(query["code"][0], redirect_uri="x", now=shop.bench.now)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


@pytest.mark.parametrize(
    ("name", "value"), [("client_id", "stranger"), ("redirect_uri", "javascript:alert(1)")]
)
def test_stranger_gets_no_consent_page(shop: Shop, name: str, value: str) -> None:
    query = {"client_id": APP.key, "redirect_uri": "https://oms.example.com"} | {name: value}
    assert shop.bench.browser.get("/taobao/authorize", params=query).status_code == 400


def test_messages_wait_until_they_are_confirmed(shop: Shop) -> None:
    order = shop.place()
    shop.bench.press("taobao/ask", order=order.number, kind="refund_only")
    letters = shop.mailbox.fetch()
    assert {letter.shop_id for letter in letters} == {APP.shop_id}
    subjects = [[hint.subject for hint in letter.hints] for letter in letters]
    assert subjects == [[Subject.ORDER], [Subject.ORDER], [Subject.ORDER, Subject.REFUND]]
    assert shop.mailbox.fetch() == []
    shop.bench.wait(minutes=10)
    assert len(shop.mailbox.fetch()) == 3
    shop.mailbox.confirm([letter.id for letter in letters])
    shop.bench.wait(minutes=10)
    assert shop.mailbox.fetch() == []


def test_unknown_method_or_path_is_refused(shop: Shop) -> None:
    assert shop.bench.browser.get("/taobao/router/rest").status_code == 404
    body = shop.bench.browser.post("/taobao/router/rest", data={"method": "taobao.x"}).json()
    assert body["error_response"]["code"] == 40
