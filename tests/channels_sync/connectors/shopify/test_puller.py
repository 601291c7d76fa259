"""Asking for changed orders: what goes out, what comes back, page by page."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.shopify import graph
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.shopify.puller import LINES, PAGE, ShopifyPuller
from oms.integration.errors import ErrorKind, IntegrationError

from .wire import Wire, data, recorded

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
ANSWER = recorded("orders_page")
NODES = ANSWER["data"]["orders"]["nodes"]


def page_of(*nodes: dict[str, Any], **info: Any) -> dict[str, Any]:
    page_info = {"hasNextPage": False, "endCursor": None} | info
    return data(orders={"nodes": list(nodes), "pageInfo": page_info})


def fetch(wire: Wire, cursor: str | None = None) -> Any:
    return wire.puller.fetch_orders(since=SINCE, until=UNTIL, cursor=cursor)


def test_puller_is_registered() -> None:
    assert pullers.get("shopify") is ShopifyPuller


def test_window_page_and_order_are_asked_for() -> None:
    wire = Wire(ANSWER)
    fetch(wire, cursor="c-1")
    assert wire.variables() == {
        "first": PAGE,
        "lines": LINES,
        "after": "c-1",
        "query": "updated_at:>='2026-03-01T07:30:00Z' AND updated_at:<'2026-03-01T08:00:00Z'",
    }
    assert wire.document() == graph.ORDERS
    assert "sortKey: UPDATED_AT" in graph.ORDERS


def test_recorded_page_is_read() -> None:
    page = fetch(Wire(ANSWER))
    assert [order.channel_order_no for order in page.orders] == ["5000000000001", "5000000000002"]
    assert page.orders[1].modified_at == datetime(2026, 3, 1, 7, 50, 5, tzinfo=UTC)
    assert (page.cursor, page.pause) == (None, timedelta(0))


def test_payload_is_what_the_connector_reads() -> None:
    page = fetch(Wire(ANSWER))
    for order in page.orders:
        read = ShopifyConnector.read_order(order.payload)
        assert read.channel_order_no == order.channel_order_no
        assert read.channel_modified_at == order.modified_at


def test_same_order_makes_the_same_payload() -> None:
    shuffled = dict(reversed(NODES[0].items()))
    first, second = fetch(Wire(page_of(NODES[0]))), fetch(Wire(page_of(shuffled)))
    assert first.orders[0].payload == second.orders[0].payload


def test_next_page_is_named_by_its_cursor() -> None:
    assert fetch(Wire(page_of(NODES[0], hasNextPage=True, endCursor="c-2"))).cursor == "c-2"


def test_empty_bucket_asks_for_a_pause() -> None:
    cost = {"requestedQueryCost": 600, "throttleStatus": {"currentlyAvailable": 100}}
    cost["throttleStatus"] |= {"maximumAvailable": 2000, "restoreRate": 100}  # type: ignore[operator]
    answer = page_of(NODES[0], hasNextPage=True, endCursor="c") | {"extensions": {"cost": cost}}
    assert fetch(Wire(answer)).pause == timedelta(seconds=5)


def test_lines_beyond_the_first_page_are_fetched() -> None:
    node = deepcopy(NODES[0])
    node["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "l-1"}
    first = node["lineItems"]["nodes"][0]
    more = [{**first, "id": f"gid://shopify/LineItem/{at}"} for at in (2, 3)]
    pages = [
        data(order={"lineItems": {"nodes": [row], "pageInfo": {"hasNextPage": at == 0,
             "endCursor": "l-2"}}})
        for at, row in enumerate(more)
    ]  # fmt: skip
    wire = Wire(page_of(node), *pages)
    (order,) = fetch(wire).orders
    assert len(ShopifyConnector.read_order(order.payload).lines) == 3
    assert [wire.variables(at)["after"] for at in (1, 2)] == ["l-1", "l-2"]


def test_refunds_are_fetched_only_where_they_explain_something() -> None:
    partly = deepcopy(NODES[1])
    partly["lineItems"]["nodes"][0]["currentQuantity"] = 1
    line_id = partly["lineItems"]["nodes"][0]["id"]
    row = {"quantity": 1, "restockType": "CANCEL", "lineItem": {"id": line_id}}
    refunds = [{"id": "r", "refundLineItems": {"nodes": [row]}}]
    wire = Wire(page_of(NODES[0], partly), data(order={"refunds": refunds}))
    _whole, short = fetch(wire).orders
    assert len(wire.requests) == 2
    assert wire.document() == graph.TAKEN_BACK
    assert ShopifyConnector.read_order(short.payload).lines[0].cancelled_quantity == 1


def test_order_that_cannot_be_read_is_kept_for_a_person() -> None:
    broken = {**deepcopy(NODES[0]), "updatedAt": "yesterday", "lineItems": {"nodes": []}}
    (order,) = fetch(Wire(page_of(broken))).orders
    assert order.modified_at is None
    assert json.loads(order.payload)["updatedAt"] == "yesterday"


@pytest.mark.parametrize(
    "answer",
    [
        data(orders=None),
        data(orders={"nodes": [{}], "pageInfo": {"hasNextPage": False}}),
        data(orders={"nodes": []}),
        data(),
    ],
)
def test_answer_of_another_shape_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(IntegrationError) as caught:
        fetch(Wire(answer))
    assert (caught.value.kind, caught.value.code) == (ErrorKind.RETRY, "malformed")
