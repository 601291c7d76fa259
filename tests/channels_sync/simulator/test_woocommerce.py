"""The simulated shop on WordPress, spoken to by the system's own connectors."""

import base64
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
import time_machine

from channels_sync.connectors.knocks import NotProved, Subject
from channels_sync.connectors.outbound import LineUnits, RefundPush
from channels_sync.connectors.pulling import OrderPage
from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.woocommerce import puller as pulling
from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Order, Status
from channels_sync.simulator.market.store import Stock
from channels_sync.simulator.woocommerce.platform import ROOT, WooCommerce
from oms.dto import (
    ChannelStatus,
    IncomingRefund,
    PaymentTerms,
    PlainReceiver,
    RefundStage,
)
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench, Listener
from .lines_to import Lines
from .telling import cart_of_two, five_orders, heard, shipment, walk


@pytest.fixture
def shop(bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, WooCommerce)


def fetch(shop: Lines, cursor: str | None = None) -> OrderPage:
    """Ask for the last hour, and for this second too."""
    return shop.fetch(cursor, until=shop.bench.now + timedelta(seconds=1))


def money(
    order: Order, amount: str, *lines: tuple[int, int, str], refund_no: str = "RF1"
) -> RefundPush:
    return RefundPush(
        key=refund_no,
        channel_order_no=order.number,
        refund_no=refund_no,
        amount=Decimal(amount),
        currency="CNY",
        lines=tuple(
            LineUnits(channel_line_no=order.lines[at].number, quantity=units, amount=Decimal(worth))
            for at, units, worth in lines
        ),
        reason="少件",
    )


# --- asking --------------------------------------------------------------------------------


def test_order_is_pulled_with_its_money_and_its_door(shop: Lines) -> None:
    order = cart_of_two(shop, "10.01")
    (pulled,) = fetch(shop).orders
    got = WooCommerceConnector.read_order(pulled.payload)
    assert (got.channel_order_no, got.channel_status) == (order.number, ChannelStatus.PAID)
    assert (got.paid_amount, got.seller_discount) == (order.paid_amount, Decimal("10.01"))
    assert sum(line.paid_share or 0 for line in got.lines) == got.paid_amount - got.freight
    assert [line.merchant_code for line in got.lines] == ["HOOD-02", "SOCK-04"]
    assert isinstance(got.receiver, PlainReceiver)
    place = order.receiver
    assert (got.receiver.name, got.receiver.province) == (place.name, place.province)
    assert got.channel_modified_at == order.modified_at


def test_cash_on_delivery_is_told(shop: Lines) -> None:
    got = shop.read(shop.order(is_cod="1", is_paid=""))
    assert (got.payment_terms, got.channel_status) == (PaymentTerms.COD, ChannelStatus.PAID)


def test_pages_are_read_from_the_last(shop: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SIZE", 2)
    numbers = five_orders(shop)
    assert walk(lambda cursor: fetch(shop, cursor)) == (None, numbers)
    until = shop.bench.now + timedelta(seconds=1)
    assert shop.puller.count_orders(since=until - timedelta(hours=1), until=until) == 5


def test_page_after_the_last_is_empty(shop: Lines) -> None:
    assert fetch(shop, "7").orders == ()


def test_filter_by_change_leaves_the_others_out(shop: Lines) -> None:
    first, second = shop.order(is_paid=""), shop.order(is_paid="")
    shop.bench.now += timedelta(minutes=10)
    shop.market.pay(first.number, at=shop.bench.now)
    now = shop.bench.now + timedelta(seconds=1)
    page = shop.puller.fetch_orders(since=now - timedelta(minutes=5), until=now, cursor=None)
    assert [order.channel_order_no for order in page.orders] == [first.number]
    assert shop.read(second).channel_status is ChannelStatus.UNPAID


def test_what_is_not_there_is_none(shop: Lines) -> None:
    assert shop.puller.fetch_order("1") is None
    assert shop.puller.fetch_refund("1-2") is None
    order = shop.order()
    assert shop.puller.fetch_refund(f"{order.number}-2") is None


# --- who may -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["consumer_key", "consumer_secret"])
def test_wrong_keys_need_a_person(shop: Lines, key: str) -> None:
    shop.credentials[key] = "stranger"
    assert shop.refusal().kind is ErrorKind.REAUTHORIZE


def test_clock_that_is_off_passes_later(shop: Lines, clock: time_machine.Traveller) -> None:
    clock.move_to(shop.bench.now + timedelta(minutes=20))
    assert shop.refusal().kind is ErrorKind.RETRY


def ask(shop: Lines, path: str, **headers: str) -> httpx.Response:
    return shop.bench.browser.get(f"/woocommerce{path}", headers=headers)


def test_keys_in_the_header_count_over_tls_only(shop: Lines) -> None:
    pair = f"{WooCommerce.app.key}:{WooCommerce.app.secret}".encode()
    basic = f"Basic {base64.b64encode(pair).decode()}"
    assert ask(shop, f"{ROOT}orders", authorization=basic).status_code == 401
    tls = {"authorization": basic, "x-forwarded-proto": "https"}
    assert ask(shop, f"{ROOT}orders", **tls).headers["X-WP-Total"] == "0"
    wrong = tls | {"authorization": f"Basic {base64.b64encode(b'ck:cs').decode()}"}
    assert ask(shop, f"{ROOT}orders", **wrong).status_code == 401


def test_signed_call_cannot_be_said_again(shop: Lines) -> None:
    fetch(shop)
    url = shop.bench.simulator.booths["woocommerce"]
    line = shop.puller
    assert isinstance(line, pulling.WooCommercePuller)
    api = Api(shop.credentials, line.http, clock=lambda: shop.bench.now)
    request = api._built("GET", "/orders", {"status": "any"}, None)
    sent = [
        shop.bench.browser.get(f"/{url.platform.key}{request.path}", params=dict(request.params))
        for _time in range(2)
    ]
    assert [answer.status_code for answer in sent] == [200, 401]
    assert "nonce" in sent[1].json()["message"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (FaultKind.THROTTLE, ErrorKind.THROTTLE),
        (FaultKind.REFUSE, ErrorKind.FATAL),
        (FaultKind.SERVER_ERROR, ErrorKind.RETRY),
        (FaultKind.MALFORMED, ErrorKind.RETRY),
    ],
)
def test_trouble_is_understood(shop: Lines, fault: FaultKind, kind: ErrorKind) -> None:
    shop.bench.plan(fault, "GET orders")
    assert shop.refusal().kind is kind


def test_what_is_no_api_is_a_web_page(shop: Lines) -> None:
    answer = ask(shop, "/shop/")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")
    assert "<html>" in answer.text


# --- parcels -------------------------------------------------------------------------------


def test_parcel_completes_the_order_and_is_found(shop: Lines) -> None:
    order = shop.order()
    push = shipment(order)
    assert shop.outbound.find(push) is None
    shop.outbound.send(push)
    assert shop.outbound.find(push) == shop.outbound.send(push)
    shipped = shop.now(order.number)
    assert shipped.status is Status.SHIPPED
    assert [(one.carrier, one.waybill_no) for one in shipped.parcels] == [("sf", "SF1000000000001")]
    assert shipped.seller_memo == "顺丰 SF1000000000001"
    assert shop.read(order).channel_status is ChannelStatus.SHIPPED


def test_number_is_changed_and_found(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(shipment(order))
    again = replace(shipment(order, number="SF2"), replaces="SF1000000000001")
    assert shop.outbound.find(again) is None
    shop.outbound.send(again)
    assert shop.outbound.find(again) is not None
    assert [parcel.waybill_no for parcel in shop.now(order.number).parcels] == ["SF2"]


def test_order_is_complete_once_its_last_part_left(shop: Lines) -> None:
    order = cart_of_two(shop)
    shop.outbound.send(shipment(order, 0, number="SF1"))
    assert shop.now(order.number).status is Status.PAID
    shop.outbound.send(shipment(order, 1, number="SF2"))
    assert shop.now(order.number).status is Status.SHIPPED
    for number in ("SF1", "SF2"):
        assert shop.outbound.find(shipment(order, 0, number=number)) is not None


def test_line_that_broke_after_the_note_tells_nothing_twice(shop: Lines) -> None:
    order = shop.order()
    shop.bench.plan(FaultKind.DROP_AFTER, "POST notes")
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.outcome_unknown
    assert shop.outbound.find(shipment(order)) is not None


def test_order_that_is_over_is_not_sent(shop: Lines) -> None:
    order = shop.order(is_paid="")
    shop.market.cancel(order.number, at=shop.bench.now)
    with pytest.raises(IntegrationError) as caught:
        shop.outbound.send(shipment(order))
    assert caught.value.code == "local:order_gone"


# --- money ---------------------------------------------------------------------------------


def test_units_of_lines_and_money_go_back_as_one(shop: Lines) -> None:
    order = cart_of_two(shop)
    push = money(order, "183.00", (0, 1, "159.00"), (1, 1, "19.00"))
    sent = shop.outbound.send(push)
    assert shop.outbound.send(push) == sent
    got = shop.read_refund(sent.channel_ref)
    assert (got.amount, got.refund_no, got.status) == (
        Decimal("183.00"),
        "RF1",
        RefundStage.SUCCESS,
    )
    assert [line.quantity for line in got.lines] == [1, 1]
    order_read = shop.read(order)
    assert [line.cancelled_quantity for line in order_read.lines] == [1, 1]


def test_money_alone_takes_no_units(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(money(order, "5.00"))
    assert shop.read(order).lines[0].cancelled_quantity == 0
    (standing,) = read_refunds(shop)
    assert (standing.amount, standing.lines) == (Decimal("5.00"), ())


def test_all_that_was_paid_closes_the_order(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(money(order, f"{order.paid_amount}", (0, 2, f"{order.paid_amount}")))
    assert shop.read(order).raw_status == "refunded"


def test_more_than_was_paid_does_not_go_back(shop: Lines) -> None:
    order = shop.order()
    shop.outbound.send(money(order, f"{order.paid_amount}"))
    with pytest.raises(IntegrationError):
        shop.outbound.send(money(order, "0.01", refund_no="RF2"))
    assert len(read_refunds(shop)) == 1


def read_refunds(shop: Lines) -> list[IncomingRefund]:
    until = shop.bench.now + timedelta(seconds=1)
    page = shop.puller.fetch_refunds(since=until - timedelta(hours=1), until=until, cursor=None)
    return [WooCommerceConnector.read_refund(each.payload) for each in page.refunds]


# --- stock, messages -----------------------------------------------------------------------


def listing(row: Stock) -> ListingRef:
    is_simple = int(row.product_id) % 2
    sku = "" if is_simple else row.sku_id
    return ListingRef(channel_product_id=row.product_id, channel_sku_id=sku)


def test_stock_is_set_and_read_back(shop: Lines) -> None:
    rows = [listing(row) for row in shop.market.store.stock()[:6]]
    gone = ListingRef(channel_product_id="1")
    offers = [
        Offer(key=f"k{at}", listing=one, quantity=at, version=1)
        for at, one in enumerate([*rows, gone])
    ]
    assert list(shop.stock.set_stock(offers)) == ["k6"]
    assert shop.stock.read_stock([*rows, gone]) == {one: at for at, one in enumerate(rows)}


def test_totals_count_every_status(shop: Lines) -> None:
    shop.order()
    line = shop.puller
    rows = Api(shop.credentials, line.http, clock=lambda: shop.bench.now).get(
        "/reports/orders/totals", lambda rows: {row["slug"]: row["total"] for row in rows}
    )
    assert (rows["processing"], rows["completed"]) == (1, 0)


def test_change_is_pushed_and_heard(shop: Lines, listener: Listener) -> None:
    order = shop.order()
    assert [headers["X-WC-Webhook-Topic"] for headers, _body in listener.posts] == [
        "order.created",
        "order.updated",
    ]
    assert [hint.channel_no for hint in heard(shop, listener).hints] == [order.number]
    sent = shop.outbound.send(money(order, "5.00"))
    shop.bench.wait(seconds=1)
    hints = heard(shop, listener).hints
    assert [(hint.subject, hint.channel_no) for hint in hints] == [
        (Subject.ORDER, order.number),
        (Subject.REFUND, sent.channel_ref),
    ]


@pytest.mark.parametrize("kind", [FaultKind.WRONG_KEY, FaultKind.CHANGED_BODY])
def test_spoiled_push_proves_nothing(shop: Lines, listener: Listener, kind: FaultKind) -> None:
    shop.bench.plan(kind)
    shop.order(is_paid="")
    with pytest.raises(NotProved):
        heard(shop, listener, 0)


def test_page_shows_how_to_connect(shop: Lines) -> None:
    page = shop.bench.browser.get("/_control/woocommerce").text
    for text in (WooCommerce.app.key, "Webhook 密钥", "_tracking_number"):
        assert text in page
    assert "令牌" not in page
