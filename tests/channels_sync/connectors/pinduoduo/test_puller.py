"""Asking for what changed: half hours, the newest on page 1, read from the last page on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.pinduoduo import puller as module
from channels_sync.connectors.pinduoduo.connector import PinduoduoConnector
from channels_sync.connectors.pinduoduo.puller import PinduoduoPuller
from channels_sync.connectors.pulling_installed import pullers
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Script, recorded

from .wire import RECORDED, Wire, information, node, refusal

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)


def rows(*orders: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    found = {"total_count": len(orders) if total is None else total, "order_sn_list": list(orders)}
    return {"order_sn_increment_get_response": found}


class Shop:
    """Answers like the platform: the newest first, by page."""

    def __init__(self, changed: list[int]) -> None:
        self.changed = changed
        self.asked: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        page, size = int(form["page"]), int(form["page_size"])
        self.asked.append(page)
        newest = sorted(self.changed, reverse=True)
        told = [node(order_sn=f"o{n}") for n in newest[(page - 1) * size : page * size]]
        return httpx.Response(200, json=rows(*told, total=len(newest)))


def read_all(shop: Shop, wire: Script, *, between: Any = None) -> list[str]:
    pull = PinduoduoPuller(
        credentials={"client_id": "a", "client_secret": "b"}, http=wire.http, tokens=wire.tokens
    )
    seen, cursor = [], None
    while True:
        wire.steps = [shop] * 3
        page = pull.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)
        seen += [order.channel_order_no for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            return seen
        if between:
            between(shop)


def test_puller_is_registered_with_the_platforms_limits() -> None:
    assert pullers.get("pinduoduo") is PinduoduoPuller
    assert PinduoduoPuller.longest_window == timedelta(minutes=30)
    assert PinduoduoPuller.lag == timedelta(minutes=3)
    assert PinduoduoPuller.overlap >= timedelta(minutes=5)
    assert module.PAGE <= 100


def test_window_is_asked_for_in_epoch_seconds() -> None:
    wire = Wire({"order_sn_increment_get_response": RECORDED})
    page = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None)
    form = wire.form()
    assert form["type"] == "pdd.order.number.list.increment.get"
    assert (form["start_updated_at"], form["end_updated_at"]) == ("1772350200", "1772352000")
    assert (form["page"], form["page_size"], form["use_has_next"]) == ("1", "100", "false")
    assert (form["order_status"], form["refund_status"], form["is_lucky_flag"]) == ("5", "5", "0")
    assert page.cursor is None
    assert len(page.orders) == 4


def test_payload_is_what_the_connector_reads() -> None:
    wire = Wire({"order_sn_increment_get_response": RECORDED})
    for order in wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None).orders:
        read = PinduoduoConnector.read_order(order.payload)
        assert read.channel_order_no == order.channel_order_no
        assert read.channel_modified_at == order.modified_at


def test_number_alone_is_read_by_itself() -> None:
    wire = Wire(rows({"order_sn": "260301-1"}), information(node()))
    (order,) = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None).orders
    assert wire.form()["type"] == "pdd.order.information.get"
    assert wire.form()["order_sn"] == "260301-1"
    assert order.channel_order_no == "260301-000000000000001"


def test_unreadable_order_is_kept_for_a_person() -> None:
    wire = Wire(rows(node(updated_at="soon")))
    (order,) = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None).orders
    assert order.modified_at is None
    assert "soon" in order.payload


def test_pages_are_read_from_the_last_to_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    shop = Shop([1, 2, 3, 4, 5])
    seen = read_all(shop, Script())
    assert seen == ["o1", "o3", "o2", "o5", "o4"]
    assert shop.asked == [1, 3, 2, 1]


@given(
    size=st.integers(min_value=1, max_value=4),
    there=st.integers(min_value=0, max_value=12),
    leaving=st.lists(st.integers(min_value=1, max_value=12), max_size=4),
    arriving=st.integers(min_value=0, max_value=6),
)
def test_row_that_moves_between_pages_is_not_lost(
    size: int, there: int, leaving: list[int], arriving: int
) -> None:
    """Rows that are changed again leave the window; others turn up late. Not both at once."""
    shop = Shop(list(range(1, there + 1)))
    steps = iter(leaving or range(13, 13 + arriving))
    gone: set[int] = set()

    def move(shop: Shop) -> None:
        number = next(steps, None)
        if number is None:
            return
        if leaving:
            gone.add(number)
            shop.changed = [each for each in shop.changed if each != number]
        else:
            shop.changed.append(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PAGE", size)
        seen = read_all(shop, Script(), between=move)
    stayed = {f"o{n}" for n in range(1, there + 1) if n not in gone}
    assert stayed <= set(seen)


def test_one_order_is_read() -> None:
    wire = Wire(information(node()))
    order = wire.puller.fetch_order("260301-000000000000001")
    assert order is not None
    assert order.modified_at == datetime(2026, 2, 28, 23, 42, 5, tzinfo=UTC)


def test_order_that_is_not_there_is_none() -> None:
    assert Wire(refusal(50001, "订单不存在")).puller.fetch_order("1") is None


def test_other_refusal_is_not_taken_for_a_missing_order() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(refusal(50001, "业务服务错误")).puller.fetch_order("1")
    assert caught.value.kind is ErrorKind.FATAL


def test_day_is_counted_in_half_hours() -> None:
    wire = Wire(*[rows(total=2)] * 3)
    until = SINCE + timedelta(minutes=80)
    assert wire.puller.count_orders(since=SINCE, until=until) == 6
    spans = [
        (int(wire.form(at)["start_updated_at"]), int(wire.form(at)["end_updated_at"]))
        for at in range(3)
    ]
    assert all(end - start <= 1800 for start, end in spans)
    assert spans[1][0] == spans[0][1] + 1
    assert spans[-1][1] == int(until.timestamp())


def test_long_silence_is_not_counted_window_by_window() -> None:
    wire = Wire()
    until = SINCE + timedelta(days=30)
    assert wire.puller.count_orders(since=SINCE, until=until) is None
    assert not wire.requests


def term(value: Any) -> dict[str, Any]:
    return {"refund_information_get_response": {"after_sales_status": 2, "expire_time": value}}


def test_waiting_request_is_read_with_its_term() -> None:
    wire = Wire(recorded("pinduoduo", "refunds"), term(1772409600123))
    (refund,) = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None).refunds
    assert wire.form()["type"] == "pdd.refund.information.get"
    assert wire.form()["after_sales_id"] == "900000001"
    told = PinduoduoConnector.read_refund(refund.payload)
    assert told.respond_by == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "step", [term(None), term("soon"), {"other": 1}, refusal(50001, "售后单不存在")]
)
def test_request_without_a_term_is_read_all_the_same(step: dict[str, Any]) -> None:
    wire = Wire(recorded("pinduoduo", "refunds"), step)
    (refund,) = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None).refunds
    assert PinduoduoConnector.read_refund(refund.payload).respond_by is None


def test_platform_out_of_reach_is_asked_again_later() -> None:
    wire = Wire(recorded("pinduoduo", "refunds"), refusal(52102))
    with pytest.raises(IntegrationError) as caught:
        wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert caught.value.kind is ErrorKind.RETRY


def test_answered_request_is_not_asked_for_its_term() -> None:
    told = recorded("pinduoduo", "refunds")
    told["refund_increment_get_response"]["refund_list"][0]["after_sales_status"] = 10
    wire = Wire(told)
    (refund,) = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None).refunds
    assert len(wire.requests) == 1
    assert PinduoduoConnector.read_refund(refund.payload).respond_by is None


def test_refunds_are_listed_with_their_orders() -> None:
    wire = Wire(recorded("pinduoduo", "refunds"), term(None))
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    (refund,) = page.refunds
    assert (refund.channel_refund_no, refund.channel_order_no) == (
        "900000001",
        "260301-000000000000002",
    )
    assert refund.modified_at == datetime(2026, 2, 28, 23, 50, 5, tzinfo=UTC)
    form = wire.form(0)
    assert (form["after_sales_type"], form["after_sales_status"]) == ("1", "1")
