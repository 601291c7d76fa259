"""Asking Doudian: what goes out, what comes back, and that no row is lost between pages."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.connectors.doudian.keyset import Place
from channels_sync.connectors.doudian.puller import SIZE, DoudianPuller
from channels_sync.connectors.pulling_installed import pullers
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded, refused

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC) - timedelta(hours=8)
UNTIL = SINCE + timedelta(minutes=30)
PAGE = recorded("orders_page")
ORDER = PAGE["response"]["data"]["shop_order_list"][0]
REFUNDS = recorded("after_sales_page")


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def row(number: int, moment: int) -> dict[str, Any]:
    return {**deepcopy(ORDER), "order_id": str(number), "update_time": moment}


class Shop:
    """Answers as the platform does: sorted by change, cut into pages counted from 0."""

    def __init__(self, moments: dict[int, int]) -> None:
        self.moments = moments
        self.changes: dict[int, tuple[int, int]] = {}
        self.asked = 0

    def answer(self, wire: Wire) -> Any:
        def reply(_request: httpx.Request) -> httpx.Response:
            told = wire.params()
            found = sorted(
                (moment, number)
                for number, moment in self.moments.items()
                if told["update_time_start"] <= moment <= told["update_time_end"]
            )
            first = told["page"] * told["size"]
            rows = [row(number, moment) for moment, number in found[first : first + told["size"]]]
            self.asked += 1
            if self.asked in self.changes:
                number, moment = self.changes[self.asked]
                self.moments[number] = moment
            wire.steps.append(reply)
            return httpx.Response(200, json=done(total=len(found), shop_order_list=rows))

        wire.steps.append(reply)


def read_all(shop: Shop) -> list[str]:
    wire, cursor, numbers = Wire(), None, []
    shop.answer(wire)
    for _turn in range(50):
        page = fetch(wire, cursor)
        numbers += [each.channel_order_no for each in page.orders]
        cursor = page.cursor
        if cursor is None:
            return numbers
    raise AssertionError("it never ends")


def test_puller_is_registered() -> None:
    assert pullers.get("doudian") is DoudianPuller


def test_window_and_page_are_asked_for_in_order_of_change() -> None:
    wire = Wire(PAGE["response"])
    fetch(wire)
    assert wire.params() == PAGE["request"]["param_json"]


def test_recorded_page_is_read() -> None:
    page = fetch(Wire(PAGE["response"]))
    assert [each.channel_order_no[-1] for each in page.orders] == ["1", "2", "5"]
    assert page.orders[0].modified_at == datetime(2026, 2, 28, 23, 42, 5, tzinfo=UTC)
    assert page.cursor is None
    for each in page.orders:
        assert DoudianConnector.read_order(each.payload).channel_order_no == each.channel_order_no


def test_same_order_makes_the_same_payload() -> None:
    shuffled = dict(reversed(ORDER.items()))
    pages = [
        fetch(Wire(done(total=1, shop_order_list=[each]))).orders[0].payload
        for each in (ORDER, shuffled)
    ]
    assert pages[0] == pages[1]


def test_every_row_of_many_pages_is_read() -> None:
    start = int(SINCE.timestamp())
    shop = Shop({number: start + number // 3 for number in range(5 * SIZE)})
    assert {int(number) for number in read_all(shop)} == set(range(5 * SIZE))


def test_row_that_moves_between_pages_pushes_no_other_out() -> None:
    start = int(SINCE.timestamp())
    shop = Shop({number: start + number for number in range(3 * SIZE)})
    late = int(UNTIL.timestamp())
    shop.changes = {1: (7, late), 2: (11, late), 3: (SIZE + 20, late)}
    assert {int(number) for number in read_all(shop)} == set(range(3 * SIZE))


def test_more_rows_of_one_second_than_a_page_holds_are_read() -> None:
    shop = Shop({number: int(SINCE.timestamp()) + 9 for number in range(2 * SIZE + 5)})
    assert {int(number) for number in read_all(shop)} == set(range(2 * SIZE + 5))


def test_place_in_a_window_survives_its_text() -> None:
    cursor = Place(1772321400, 2).cursor_after([1772321400], has_more=True)
    assert Place.of(cursor, since=0) == Place(1772321400, 3)
    assert Place(5).cursor_after([None], has_more=True) == "5:1"
    assert Place(5).cursor_after([], has_more=True) is None


def test_one_order_is_asked_for_by_its_number() -> None:
    wire = Wire(done(shop_order_detail=ORDER))
    found = wire.puller.fetch_order("6900000000000000001")
    assert wire.path().endswith("/order/orderDetail")
    assert found is not None
    assert found.channel_order_no == "6900000000000000001"


def test_order_that_is_not_there_is_none() -> None:
    assert Wire(done()).puller.fetch_order("1") is None
    gone = refused(50002, "isv.business-failed:1", "订单不存在")
    assert Wire(gone).puller.fetch_order("1") is None


def test_orders_are_counted() -> None:
    wire = Wire(done(total=812, shop_order_list=[]))
    assert wire.puller.count_orders(since=SINCE, until=UNTIL) == 812
    assert wire.params()["size"] == 1


def test_refunds_are_asked_for_in_order_of_change() -> None:
    wire = Wire(REFUNDS["response"])
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert wire.params() == REFUNDS["request"]["param_json"]
    (refund,) = page.refunds
    assert refund.channel_refund_no == "7200000000000000001"
    assert refund.channel_order_no == "6900000000000000002"
    assert refund.modified_at == datetime(2026, 2, 28, 23, 50, tzinfo=UTC)
    assert page.cursor is None


def test_further_refunds_follow_the_last_one() -> None:
    wire = Wire(done(items=REFUNDS["response"]["data"]["items"], has_more=True))
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert page.cursor == "1772322600:0"


def test_one_refund_is_asked_for_by_its_number() -> None:
    wire = Wire(REFUNDS["response"], done(items=[]))
    assert wire.puller.fetch_refund("7200000000000000001") is not None
    assert wire.params()["aftersale_id"] == "7200000000000000001"
    assert wire.puller.fetch_refund("1") is None


@pytest.mark.parametrize("data", [{}, {"shop_order_list": [{}]}, {"shop_order_list": None}])
def test_answer_of_another_shape_is_no_answer(data: dict[str, Any]) -> None:
    assert caught(lambda: fetch(Wire(done(**data)))).code == "malformed"


def test_row_without_a_moment_is_kept_for_a_person() -> None:
    (order,) = fetch(Wire(done(total=1, shop_order_list=[ORDER | {"update_time": None}]))).orders
    assert order.modified_at is None
