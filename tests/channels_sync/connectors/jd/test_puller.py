"""Asking for what changed: pages as text, going on from moment to moment."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.jd import puller as module
from channels_sync.connectors.jd import refund_pages
from channels_sync.connectors.jd.connector import JdConnector
from channels_sync.connectors.jd.puller import JdPuller
from channels_sync.connectors.loose import beijing
from channels_sync.connectors.pulling_installed import pullers
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Script, recorded

from .wire import SEARCH, Wire, failure, found, node, one

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=20)
APPLICATIONS = recorded("jd", "applications")
SERVICES = recorded("jd", "services")
NO_SERVICES = {"jingdong_asc_serviceAndRefund_view_responce": {"code": "0", "pageResult": {}}}


class Shop:
    """Answers like the platform: orders by the second of their change, the oldest first."""

    def __init__(self, changed: dict[str, int]) -> None:
        self.changed = changed

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        asked = json.loads(form["360buy_param_json"])
        begin, end = asked["start_date"], asked["end_date"]
        page, size = int(asked["page"]), int(asked["page_size"])
        rows = sorted(
            (moment, number)
            for number, second in self.changed.items()
            if begin <= (moment := beijing(SINCE + timedelta(seconds=second))) <= end
        )
        told = [node(orderId=number, modified=moment) for moment, number in rows]
        return httpx.Response(200, json=found(*told[(page - 1) * size : page * size], total=0))


def read_all(shop: Shop, *, between: Any = None) -> list[str]:
    wire = Script()
    pull = JdPuller(
        credentials={"app_key": "a", "app_secret": "b"}, http=wire.http, tokens=wire.tokens
    )
    seen, cursor = [], None
    while True:
        wire.steps = [shop]
        page = pull.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)
        seen += [order.channel_order_no for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            return seen
        if between:
            between(shop)


def test_puller_is_registered_with_the_platforms_limits() -> None:
    assert pullers.get("jd") is JdPuller
    assert JdPuller.longest_window is not None
    assert JdPuller.longest_window <= timedelta(days=7)
    assert module.PAGE <= 100
    assert refund_pages.SIZE <= 50


def test_window_is_asked_for_in_beijing_time_with_pages_as_text() -> None:
    wire = Wire(SEARCH)
    page = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None)
    asked = wire.params()
    assert (asked["start_date"], asked["end_date"]) == (
        "2026-03-01 15:30:00",
        "2026-03-01 15:50:00",
    )
    assert (asked["page"], asked["page_size"]) == ("1", "100")
    assert (asked["sortType"], asked["dateType"], asked["order_state"]) == (0, 0, "ALL")
    assert "consigneeInfo" in asked["optional_fields"].split(",")
    assert [order.channel_order_no[-3:] for order in page.orders] == ["001", "002", "003", "004"]
    assert page.cursor is None


def test_payload_is_what_the_connector_reads() -> None:
    for order in Wire(SEARCH).puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None).orders:
        read = JdConnector.read_order(order.payload)
        assert read.channel_order_no == order.channel_order_no
        assert read.channel_modified_at == order.modified_at


@given(
    seconds=st.lists(st.integers(min_value=0, max_value=8), max_size=14),
    leaving=st.lists(st.integers(min_value=0, max_value=13), max_size=5),
    size=st.integers(min_value=2, max_value=4),
)
def test_row_that_moves_between_pages_is_not_lost(
    seconds: list[int], leaving: list[int], size: int
) -> None:
    """Many change in one second, and some leave the window while it is read. Not both at once:
    inside one second JD offers nothing but page numbers."""
    if leaving:
        seconds = list(range(len(seconds)))
    shop = Shop({str(at): second for at, second in enumerate(seconds)})
    steps, gone = iter(map(str, leaving)), set()

    def change_again(shop: Shop) -> None:
        number = next(steps, "")
        gone.add(number)
        shop.changed.pop(number, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PAGE", size)
        seen = read_all(shop, between=change_again)
    assert {str(at) for at in range(len(seconds))} - gone <= set(seen)


def test_answer_out_of_order_is_read_by_page_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    wire = Wire(found(node(4), node(1)))
    page = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None)
    assert page.cursor == "2026-03-01 15:30:00|2"


def test_unreadable_order_is_kept_for_a_person() -> None:
    wire = Wire(found(node(modified="soon")))
    (order,) = wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=None).orders
    assert order.modified_at is None


def test_orders_are_counted_by_a_page_of_one() -> None:
    wire = Wire(found(node(), total=412))
    assert wire.puller.count_orders(since=SINCE, until=UNTIL) == 412
    assert wire.params()["page_size"] == "1"


@pytest.mark.parametrize("step", [one(None), failure("订单不存在")])
def test_order_that_is_not_there_is_none(step: dict[str, Any]) -> None:
    assert Wire(step).puller.fetch_order("1") is None


def test_other_refusal_is_not_taken_for_a_missing_order() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire(failure("参数错误")).puller.fetch_order("1")
    assert caught.value.kind is ErrorKind.FATAL


def test_number_that_is_none_is_not_asked_for() -> None:
    wire = Wire()
    with pytest.raises(IntegrationError):
        wire.puller.fetch_order("298 or 1=1")
    assert wire.requests == []


def read_refunds(until: datetime) -> tuple[Wire, list[str]]:
    wire = Wire(APPLICATIONS, APPLICATIONS, SERVICES, NO_SERVICES)
    seen, cursor = [], None
    while wire.steps:
        page = wire.puller.fetch_refunds(since=SINCE, until=until, cursor=cursor)
        seen += [refund.channel_refund_no for refund in page.refunds]
        cursor = page.cursor
    assert cursor is None
    return wire, seen


def test_both_lists_are_asked_by_both_of_their_times() -> None:
    wire, seen = read_refunds(UNTIL)
    assert seen == ["R800000001", "R800000001", "S600000001"]
    names = [set(wire.params(at)) & {"applyTimeStart", "checkTimeStart"} for at in (0, 1)]
    assert names == [{"applyTimeStart"}, {"checkTimeStart"}]
    assert wire.params(2)["applyTimeBegin"] == wire.params(3)["approveTimeBegin"] == beijing(SINCE)
    assert (wire.params(0)["pageIndex"], wire.params(2)["pageNumber"]) == (1, 1)


def test_decisions_of_ten_days_are_looked_through_once_an_hour() -> None:
    hour = datetime(2026, 3, 1, 8, 0, 20, tzinfo=UTC)
    wire, _seen = read_refunds(hour)
    end = datetime.fromisoformat(beijing(hour))
    assert wire.params(0)["applyTimeStart"] == beijing(SINCE)
    for at, key in ((1, "checkTimeStart"), (3, "approveTimeBegin")):
        begin = datetime.fromisoformat(wire.params(at)[key])
        assert timedelta(days=9) < end - begin <= timedelta(days=10)


def test_further_pages_follow_the_total() -> None:
    told = json.loads(json.dumps(APPLICATIONS))
    root = "jingdong_pop_afs_soa_refundapply_queryPageList_responce"
    told[root]["queryResult"]["totalCount"] = 51
    page = Wire(told).puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert page.cursor == "applied|2"
    last = Wire(told).puller.fetch_refunds(since=SINCE, until=UNTIL, cursor="applied|2")
    assert last.cursor == "checked|1"


def test_refund_carries_its_order_and_its_latest_moment() -> None:
    page = Wire(SERVICES).puller.fetch_refunds(since=SINCE, until=UNTIL, cursor="asked|1")
    (refund,) = page.refunds
    assert refund.channel_order_no == "298000000004"
    assert refund.modified_at == datetime(2026, 2, 28, 23, 58, 20, tzinfo=UTC)


def test_application_is_asked_for_by_its_number() -> None:
    wire = Wire(APPLICATIONS)
    refund = wire.puller.fetch_refund("R800000001")
    assert refund is not None
    assert wire.params()["ids"] == "800000001"


def test_service_has_no_question_of_its_own() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire().puller.fetch_refund("S600000001")
    assert caught.value.code == "local:not_asked"
