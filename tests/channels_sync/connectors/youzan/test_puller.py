"""Asking Youzan: what goes out, what comes back, and that no row is lost between pages."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.youzan import puller
from channels_sync.connectors.youzan.connector import YouzanConnector
from channels_sync.connectors.youzan.puller import YouzanPuller
from channels_sync.connectors.youzan.slices import Slice
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded, refused

SINCE = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
PAGE = recorded("orders_page")
ROW = PAGE["response"]["data"]["full_order_info_list"][0]
DETAIL = recorded("order")["data"]
REFUNDS, REFUND = recorded("refunds_page"), recorded("refund")


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def row(number: int, moment: datetime) -> dict[str, Any]:
    local = (moment + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    told: dict[str, Any] = deepcopy(ROW)
    told["full_order_info"]["order_info"] |= {"tid": str(number), "update_time": local}
    return told


class Shop:
    """Answers as the platform does, the newest first; what it cannot show it does not."""

    def __init__(self, moments: dict[int, int], *, most: int = 10**6) -> None:
        self.moments = moments
        self.most = most
        self.changes: dict[int, int] = {}
        self.asked = 0

    def answer(self, wire: Wire) -> None:
        def reply(_request: httpx.Request) -> httpx.Response:
            told = wire.params()
            start, end = (_utc(told[key]) for key in ("start_update", "end_update"))
            found = sorted(
                (
                    (SINCE + timedelta(seconds=at), number)
                    for number, at in self.moments.items()
                    if start <= SINCE + timedelta(seconds=at) <= end
                ),
                reverse=True,
            )
            first = (told["page_no"] - 1) * told["page_size"]
            assert first < self.most
            rows = [row(number, at) for at, number in found[first : first + told["page_size"]]]
            self.asked += 1
            if self.asked in self.changes:
                self.moments[self.changes[self.asked]] = 10**5
            wire.steps.append(reply)
            return httpx.Response(
                200, json=done(total_results=len(found), full_order_info_list=rows)
            )

        wire.steps.append(reply)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)


def read_all(shop: Shop) -> set[int]:
    wire, cursor, numbers = Wire(), None, set[int]()
    shop.answer(wire)
    for _turn in range(400):
        page = fetch(wire, cursor)
        numbers |= {int(each.channel_order_no) for each in page.orders}
        cursor = page.cursor
        if cursor is None:
            return numbers
    raise AssertionError("it never ends")


def test_puller_is_registered() -> None:
    assert pullers.get("youzan") is YouzanPuller


def test_window_is_told_by_beijings_clock() -> None:
    wire = Wire(PAGE["response"], recorded("order"))
    fetch(wire)
    assert wire.method(0) == "youzan.trades.sold.get/4.0.4"
    assert wire.params(0) == PAGE["request"]


def test_window_ends_behind_what_the_search_shows() -> None:
    assert timedelta(seconds=30) <= YouzanPuller.lag < timedelta(minutes=5)


def test_recorded_page_is_read() -> None:
    page = fetch(Wire(PAGE["response"], recorded("order")))
    assert page.orders[0].channel_order_no == "E20260301074100000000001"
    assert page.orders[0].modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)
    assert page.cursor is None
    for each in page.orders:
        assert YouzanConnector.read_order(each.payload).channel_order_no == each.channel_order_no


def test_order_with_a_refund_is_asked_for_by_itself() -> None:
    wire = Wire(PAGE["response"], recorded("order"))
    fetch(wire)
    assert [wire.method(at) for at in range(len(wire.requests))] == [
        "youzan.trades.sold.get/4.0.4",
        "youzan.trade.get/4.0.2",
    ]
    assert wire.params() == {"tid": "E20260301074300000000002"}


def test_every_row_of_many_pages_is_read() -> None:
    assert read_all(Shop({number: number for number in range(730)})) == set(range(730))


def test_row_that_leaves_between_pages_pushes_no_other_out() -> None:
    shop = Shop({number: number for number in range(430)})
    shop.changes = {1: 401, 2: 250, 3: 120, 4: 60}
    gone = set(shop.changes.values())
    assert read_all(shop) >= set(range(430)) - gone


def test_window_with_more_rows_than_can_be_seen_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(puller, "MOST_PAGES", 2)
    shop = Shop({number: number for number in range(1500)}, most=200)
    assert read_all(shop) == set(range(1500))


def test_place_in_a_window_survives_its_text() -> None:
    place = Slice(10, 20, 3)
    assert Slice.of(place.cursor, since=0, until=99) == place
    assert Slice.of(None, since=1, until=9) == Slice(1, 9)
    assert Slice(10, 20, 1).after(until=20) is None
    assert Slice(10, 20, 1).after(until=30) == Slice(20, 30).cursor
    assert Slice(10, 10).half() is None


def test_one_order_is_asked_for_by_its_number() -> None:
    found = Wire(recorded("order")).puller.fetch_order("E20260301074100000000001")
    assert found is not None
    assert found.channel_order_no == "E20260301074100000000001"


@pytest.mark.parametrize(
    "answer", [refused(5000, "trade not found"), refused(101510054, "订单不存在")]
)
def test_order_that_is_not_there_is_none(answer: dict[str, Any]) -> None:
    assert Wire(answer).puller.fetch_order("1") is None


def test_orders_are_counted() -> None:
    wire = Wire(done(total_results=812, full_order_info_list=[]))
    assert wire.puller.count_orders(since=SINCE, until=UNTIL) == 812
    assert wire.params()["page_size"] == 1


def test_refunds_are_listed_and_each_is_asked_for() -> None:
    wire = Wire(REFUNDS["response"], REFUND)
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    told = wire.params(0)
    assert wire.method(0) == "youzan.trade.refund.search/3.0.1"
    assert (told["update_time_start"], told["update_time_end"]) == (1772321400, 1772323200)
    assert told["page_size"] * puller.MOST_REFUND_PAGES <= 3000
    assert wire.params() == {"refund_id": "202603010750310000000001"}
    (refund,) = page.refunds
    assert refund.channel_order_no == "E20260301074300000000002"
    assert YouzanConnector.read_refund(refund.payload).amount == 59
    assert page.cursor is None


def test_one_refund_is_asked_for_by_its_number() -> None:
    assert Wire(REFUND).puller.fetch_refund("202603010750310000000001") is not None
    assert Wire(refused(103011024, "退款记录不存在")).puller.fetch_refund("1") is None


@pytest.mark.parametrize("data", [{}, {"full_order_info_list": [{}]}, {"total_results": "x"}])
def test_answer_of_another_shape_is_no_answer(data: dict[str, Any]) -> None:
    assert caught(lambda: fetch(Wire(done(**data)))).code == "malformed"


def test_row_without_a_moment_is_kept_for_a_person() -> None:
    told = deepcopy(ROW)
    told["full_order_info"]["order_info"]["update_time"] = "yesterday"
    (order,) = fetch(Wire(done(total_results=1, full_order_info_list=[told]))).orders
    assert order.modified_at is None
