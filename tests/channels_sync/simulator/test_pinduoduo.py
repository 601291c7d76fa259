"""From the simulated shop at Pinduoduo into the system and back, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from channels_sync.connectors.outbound import MemoPush, ReturnAddress, ReturnAnswer
from channels_sync.connectors.pinduoduo.authorizer import PinduoduoAuthorizer
from channels_sync.connectors.pinduoduo.ledger import PinduoduoLedger
from channels_sync.connectors.pinduoduo.outbound import PinduoduoOutbound
from channels_sync.connectors.pinduoduo.puller import PinduoduoPuller
from channels_sync.connectors.pinduoduo.signing import sign
from channels_sync.connectors.pinduoduo.stock import PinduoduoStock
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.refunds import RefundKind, RefundStatus
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.straight import straight
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import ChannelRefund, Order, OrderHold
from tests.channels_sync.push.parcels import parcel, whole

from .bench import running
from .journey import Journey
from .keys import keys_of
from .telling import shipment

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = keys_of(Pinduoduo)


@pytest.fixture
def shop(tmp_path: Path, clock: time_machine.Traveller) -> Iterator[Journey]:
    with running(tmp_path / "db", Settings(), platforms=[Pinduoduo]) as bench:
        yield Journey(bench, clock, Pinduoduo)


def holds(journey: Journey, number: str) -> set[str]:
    found = OrderHold.objects.filter(order__channel_order_no=number, released_at=None)
    return set(found.values_list("code", flat=True))


def error_of(journey: Journey, **keys: str) -> IntegrationError:
    told = journey.line() | {"credentials": KEYS | keys}
    with pytest.raises(IntegrationError) as caught:
        PinduoduoPuller(**told).fetch_order("1")
    return caught.value


def test_order_goes_the_whole_way(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    order = shop.order(placed.number)
    assert (str(order.paid_amount), order.channel_status) == ("318.00", "paid")
    assert order.receiver is not None
    assert order.receiver.name == ""
    sealed = order.receiver.platform_cipher

    shop.bench.simulator.booths["pinduoduo"].tokens.expire(now=shop.bench.now)
    shipment = parcel(whole(order), at=shop.bench.now)
    queueing.queue_shipments([shipment.pk], now=shop.bench.now)
    shop.push()
    shop.push(minutes=3)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert shop.token().generation == 2
    told = shop.market.order(placed.number)
    assert told.status is Status.SHIPPED
    assert [(p.carrier, p.waybill_no) for p in told.parcels] == [("44", shipment.waybill_no)]

    shop.pull(minutes=4)
    order.refresh_from_db()
    assert order.channel_status == "shipped"
    assert order.receiver is not None
    assert order.receiver.platform_cipher == sealed


def test_request_is_read_answered_and_paid_back(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = shop.market.requests.ask(
        placed.number,
        placed.lines[0].number,
        kind=RefundKind.REFUND_ONLY,
        reason="不想要了",
        at=shop.bench.now,
    )
    shop.pull(minutes=4)
    row, order = ChannelRefund.objects.get(), shop.order(placed.number)
    assert (row.channel_refund_no, row.stage) == (refund.number, "wait_merchant")
    assert str(row.amount) == "318.00"
    number, now = refund.number, shop.bench.now
    queueing.queue_answer(
        order.pk, case_no="AS1", channel_refund_no=number, is_agreed=True, now=now
    )
    shop.push()
    agreed = shop.market.store.refund(number)
    assert agreed is not None
    assert agreed.status is RefundStatus.REFUNDING
    shop.market.requests.pay(number, at=shop.bench.now)
    shop.pull(minutes=4)
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.stage, row.order_id, order.channel_status) == ("success", order.pk, "cancelled")


def test_number_is_changed_and_found(shop: Journey) -> None:
    placed, outbound = shop.place(), PinduoduoOutbound(**shop.line())
    outbound.send(shipment(placed, number="SF1"))
    again = replace(shipment(placed, number="SF2"), replaces="SF1")
    assert outbound.find(again) is None
    outbound.send(again)
    assert outbound.find(again) is not None
    boxes = shop.market.order(placed.number).parcels
    assert [box.waybill_no for box in boxes] == ["SF2"]


def test_hint_and_pull_make_one_order(shop: Journey) -> None:
    placed = shop.place()
    shop.knock(placed.number)
    first = shop.order(placed.number)
    shop.pull(minutes=4)
    assert shop.order(placed.number).pk == first.pk


def test_order_under_risk_control_waits_and_gets_its_receiver_later(shop: Journey) -> None:
    placed = shop.place(note="风控演示")
    shop.pull(minutes=4)
    assert shop.order(placed.number).receiver is None
    assert {"platform", "no_receiver"} <= holds(shop, placed.number)
    shop.market.change_memo(placed.number, memo="", flag=1, at=shop.bench.now)
    shop.pull(minutes=4)
    assert shop.order(placed.number).receiver is not None
    assert not {"platform", "no_receiver"} & holds(shop, placed.number)


def test_refund_before_shipping_holds_the_order_and_its_withdrawal_lets_it_go(
    shop: Journey,
) -> None:
    placed = shop.place()
    refund = shop.market.requests.ask(
        placed.number,
        placed.lines[0].number,
        kind=RefundKind.REFUND_ONLY,
        reason="拍错了",
        at=shop.bench.now,
    )
    shop.pull(minutes=4)
    assert "platform" in holds(shop, placed.number)
    outbound = PinduoduoOutbound(**shop.line())
    assert outbound.refunds_open([placed.number, "1"]) == frozenset({placed.number})
    shop.market.requests.close(refund.number, at=shop.bench.now)
    shop.pull(minutes=4)
    assert "platform" not in holds(shop, placed.number)
    assert outbound.refunds_open([placed.number]) == frozenset()


def test_unpaid_orders_are_not_told(shop: Journey) -> None:
    placed = shop.place(is_paid=False)
    shop.pull(minutes=4)
    assert not Order.objects.exists()
    puller = PinduoduoPuller(**shop.line())
    assert puller.fetch_order(placed.number) is None
    since = shop.bench.now - timedelta(minutes=20)
    assert puller.count_orders(since=since, until=shop.bench.now) == 0


def test_stock_is_set_and_read_back(shop: Journey) -> None:
    row = shop.market.store.stock()[3]
    listing = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    taker = PinduoduoStock(**shop.line())
    assert taker.set_stock([Offer(key="o", listing=listing, quantity=37, version=1)]) == {}
    assert taker.read_stock([listing]) == {listing: 37}
    wrong = ListingRef(channel_product_id="1", channel_sku_id="1")
    refused = taker.set_stock([Offer(key="o", listing=wrong, quantity=1, version=1)])
    assert list(refused) == ["o"]


def test_return_is_agreed_to_with_our_address(shop: Journey) -> None:
    placed = shop.place()
    shop.market.ship(placed.number, carrier="44", waybill_no="SF1", at=shop.bench.now)
    refund = shop.market.requests.ask(
        placed.number,
        placed.lines[0].number,
        kind=RefundKind.RETURN_REFUND,
        reason="开线",
        at=shop.bench.now,
    )
    place = ReturnAddress(
        name="收货组",
        phone="0571-00000000",
        province="浙江省",
        city="杭州市",
        district="余杭区",
        address="演示路 1 号",
    )
    answer = ReturnAnswer(
        key="a",
        channel_order_no=placed.number,
        channel_refund_no=refund.number,
        case_no="AS1",
        is_agreed=True,
        return_to=place,
    )
    outbound = PinduoduoOutbound(**shop.line())
    assert outbound.find(answer) is None
    outbound.send(answer)
    assert outbound.find(answer) is not None
    agreed = shop.market.store.refund(refund.number)
    assert agreed is not None
    assert (agreed.status, agreed.return_address) == (
        RefundStatus.WAIT_BUYER_RETURN,
        "演示路 1 号",
    )


def test_memo_goes_both_ways(shop: Journey) -> None:
    placed = shop.place()
    push = MemoPush(key="m", channel_order_no=placed.number, memo="易碎", flag="green")
    outbound = PinduoduoOutbound(**shop.line())
    outbound.send(push)
    assert outbound.find(push) is not None
    shop.pull(minutes=4)
    order = shop.order(placed.number)
    assert (order.seller_memo, order.seller_flag) == ("易碎", "green")


def test_wrong_secret_and_wrong_clock_are_refused(shop: Journey) -> None:
    assert error_of(shop, client_secret="stranger").code == "20004"
    assert error_of(shop, client_id="stranger").kind is ErrorKind.REAUTHORIZE
    told: dict[str, Any] = shop.line()
    told["clock"] = lambda: shop.bench.now - timedelta(minutes=11)
    with pytest.raises(IntegrationError) as caught:
        PinduoduoPuller(**told).fetch_order("1")
    assert "timestamp" in caught.value.message


def test_consent_taken_back_needs_the_merchant(shop: Journey) -> None:
    shop.bench.simulator.booths["pinduoduo"].tokens.revoke()
    assert error_of(shop).kind is ErrorKind.REAUTHORIZE


def test_owner_says_yes_and_the_code_is_good_once(shop: Journey) -> None:
    keys = KEYS | {"base_url": shop.connection.base_url}
    url = PinduoduoAuthorizer.page_url(keys, redirect_uri="http://127.0.0.1/back", state="s")
    answer = httpx.Client(transport=straight()).get(url)
    code = httpx.URL(answer.headers["location"]).params["code"]
    authorizer = PinduoduoAuthorizer(credentials=KEYS, http=shop.http())
    first = authorizer.exchange(code, redirect_uri="", now=shop.bench.now)
    again = authorizer.refresh(first.refresh_token, now=shop.bench.now)
    assert len({first.access_token, again.access_token, Pinduoduo.app.access_token}) == 3
    with pytest.raises(IntegrationError):
        authorizer.exchange(code, redirect_uri="", now=shop.bench.now)
    with pytest.raises(IntegrationError):
        authorizer.refresh(first.refresh_token, now=shop.bench.now)


def raw(shop: Journey, **params: str) -> dict[str, Any]:
    """Call as another program would."""
    form = params | {
        "client_id": Pinduoduo.app.key,
        "access_token": Pinduoduo.app.access_token,
        "timestamp": str(int(shop.bench.now.timestamp())),
        "data_type": "JSON",
    }
    form["sign"] = sign(Pinduoduo.app.secret, form)
    told: dict[str, Any] = shop.bench.browser.post("/pinduoduo/api/router", data=form).json()
    return told


def test_long_windows_and_large_pages_are_refused(shop: Journey) -> None:
    until = int(shop.bench.now.timestamp())
    asked = {"type": "pdd.order.number.list.increment.get", "end_updated_at": str(until)}
    long = raw(shop, **asked, start_updated_at=str(until - 1801))
    assert "30 分钟" in long["error_response"]["error_msg"]
    large = raw(shop, **asked, start_updated_at=str(until - 60), page_size="101")
    assert large["error_response"]["error_code"] == 10000
    assert raw(shop, type="pdd.nothing")["error_response"]["error_code"] == 10017


def test_pages_tell_whether_more_follow(shop: Journey) -> None:
    for _order in range(3):
        shop.place()
        shop.wait(seconds=1)
    until = int(shop.bench.now.timestamp())
    span = {"start_updated_at": str(until - 60), "end_updated_at": str(until)}
    told = raw(
        shop,
        type="pdd.order.number.list.increment.get",
        page_size="2",
        use_has_next="true",
        **span,
    )["order_sn_increment_get_response"]
    numbers = [row["order_sn"] for row in told["order_sn_list"]]
    assert (told["has_next"], numbers) == (True, sorted(numbers, reverse=True))


def test_busy_platform_names_no_error_of_ours(shop: Journey) -> None:
    shop.bench.plan(FaultKind.THROTTLE, "pdd.order.information.get")
    assert error_of(shop).kind is ErrorKind.THROTTLE
    shop.bench.plan(FaultKind.DROP_AFTER, "pdd.order.information.get")
    assert error_of(shop).kind is ErrorKind.RETRY


def test_too_many_questions_are_throttled(shop: Journey) -> None:
    until = int(shop.bench.now.timestamp())
    asked = {
        "type": "pdd.refund.list.increment.get",
        "after_sales_type": "1",
        "after_sales_status": "1",
        "start_updated_at": str(until - 60),
        "end_updated_at": str(until),
    }
    answers = [raw(shop, **asked) for _call in range(101)]
    assert "error_response" not in answers[99]
    assert answers[100]["error_response"]["error_code"] == 70031
    shop.wait(seconds=10)
    assert "error_response" not in raw(shop, **asked)


class Slow(Pinduoduo):
    """Shows a change after three minutes only."""

    hides = timedelta(minutes=3)


def test_what_is_shown_late_is_not_lost(tmp_path: Path, clock: time_machine.Traveller) -> None:
    with running(tmp_path / "db", Settings(), platforms=[Slow]) as bench:
        journey = Journey(bench, clock, Slow)
        numbers = []
        for _minute in range(8):
            numbers.append(journey.place("TEES-01", quantity=1).number)
            journey.pull(minutes=1)
        for _minute in range(4):
            journey.pull(minutes=1)
        assert all(journey.order(number) for number in numbers)


def test_list_of_a_day_agrees(shop: Journey) -> None:
    placed = [shop.place().number, shop.place("TEES-01").number]
    since = shop.bench.now - timedelta(hours=1)
    shop.wait(hours=1)
    ledger = PinduoduoLedger(**shop.line())
    page = ledger.list_orders(since=since, until=since + timedelta(days=1), cursor=None)
    assert sorted(row.channel_order_no for row in page.rows) == sorted(placed)
    assert {str(row.paid) for row in page.rows} == {"318.00", "118.00"}


def test_list_of_a_day_tells_how_much_went_back(shop: Journey) -> None:
    kept, returned = shop.place(), shop.place("TEES-01")
    now, line_no = shop.bench.now, returned.lines[0].number
    asked = shop.market.requests.ask(
        returned.number, line_no, kind=RefundKind.REFUND_ONLY, reason="少件", units=1, at=now
    )
    shop.market.requests.pay(asked.number, at=now)
    shop.wait(hours=1)
    since = now - timedelta(hours=1)
    page = PinduoduoLedger(**shop.line()).list_orders(
        since=since, until=since + timedelta(days=1), cursor=None
    )
    back = {row.channel_order_no: row.refunded for row in page.rows}
    assert back == {kept.number: Decimal(0), returned.number: Decimal("59.00")}
