"""What the simulated shops tell of refunds, step by step, read as the system reads it."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.outbound import ReturnAnswer
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.webhook.connector import WebhookConnector
from oms.dto import IncomingRefund, RefundKind, RefundStage

from .bench import NOW, Bench, Listener
from .shopify_line import place
from .test_callbacks import refund, shipment

S = RefundStage


def told(listener: Listener) -> list[IncomingRefund]:
    """Read every message about a refund of the own shop."""
    bodies = [body.decode() for _headers, body in listener.posts]
    return [WebhookConnector.read_refund(body) for body in bodies if '"refund"' in body]


def stages(listener: Listener) -> list[RefundStage]:
    return [one.status for one in told(listener)]


def asked(bench: Bench, order: dict[str, Any], act: str = "ask_refund") -> str:
    bench.press("act", act=act, order_id=order["order_id"])
    return str(bench.simulator.store.requests()[0]["refund_id"])


def answer(order: dict[str, Any], number: str, *, is_agreed: bool) -> ReturnAnswer:
    return ReturnAnswer(
        key=f"answer-{number}",
        channel_order_no=order["order_id"],
        channel_refund_no=number,
        case_no="AS1",
        is_agreed=is_agreed,
    )


def shipped(bench: Bench) -> dict[str, Any]:
    order = bench.order()
    bench.outbound().send(shipment(order))
    return order


def press(bench: Bench, act: str, number: str) -> None:
    bench.now += timedelta(minutes=1)
    bench.press("request", act=act, refund_id=number)


def test_money_is_asked_for_before_shipping_and_goods_come_back_after(
    bench: Bench, listener: Listener
) -> None:
    asked(bench, bench.order())
    asked(bench, shipped(bench))
    first, second = told(listener)
    assert (first.kind, second.kind) == (RefundKind.REFUND_ONLY, RefundKind.RETURN_REFUND)
    assert first.respond_by == NOW + timedelta(hours=48)


def test_buyer_thinks_again(bench: Bench, listener: Listener) -> None:
    number = asked(bench, bench.order())
    press(bench, "withdraw", number)
    assert stages(listener) == [S.WAIT_MERCHANT, S.CLOSED]


def test_return_goes_its_way(bench: Bench, listener: Listener) -> None:
    order = shipped(bench)
    number = asked(bench, order)
    bench.outbound().send(answer(order, number, is_agreed=True))
    bench.wait(minutes=3)
    parcel = told(listener)[-1]
    assert (parcel.status, parcel.return_carrier) == (S.WAIT_MERCHANT_RECEIVE, "sf")
    assert parcel.return_waybill_no
    bench.outbound().send(refund(order))
    bench.wait(seconds=1)
    last = told(listener)[-1]
    assert (last.status, last.refund_no) == (S.SUCCESS, "RF1")
    assert stages(listener)[:2] == [S.WAIT_MERCHANT, S.WAIT_BUYER_RETURN]


def test_no_of_ours_ends_the_request(bench: Bench, listener: Listener) -> None:
    order = bench.order()
    number = asked(bench, order)
    bench.outbound().send(answer(order, number, is_agreed=False))
    bench.outbound().send(answer(order, number, is_agreed=False))
    bench.wait(seconds=1)
    assert stages(listener) == [S.WAIT_MERCHANT, S.REJECTED]


def test_shop_that_pays_by_itself_cancels_what_has_not_left(
    bench: Bench, listener: Listener
) -> None:
    number = asked(bench, bench.order())
    press(bench, "pay_back", number)
    assert stages(listener) == [S.WAIT_MERCHANT, S.SUCCESS]
    assert listener.events[-1][0] == "order.cancelled"


def test_exchange_asks_for_no_money(bench: Bench, listener: Listener) -> None:
    asked(bench, shipped(bench), "ask_exchange")
    (exchange,) = told(listener)
    assert (exchange.kind, exchange.amount) == (RefundKind.EXCHANGE, Decimal(0))


def test_exchange_of_what_has_not_left_is_refused(bench: Bench) -> None:
    order = bench.order()
    bench.press("act", act="ask_exchange", order_id=order["order_id"])
    assert bench.simulator.store.requests() == []


@pytest.mark.parametrize("act", ["withdraw", "send_back", "pay_back"])
def test_request_that_is_over_stays_so(bench: Bench, listener: Listener, act: str) -> None:
    number = asked(bench, bench.order())
    press(bench, "withdraw", number)
    press(bench, act, number)
    assert stages(listener)[-1] == S.CLOSED


def test_page_shows_requests(bench: Bench) -> None:
    number = asked(bench, bench.order())
    assert number in bench.browser.get("/_control").text


def test_merchant_abroad_pays_back(bench: Bench, listener: Listener) -> None:
    order = place(bench)
    number = order["legacyResourceId"]
    bench.press("shopify/act", act="pay_back", order_id=number)
    (body,) = (
        body for headers, body in listener.posts if headers["X-Shopify-Topic"] == "refunds/create"
    )
    paid = ShopifyConnector.read_refund(body.decode())
    assert (paid.status, paid.channel_order_no, paid.currency) == (S.SUCCESS, number, "USD")
    assert str(paid.amount) == order["totalPriceSet"]["shopMoney"]["amount"]


def test_buyer_abroad_asks_for_a_return(bench: Bench, listener: Listener) -> None:
    order = place(bench)
    number = order["legacyResourceId"]
    bench.press("shopify/act", act="ask_return", order_id=number)
    assert not [body for _headers, body in listener.posts if b"return_line_items" in body]
    known = bench.simulator.shopify.order(number)
    bench.simulator.shopify.store.save(known | {"fulfillments": [{"trackingInfo": []}]})
    bench.press("shopify/act", act="ask_return", order_id=number)
    headers, body = listener.posts[-1]
    asked_back = ShopifyConnector.read_refund(body.decode())
    assert headers["X-Shopify-Topic"] == "returns/request"
    assert (asked_back.status, asked_back.channel_order_no) == (S.WAIT_MERCHANT, number)
    assert len(asked_back.lines) == len(json.loads(body)["return_line_items"])
