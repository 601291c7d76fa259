"""Asking Weidian: rows are numbers to ask for, pages are read from the end, refunds from lists."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.weidian import puller
from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.connectors.weidian.puller import WeidianPuller
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded, refused

SINCE = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
PAGE = recorded("orders_page")
ORDER, ASKED = recorded("order"), recorded("order_refunding")
EMPTY = done({"total_num": "0", "orders": []})


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def detail(number: str) -> dict[str, Any]:
    told = deepcopy(ORDER["result"]) | {"order_id": number}
    return done(told)


class Shop:
    """Answers as the platform does; an order that changes leaves the window."""

    def __init__(self, numbers: int) -> None:
        self.numbers = list(range(1, numbers + 1))
        self.changes: dict[int, int] = {}
        self.asked = 0

    def answer(self, wire: Wire) -> None:
        def reply(_request: httpx.Request) -> httpx.Response:
            wire.steps.append(reply)
            told = wire.params()
            if wire.public()["method"] == "vdian.order.get":
                return httpx.Response(200, json=detail(told["order_id"]))
            first = (told["page_num"] - 1) * told["page_size"]
            rows = [
                {"order_id": str(number), "update_time": "2026-03-01 07:41:31"}
                for number in self.numbers[first : first + told["page_size"]]
            ]
            total = len(self.numbers)
            self.asked += 1
            if self.asked in self.changes:
                self.numbers.remove(self.changes[self.asked])
            return httpx.Response(200, json=done({"total_num": str(total), "orders": rows}))

        wire.steps.append(reply)


def read_all(shop: Shop) -> set[int]:
    wire, cursor, numbers = Wire(), None, set[int]()
    shop.answer(wire)
    for _turn in range(100):
        page = fetch(wire, cursor)
        numbers |= {int(each.channel_order_no) for each in page.orders}
        cursor = page.cursor
        if cursor is None:
            return numbers
    raise AssertionError("it never ends")


def test_puller_is_registered() -> None:
    assert pullers.get("weidian") is WeidianPuller
    assert WeidianPuller.longest_window is not None
    assert WeidianPuller.longest_window <= timedelta(days=31)


def test_window_is_told_by_beijings_clock() -> None:
    wire = Wire(EMPTY)
    fetch(wire)
    assert wire.params() == {
        "page_num": 1,
        "page_size": puller.SIZE,
        "order_type": "all",
        "update_start": "2026-03-01 07:30:00",
        "update_end": "2026-03-01 08:00:00",
    }
    assert puller.SIZE <= 50


def test_each_row_is_asked_for() -> None:
    wire = Wire(PAGE["response"], ORDER, ASKED)
    page = fetch(wire)
    assert [wire.params(at) for at in (1, 2)] == [
        {"order_id": "800000000000001"},
        {"order_id": "800000000000002"},
    ]
    assert wire.public(1)["version"] == "2.0"
    assert page.cursor is None
    first, second = page.orders
    assert first.modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)
    assert WeidianConnector.read_order(first.payload).channel_modified_at == first.modified_at
    assert WeidianConnector.read_order(second.payload).platform_hold


def test_every_row_of_many_pages_is_read() -> None:
    assert read_all(Shop(puller.SIZE * 3 + 2)) == set(range(1, puller.SIZE * 3 + 3))


def test_row_that_leaves_between_pages_pushes_no_other_out() -> None:
    shop = Shop(puller.SIZE * 4)
    shop.changes = {1: 3, 2: 50, 3: 25, 4: 7}
    gone = set(shop.changes.values())
    assert read_all(shop) >= set(range(1, puller.SIZE * 4 + 1)) - gone


def test_row_that_is_gone_when_asked_for_is_left_out() -> None:
    page = fetch(Wire(PAGE["response"], refused(30001, "订单不存在"), ASKED))
    assert [each.channel_order_no for each in page.orders] == ["800000000000002"]


def test_one_order_is_as_new_as_its_answer() -> None:
    headers = {"Date": "Sun, 01 Mar 2026 00:00:00 GMT"}
    found = Wire(httpx.Response(200, json=ORDER, headers=headers)).puller.fetch_order("1")
    assert found is not None
    assert found.modified_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_without_the_platforms_clock_the_newest_time_counts() -> None:
    found = Wire(ORDER).puller.fetch_order("800000000000001")
    assert found is not None
    assert found.modified_at == datetime(2026, 2, 28, 23, 41, 30, tzinfo=UTC)


def test_order_that_is_not_there_is_none() -> None:
    assert Wire(refused(30001, "订单不存在")).puller.fetch_order("1") is None
    assert caught(lambda: Wire(refused(10003, "参数错误")).puller.fetch_order("1")).code == "10003"


def test_refunds_come_from_what_waits_and_what_was_closed() -> None:
    closed = deepcopy(ASKED["result"]) | {"status": "close", "order_id": "9"}
    row = PAGE["response"]["result"]["orders"][1]
    wire = Wire(
        done({"total_num": "1", "orders": [row]}),
        ASKED,
        done({"total_num": "1", "orders": [row | {"order_id": "9"}]}),
        done(closed),
    )
    waiting = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    (refund,) = waiting.refunds
    assert refund.channel_refund_no == "800000000000002-RF800000001"
    assert WeidianConnector.read_refund(refund.payload).status == "wait_merchant"
    ended = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=waiting.cursor)
    assert [wire.params(at)["order_type"] for at in (0, 2)] == ["refunding", "close"]
    assert WeidianConnector.read_refund(ended.refunds[0].payload).status == "success"
    assert ended.cursor is None


def test_many_pages_of_refunds_are_read_from_the_end() -> None:
    many = done({"total_num": str(puller.SIZE + 1), "orders": []})
    page = Wire(many).puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert (page.refunds, page.cursor) == ((), "0-2")


def test_one_refund_is_found_on_its_order() -> None:
    assert Wire(ASKED).puller.fetch_refund("800000000000002-RF800000001") is not None
    assert Wire(ASKED).puller.fetch_refund("800000000000002-RF9") is None
    assert Wire().puller.fetch_refund("RF9") is None


def test_orders_are_counted() -> None:
    wire = Wire(done({"total_num": "812", "orders": []}))
    assert wire.puller.count_orders(since=SINCE, until=UNTIL) == 812


@pytest.mark.parametrize("result", [None, {}, {"orders": [{}], "total_num": "1"}, {"orders": []}])
def test_answer_of_another_shape_is_no_answer(result: Any) -> None:
    assert caught(lambda: fetch(Wire(done(result)))).code == "malformed"
