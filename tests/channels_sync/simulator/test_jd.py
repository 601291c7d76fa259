"""From the simulated shop at JD into the system and back, over real HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from channels_sync.connectors.jd import puller as module
from channels_sync.connectors.jd.authorizer import JdAuthorizer
from channels_sync.connectors.jd.ledger import JdLedger
from channels_sync.connectors.jd.outbound import JdOutbound
from channels_sync.connectors.jd.puller import JdPuller
from channels_sync.connectors.jd.signing import sign
from channels_sync.connectors.jd.stock import JdStock
from channels_sync.connectors.loose import beijing
from channels_sync.connectors.outbound import MemoPush, ReturnAnswer
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services import renewing
from channels_sync.services.push import queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.jd.platform import Jd
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
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

KEYS = keys_of(Jd)


@pytest.fixture
def shop(tmp_path: Path, clock: time_machine.Traveller) -> Iterator[Journey]:
    with running(tmp_path / "db", Settings(), platforms=[Jd]) as bench:
        yield Journey(bench, clock, Jd)


def holds(journey: Journey, number: str) -> set[str]:
    found = OrderHold.objects.filter(order__channel_order_no=number, released_at=None)
    return set(found.values_list("code", flat=True))


def ask_back(shop: Journey, number: str, kind: RefundKind = RefundKind.REFUND_ONLY) -> Refund:
    line = shop.market.order(number).lines[0].number
    return shop.market.requests.ask(number, line, kind=kind, reason="拍错了", at=shop.bench.now)


def error_of(journey: Journey, **keys: str) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        JdPuller(**journey.line() | {"credentials": KEYS | keys}).fetch_order("1")
    return caught.value


def test_order_goes_the_whole_way(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=2)
    order = shop.order(placed.number)
    assert (str(order.paid_amount), order.channel_status) == ("318.00", "paid")
    assert order.receiver is not None
    assert (order.receiver.name, bool(order.receiver.platform_cipher)) == ("", True)
    assert order.receiver.platform_ref

    shop.wait(hours=2)
    assert renewing.renew_due(now=shop.bench.now) == 1
    assert shop.token().generation == 2

    shipment = parcel(whole(order), at=shop.bench.now)
    queueing.queue_shipments([shipment.pk], now=shop.bench.now)
    shop.push()
    shop.push(minutes=3)
    assert PushJob.objects.get().status == PushStatus.DONE
    told = shop.market.order(placed.number)
    assert told.status is Status.SHIPPED
    assert [(p.carrier, p.waybill_no) for p in told.parcels] == [("467", shipment.waybill_no)]
    shop.pull(minutes=2)
    order.refresh_from_db()
    assert order.channel_status == "shipped"

    refund = ask_back(shop, placed.number, RefundKind.RETURN_REFUND)
    shop.pull(minutes=2)
    row = ChannelRefund.objects.get()
    assert (row.channel_refund_no, row.stage, str(row.amount)) == (
        f"S{refund.number}",
        "wait_merchant",
        "318.00",
    )
    shop.market.requests.pay(refund.number, at=shop.bench.now)
    shop.pull(minutes=2)
    row.refresh_from_db()
    assert (row.stage, row.order_id) == ("success", order.pk)


def test_number_is_changed_and_found(shop: Journey) -> None:
    placed, outbound = shop.place(), JdOutbound(**shop.line())
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
    shop.pull(minutes=2)
    assert shop.order(placed.number).pk == first.pk


def test_application_locks_the_order_and_our_yes_ends_it(shop: Journey) -> None:
    placed = shop.place()
    refund = ask_back(shop, placed.number)
    shop.pull(minutes=2)
    order = shop.order(placed.number)
    assert "platform" in holds(shop, placed.number)
    outbound = JdOutbound(**shop.line())
    assert outbound.refunds_open([placed.number]) == frozenset({placed.number})
    row = ChannelRefund.objects.get()
    assert (row.channel_refund_no, str(row.amount)) == (f"R{refund.number}", "318.00")
    queueing.queue_answer(
        order.pk,
        case_no="AS1",
        channel_refund_no=row.channel_refund_no,
        is_agreed=True,
        now=shop.bench.now,
    )
    shop.push()
    agreed = shop.market.store.refund(refund.number)
    assert agreed is not None
    assert agreed.status is RefundStatus.REFUNDING
    shop.market.requests.pay(refund.number, at=shop.bench.now)
    shop.pull(minutes=2)
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.stage, order.channel_status) == ("success", "cancelled")


def test_application_is_refused_and_the_order_goes_on(shop: Journey) -> None:
    placed = shop.place()
    refund = ask_back(shop, placed.number)
    answer = ReturnAnswer(
        key="a",
        channel_order_no=placed.number,
        channel_refund_no=f"R{refund.number}",
        case_no="AS1",
        is_agreed=False,
    )
    outbound = JdOutbound(**shop.line())
    assert outbound.find(answer) is None
    outbound.send(answer)
    assert outbound.find(answer) is not None
    shop.pull(minutes=2)
    assert "platform" not in holds(shop, placed.number)


def shipped(shop: Journey) -> str:
    placed = shop.place()
    shop.market.ship(placed.number, carrier="467", waybill_no="SF1", at=shop.bench.now)
    shop.pull(minutes=2)
    return placed.number


def test_service_is_refused_before_its_term(shop: Journey) -> None:
    number = shipped(shop)
    refund = ask_back(shop, number, RefundKind.RETURN_REFUND)
    shop.pull(minutes=2)
    row = ChannelRefund.objects.get()
    assert row.respond_by == refund.created_at + timedelta(hours=24)
    queueing.queue_answer(
        shop.order(number).pk,
        case_no="AS1",
        channel_refund_no=row.channel_refund_no,
        is_agreed=False,
        now=shop.bench.now,
    )
    shop.push()
    assert PushJob.objects.get().status == PushStatus.DONE
    told = shop.market.store.refund(refund.number)
    assert told is not None
    assert (told.status, bool(told.answer)) == (RefundStatus.REJECTED, True)
    shop.pull(minutes=2)
    row.refresh_from_db()
    assert row.stage == "rejected"


def test_yes_to_a_service_is_left_to_a_person(shop: Journey) -> None:
    number = shipped(shop)
    refund = ask_back(shop, number, RefundKind.RETURN_REFUND)
    answer = ReturnAnswer(
        key="a",
        channel_order_no=number,
        channel_refund_no=f"S{refund.number}",
        case_no="AS1",
        is_agreed=True,
    )
    outbound = JdOutbound(**shop.line())
    with pytest.raises(IntegrationError) as caught:
        outbound.send(answer)
    assert caught.value.code == "local:not_taken"
    shop.market.requests.agree(refund.number, at=shop.bench.now)
    assert outbound.find(answer) is not None


def test_locked_order_cannot_be_shipped(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=2)
    ask_back(shop, placed.number)
    shipment = parcel(whole(shop.order(placed.number)), at=shop.bench.now)
    queueing.queue_shipments([shipment.pk], now=shop.bench.now)
    shop.push()
    job = PushJob.objects.get()
    assert (job.status, job.error_code) == (PushStatus.NEEDS_PERSON, "10100021")


def test_cash_is_paid_at_the_door_and_unpaid_orders_are_not_told(shop: Journey) -> None:
    cash = shop.place(is_paid=False, is_cod=True)
    unpaid = shop.place("TEES-01", is_paid=False)
    shop.pull(minutes=2)
    assert [order.channel_order_no for order in Order.objects.all()] == [cash.number]
    assert (Order.objects.get().payment_terms, str(Order.objects.get().paid_amount)) == (
        "cod",
        "0.00",
    )
    puller = JdPuller(**shop.line())
    assert puller.fetch_order(unpaid.number) is None
    since = shop.bench.now - timedelta(hours=1)
    assert puller.count_orders(since=since, until=shop.bench.now) == 1


def test_many_orders_of_one_second_are_all_read(
    shop: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    numbers = {shop.place("TEES-01", quantity=1).number for _order in range(5)}
    shop.wait(seconds=2)
    numbers |= {shop.place("TEES-01", quantity=1).number for _order in range(2)}
    shop.pull(minutes=2)
    assert set(Order.objects.values_list("channel_order_no", flat=True)) == numbers


def test_stock_is_set_and_read_back(shop: Journey) -> None:
    row = shop.market.store.stock()[3]
    listing = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    taker = JdStock(**shop.line())
    assert taker.set_stock([Offer(key="o", listing=listing, quantity=37, version=1)]) == {}
    assert taker.read_stock([listing]) == {listing: 37}
    wrong = ListingRef(channel_product_id="1", channel_sku_id="1")
    assert list(taker.set_stock([Offer(key="o", listing=wrong, quantity=1, version=1)])) == ["o"]


def test_memo_goes_both_ways(shop: Journey) -> None:
    placed = shop.place()
    push = MemoPush(key="m", channel_order_no=placed.number, memo="易碎", flag="green")
    outbound = JdOutbound(**shop.line())
    assert outbound.find(push) is None
    outbound.send(push)
    assert outbound.find(push) is not None
    shop.pull(minutes=2)
    assert shop.order(placed.number).seller_memo == "易碎"


def test_wrong_secret_and_wrong_clock_are_refused(shop: Journey) -> None:
    assert error_of(shop, app_secret="stranger").code == "12"
    told = shop.line() | {"clock": lambda: shop.bench.now - timedelta(minutes=7)}
    with pytest.raises(IntegrationError) as caught:
        JdPuller(**told).fetch_order("1")
    assert caught.value.code == "8"


def test_token_that_ran_out_needs_the_merchant(shop: Journey) -> None:
    shop.bench.simulator.booths["jd"].tokens.expire(now=shop.bench.now)
    assert error_of(shop).kind is ErrorKind.REAUTHORIZE
    assert shop.token().dead_since is not None


def test_owner_says_yes_and_the_code_is_good_once(shop: Journey) -> None:
    keys = KEYS | {"base_url": shop.connection.base_url}
    url = JdAuthorizer.page_url(keys, redirect_uri="http://127.0.0.1/back", state="s")
    answer = httpx.Client(transport=straight()).get(url)
    code = httpx.URL(answer.headers["location"]).params["code"]
    authorizer = JdAuthorizer(credentials=KEYS, http=shop.http())
    first = authorizer.exchange(code, redirect_uri="", now=shop.bench.now)
    again = authorizer.refresh(first.refresh_token, now=shop.bench.now)
    assert len({first.access_token, again.access_token, Jd.app.access_token}) == 3
    with pytest.raises(IntegrationError) as caught:
        authorizer.exchange(code, redirect_uri="", now=shop.bench.now)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


def raw(shop: Journey, method: str, **params: object) -> dict[str, Any]:
    """Call as another program would."""
    form = {
        "method": method,
        "app_key": Jd.app.key,
        "access_token": Jd.app.access_token,
        "timestamp": beijing(shop.bench.now),
        "v": "2.0",
        "360buy_param_json": json.dumps(params),
    }
    form["sign"] = sign(Jd.app.secret, form)
    told: dict[str, Any] = shop.bench.browser.post("/jd/routerjson", data=form).json()
    return told


@pytest.mark.parametrize(
    "changes",
    [
        {"page": 1},
        {"page_size": "101"},
        {"optional_fields": ""},
        {"start_date": "2026-01-01 00:00:00"},
        {"start_date": "yesterday"},
    ],
)
def test_what_the_contract_forbids_is_refused_inside_a_success(
    shop: Journey, changes: dict[str, object]
) -> None:
    told = raw(
        shop,
        "jingdong.pop.order.search",
        **{
            "start_date": beijing(shop.bench.now - timedelta(hours=1)),
            "end_date": beijing(shop.bench.now),
            "optional_fields": "orderId",
            "page": "1",
            "page_size": "100",
        }
        | changes,
    )
    root = told["jingdong_pop_order_search_responce"]
    assert (root["code"], root["result"]["apiResult"]["success"]) == ("0", False)


def test_only_the_fields_that_were_asked_for_are_told(shop: Journey) -> None:
    shop.place()
    told = raw(
        shop,
        "jingdong.pop.order.search",
        start_date=beijing(shop.bench.now - timedelta(hours=1)),
        end_date=beijing(shop.bench.now),
        optional_fields="orderId",
        page="1",
        page_size="1",
    )
    result = told["jingdong_pop_order_search_responce"]["searchorderinfo_result"]
    assert result["apiResult"]["success"] == "true"
    assert set(result["orderInfoList"][0]) == {"orderId", "modified"}


def test_unknown_method_is_the_gateways_no(shop: Journey) -> None:
    assert raw(shop, "jingdong.nothing")["error_response"]["code"] == "15"


def test_busy_platform_names_no_error_of_ours(shop: Journey) -> None:
    shop.bench.plan(FaultKind.THROTTLE, "jingdong.pop.order.get")
    assert error_of(shop).kind is ErrorKind.THROTTLE
    shop.bench.plan(FaultKind.DROP_AFTER, "jingdong.pop.order.get")
    assert error_of(shop).kind is ErrorKind.RETRY


def test_list_of_a_day_agrees(shop: Journey) -> None:
    kept, sent, stopped = shop.place(), shop.place("TEES-01"), shop.place("TEES-01")
    since = shop.bench.now - timedelta(hours=1)
    shop.pull(minutes=1)
    shop.ship(sent)
    for order in (sent, stopped):
        asked = ask_back(shop, order.number)
        shop.market.requests.pay(asked.number, at=shop.bench.now)
    shop.wait(hours=1)
    page = JdLedger(**shop.line()).list_orders(
        since=since, until=since + timedelta(days=1), cursor=None
    )
    told = {row.channel_order_no: (str(row.paid), f"{row.refunded:.2f}") for row in page.rows}
    gone = ("118.00", f"{asked.amount:.2f}")
    assert told == {kept.number: ("318.00", "0.00"), sent.number: gone, stopped.number: gone}
