"""Asking a WooCommerce shop: what goes out, what comes back, and that no row is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.woocommerce import puller
from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.connectors.woocommerce.puller import WooCommercePuller
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, listed, recorded

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
ORDER = recorded("orders")["response"][0]
REFUND = recorded("refunds")[0]
GONE = httpx.Response(
    404, json={"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}
)


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def row(number: int, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = ORDER | {"id": number} | changes
    return told


class Shop:
    """Answers as a shop does, by creation; an order that changes leaves the window."""

    def __init__(self, numbers: int) -> None:
        self.numbers = list(range(1, numbers + 1))
        self.changes: dict[int, int] = {}
        self.asked = 0

    def answer(self, wire: Wire) -> None:
        def reply(_request: httpx.Request) -> httpx.Response:
            told = wire.params()
            size = int(told["per_page"])
            first = (int(told["page"]) - 1) * size
            rows = [row(number) for number in self.numbers[first : first + size]]
            pages = -(-len(self.numbers) // size)
            self.asked += 1
            if self.asked in self.changes:
                self.numbers.remove(self.changes[self.asked])
            wire.steps.append(reply)
            return listed(*rows, total=len(self.numbers), pages=pages)

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
    assert pullers.get("woocommerce") is WooCommercePuller


def test_window_is_told_in_utc_and_said_to_be() -> None:
    wire = Wire(listed())
    fetch(wire)
    assert wire.asked() == ("GET", "/orders")
    told = wire.params()
    assert (told["modified_after"], told["modified_before"], told["dates_are_gmt"]) == (
        "2026-03-01T07:29:59",
        "2026-03-01T08:00:00",
        "true",
    )
    assert (told["status"], told["page"]) == ("any", "1")
    assert int(told["per_page"]) <= 100


def test_recorded_page_is_read() -> None:
    told = recorded("orders")
    page = fetch(Wire(httpx.Response(200, json=told["response"], headers=told["headers"])))
    assert page.cursor is None
    for each in page.orders:
        assert each.modified_at == datetime(2026, 3, 1, 7, 41, 30, tzinfo=UTC)
        assert WooCommerceConnector.read_order(each.payload).channel_order_no in ("727", "728")


def test_page_is_sorted_by_change() -> None:
    rows = [row(1, date_modified_gmt="2026-03-01T07:50:00"), row(2)]
    assert [each.channel_order_no for each in fetch(Wire(listed(*rows))).orders] == ["2", "1"]


def test_every_row_of_many_pages_is_read() -> None:
    assert read_all(Shop(puller.SIZE * 4 + 7)) == set(range(1, puller.SIZE * 4 + 8))


def test_row_that_leaves_between_pages_pushes_no_other_out() -> None:
    shop = Shop(puller.SIZE * 4)
    shop.changes = {1: 3, 2: 120, 3: 60, 4: 7}
    gone = set(shop.changes.values())
    assert read_all(shop) >= set(range(1, puller.SIZE * 4 + 1)) - gone


def test_page_that_is_no_longer_there_is_empty() -> None:
    gone = {"code": "rest_post_invalid_page_number", "message": "too large"}
    page = fetch(Wire(httpx.Response(400, json=gone)), "4")
    assert (page.orders, page.cursor) == ((), "3")
    assert caught(lambda: fetch(Wire(httpx.Response(400, json=gone)))).code == gone["code"]


def test_order_with_refunds_brings_their_lines() -> None:
    touched = row(727, refunds=[{"id": 726, "reason": "", "total": "-59.00"}])
    touched["line_items"] = [ORDER["line_items"][0] | {"quantity": 2}]
    wire = Wire(listed(touched), listed(REFUND))
    (order,) = fetch(wire).orders
    assert wire.asked() == ("GET", "/orders/727/refunds")
    assert WooCommerceConnector.read_order(order.payload).lines[0].cancelled_quantity == 1


def test_one_order_is_asked_for_by_its_number() -> None:
    wire = Wire(row(727))
    found = wire.puller.fetch_order("727")
    assert found is not None
    assert found.channel_order_no == "727"
    assert wire.asked() == ("GET", "/orders/727")


def test_order_that_is_not_there_is_none() -> None:
    assert Wire(GONE).puller.fetch_order("727") is None
    assert Wire().puller.fetch_order("no/number") is None


def test_refunds_come_by_their_changed_orders() -> None:
    touched = row(727, refunds=[{"id": 726}])
    wire = Wire(listed(touched, row(728)), listed(REFUND))
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    (refund,) = page.refunds
    assert (refund.channel_refund_no, refund.channel_order_no) == ("727-726", "727")
    assert WooCommerceConnector.read_refund(refund.payload).amount == 59


def test_one_refund_is_asked_for_below_its_order() -> None:
    wire = Wire(row(727), REFUND)
    assert wire.puller.fetch_refund("727-726") is not None
    assert wire.asked() == ("GET", "/orders/727/refunds/726")
    assert Wire(GONE).puller.fetch_refund("727-726") is None
    assert Wire().puller.fetch_refund("726") is None


def test_orders_are_counted_by_the_header() -> None:
    assert Wire(listed(total=812)).puller.count_orders(since=SINCE, until=UNTIL) == 812
    assert Wire(httpx.Response(200, json=[])).puller.count_orders(since=SINCE, until=UNTIL) is None


@pytest.mark.parametrize("body", [{}, [{}], ["x"], None])
def test_answer_of_another_shape_is_no_answer(body: Any) -> None:
    assert caught(lambda: fetch(Wire(httpx.Response(200, json=body)))).code == "malformed"


def test_row_without_a_moment_is_kept_for_a_person() -> None:
    (order,) = fetch(Wire(listed(row(1, date_modified_gmt="later")))).orders
    assert order.modified_at is None
