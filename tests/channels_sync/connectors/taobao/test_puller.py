"""Asking TOP: windows of Beijing's clock, pages from the last one back, and no row lost."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.taobao import paging
from channels_sync.connectors.taobao.puller import REFUNDS, TRADE, TRADES, TaobaoPuller
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, answer, recorded, refused

SINCE = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
PAGE = recorded("trades")
ROWS = PAGE["trades_sold_increment_get_response"]["trades"]["trade"]
WHOLE = recorded("trade")


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def total(count: int, method: str = TRADES) -> dict[str, Any]:
    return answer(method, total_results=count)


def test_puller_is_registered_and_never_asks_for_more_than_half_an_hour() -> None:
    assert pullers.get("taobao") is TaobaoPuller
    assert TaobaoPuller.longest_window == timedelta(minutes=30)
    assert TaobaoPuller.lag > timedelta(0)
    assert paging.SIZE <= 100


def test_window_is_told_by_beijings_clock_and_ends_before_its_end() -> None:
    wire = Wire(total(0))
    assert fetch(wire).orders == ()
    form = wire.form()
    assert (form["start_modified"], form["end_modified"]) == (
        "2026-03-01 07:30:00",
        "2026-03-01 07:59:59",
    )
    assert (form["use_has_next"], form["page_no"]) == ("false", "1")
    for needed in ("receiver_name", "receiver_address", "created", "receiver_mobile", "oaid"):
        assert needed in form["fields"]


def test_rows_of_a_page_are_turned_round() -> None:
    wire = Wire(total(5), PAGE, answer(TRADE, trade=ROWS[3]))
    page = fetch(wire)
    assert [each.channel_order_no for each in page.orders] == [
        str(row["tid"]) for row in reversed(ROWS)
    ]
    assert page.cursor is None
    assert page.orders[0].modified_at == datetime(2026, 2, 28, 23, 42, 5, tzinfo=UTC)


def test_words_of_the_buyer_are_fetched_with_the_whole_trade() -> None:
    wire = Wire(total(5), PAGE, WHOLE)
    fetch(wire)
    assert wire.methods() == [TRADES, TRADES, TRADE]
    assert "buyer_message" in wire.form()["fields"]


@pytest.mark.parametrize("body", recorded("empty"))
def test_empty_list_comes_in_two_shapes(body: dict[str, Any]) -> None:
    assert fetch(Wire(total(1), body)).orders == ()


class Shop:
    """Answers as the platform does: the latest change first, cut into pages counted from 1."""

    def __init__(self, count: int) -> None:
        self.moments = {number: number for number in range(1, count + 1)}
        self.leaves: dict[int, int] = {}
        self.asked = 0

    def answer(self, wire: Wire) -> None:
        def reply(_request: httpx.Request) -> httpx.Response:
            form = wire.form()
            found = sorted(self.moments, reverse=True)
            size, page = int(form["page_size"]), int(form["page_no"])
            rows = [row(number) for number in found[(page - 1) * size : page * size]]
            self.asked += 1
            self.moments.pop(self.leaves.get(self.asked, 0), None)
            wire.steps.append(reply)
            told = {"trades": {"trade": rows}, "has_next": page * size < len(found)}
            if form["use_has_next"] == "false":
                told = {"total_results": len(found)}
            return httpx.Response(200, json=answer(TRADES, **told))

        wire.steps.append(reply)


def row(number: int) -> dict[str, Any]:
    return {**deepcopy(ROWS[0]), "tid": number, "has_buyer_message": False}


def read_all(shop: Shop) -> list[str]:
    wire, cursor, found = Wire(), None, list[str]()
    shop.answer(wire)
    while True:
        page = fetch(wire, cursor)
        found += [order.channel_order_no for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 173])
def test_every_row_is_read_the_oldest_change_first(count: int) -> None:
    assert read_all(Shop(count)) == [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("gone", [1, 30, 60, 99, 120, 150])
def test_row_that_leaves_the_window_while_we_read_hides_no_other(gone: int) -> None:
    shop = Shop(150)
    shop.leaves = {2: gone}  # after the last page was read
    found = read_all(shop)
    assert set(found) | {str(gone)} == {str(number) for number in range(1, 151)}


def test_trade_is_fetched_by_its_number() -> None:
    wire = Wire(WHOLE)
    order = wire.puller.fetch_order("2233445566778899001")
    assert order is not None
    assert order.channel_order_no == "2233445566778899001"
    assert (wire.form()["tid"], wire.form()["include_oaid"]) == ("2233445566778899001", "true")


def test_trade_or_refund_that_is_not_there_is_none() -> None:
    assert Wire(refused(15, "isv.trade-not-exist")).puller.fetch_order("1") is None
    assert Wire(refused(15, "isv.refund-not-exist")).puller.fetch_refund("1") is None
    trouble = caught(lambda: Wire(refused(40, "isv.missing-parameter")).puller.fetch_order("1"))
    assert trouble.kind is ErrorKind.FATAL


def test_refunds_are_pulled_like_trades() -> None:
    wire = Wire(total(1, REFUNDS), recorded("refunds"))
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    (refund,) = page.refunds
    assert (refund.channel_refund_no, refund.channel_order_no) == (
        "220000000000001",
        "2233445566778899020",
    )
    assert refund.modified_at == datetime(2026, 2, 28, 23, 55, 30, tzinfo=UTC)


def test_refund_is_fetched_by_its_number() -> None:
    refund = Wire(recorded("refund")).puller.fetch_refund("220000000000001")
    assert refund is not None
    assert refund.channel_refund_no == "220000000000001"


def test_orders_are_counted_without_reading_them() -> None:
    wire = Wire(total(173))
    assert wire.puller.count_orders(since=SINCE, until=UNTIL) == 173
    assert wire.form()["page_size"] == "1"
