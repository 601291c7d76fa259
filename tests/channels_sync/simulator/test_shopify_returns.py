"""Refunds and returns of the simulated Shopify shop, asked for by the system's own connector."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels_sync.connectors.outbound import ReturnAnswer
from channels_sync.connectors.pulling import PulledRefund
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.shopify.refunds import asking
from oms.dto import IncomingRefund, RefundStage

from .bench import Bench
from .shopify_line import Node, outbound, place, puller, refund, shipment


def fetch(bench: Bench) -> list[PulledRefund]:
    since, until = bench.now - timedelta(hours=1), bench.now + timedelta(minutes=1)
    line, rows, cursor = puller(bench), list[PulledRefund](), None
    for _page in range(20):
        page = line.fetch_refunds(since=since, until=until, cursor=cursor)
        rows += page.refunds
        cursor = page.cursor
        if cursor is None:
            return rows
    raise AssertionError("it never ends")


def read(one: PulledRefund | None) -> IncomingRefund:
    assert one is not None
    return ShopifyConnector.read_refund(one.payload)


def ship(bench: Bench) -> Node:
    order = place(bench)
    outbound(bench).send(shipment(order, at=bench.now))
    return order


def ask(bench: Bench, order: Node) -> int:
    fields = {"act": "ask_return", "order_id": order["legacyResourceId"]}
    return bench.press("shopify/act", **fields).status_code


def test_refund_of_ours_is_found_by_its_order(bench: Bench) -> None:
    place(bench)
    order = place(bench)
    sent = outbound(bench).send(refund(order))
    (one,) = fetch(bench)
    got = read(one)
    assert (one.channel_refund_no, one.channel_order_no) == (
        sent.channel_ref,
        order["legacyResourceId"],
    )
    assert (got.amount, got.refund_no) == (refund(order).amount, "RF1")
    assert read(puller(bench).fetch_refund(sent.channel_ref)) == got


def test_return_is_asked_once_and_found(bench: Bench) -> None:
    order = ship(bench)
    assert [ask(bench, order) for _time in range(2)] == [303, 400]
    (one,) = fetch(bench)
    got = read(one)
    assert (got.status, got.channel_order_no) == (
        RefundStage.WAIT_MERCHANT,
        order["legacyResourceId"],
    )
    assert got.channel_refund_no.startswith("Return/9")
    assert [line.quantity for line in got.lines] == [2]
    assert read(puller(bench).fetch_refund(got.channel_refund_no)) == got


@pytest.mark.parametrize(
    ("is_agreed", "stage"),
    [(True, RefundStage.WAIT_BUYER_RETURN), (False, RefundStage.REJECTED)],
)
def test_our_answer_reaches_the_return_and_is_not_given_twice(
    bench: Bench, is_agreed: bool, stage: RefundStage
) -> None:
    order = ship(bench)
    ask(bench, order)
    number = read(fetch(bench)[0]).channel_refund_no
    push = ReturnAnswer(
        key="k",
        channel_order_no=order["legacyResourceId"],
        channel_refund_no=number,
        case_no="AS1",
        is_agreed=is_agreed,
        words="超过退货期限",
    )
    line = outbound(bench)
    assert line.find(push) is None
    told = line.send(push)
    assert read(puller(bench).fetch_refund(number)).status is stage
    assert (line.send(push), line.find(push)) == (told, told)
    assert "refused" in repr(line.send(replace(push, is_agreed=not is_agreed)))


def test_what_is_not_there_is_none(bench: Bench) -> None:
    place(bench)
    assert puller(bench).fetch_refund("1") is None
    assert puller(bench).fetch_refund("Return/1") is None


def test_pages_are_read_to_the_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAGE", 2)
    for at in range(5):
        outbound(bench).send(refund(place(bench), number=f"RF{at}"))
    assert len({one.channel_refund_no for one in fetch(bench)}) == 5
