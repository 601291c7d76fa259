"""The simulated Shopify shop, spoken to by the system's own connectors."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels_sync.connectors.outbound import Told
from channels_sync.connectors.pulling import OrderPage
from channels_sync.connectors.shopify import graph
from channels_sync.connectors.shopify import puller as pulling
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.simulator.faults import FaultKind
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench
from .shopify_line import api, line_no, outbound, place, puller, refund, shipment


def fetch(bench: Bench, cursor: str | None = None, **credentials: str) -> OrderPage:
    since, until = bench.now - timedelta(hours=1), bench.now + timedelta(hours=1)
    return puller(bench, **credentials).fetch_orders(since=since, until=until, cursor=cursor)


def node(bench: Bench, order: dict[str, Any]) -> dict[str, Any]:
    return bench.simulator.shopify.order(order["legacyResourceId"])


# --- asking --------------------------------------------------------------------------------


def test_pulled_order_is_read_by_the_system(bench: Bench) -> None:
    order = place(bench)
    (pulled,) = fetch(bench).orders
    read = ShopifyConnector.read_order(pulled.payload)
    assert read.channel_order_no == order["legacyResourceId"]
    assert (read.channel_status, read.currency) == (ChannelStatus.PAID, "USD")
    assert [(line.merchant_code, line.quantity) for line in read.lines] == [("HOOD-02", 2)]
    assert read.goods_amount + read.freight == read.paid_amount
    assert pulled.modified_at == bench.now


def test_pages_follow_each_other_by_cursor(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "PAGE", 2)
    for _order in range(5):
        bench.now += timedelta(seconds=1)
        place(bench)
    found, cursor = [], None
    for _page in range(3):
        page = fetch(bench, cursor)
        found += [order.modified_at for order in page.orders]
        cursor = page.cursor
    assert cursor is None
    assert len(found) == 5
    assert found == sorted(moment for moment in found if moment)


def test_window_ends_before_its_end(bench: Bench) -> None:
    place(bench)
    line = puller(bench)
    before = line.fetch_orders(since=bench.now - timedelta(1), until=bench.now, cursor=None)
    after = line.fetch_orders(since=bench.now, until=bench.now + timedelta(1), cursor=None)
    assert (len(before.orders), len(after.orders)) == (0, 1)


def test_many_lines_are_fetched_in_pages(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "LINES", 1)
    monkeypatch.setattr(pulling, "MORE_LINES", 1)
    order = place(bench)
    line = order["lineItems"][0]
    order["lineItems"] += [{**line, "id": f"{line['id']}{at}"} for at in range(3)]
    bench.simulator.shopify.store.save(order)
    (pulled,) = fetch(bench).orders
    assert len(ShopifyConnector.read_order(pulled.payload).lines) == 4


def refusal(bench: Bench, **credentials: str) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        fetch(bench, **credentials)
    return caught.value


def test_wrong_token_is_refused(bench: Bench) -> None:
    error = refusal(bench, access_token="stranger")
    assert (error.kind, error.code) == (ErrorKind.REAUTHORIZE, "local:stale_token")


def test_version_that_is_none_is_refused(bench: Bench) -> None:
    assert refusal(bench, api_version="2026-05").kind is ErrorKind.FATAL


def test_empty_bucket_throttles_inside_a_200_and_fills_with_time(bench: Bench) -> None:
    place(bench)
    bench.plan(FaultKind.THROTTLE, "Orders")
    error = refusal(bench)
    assert (error.kind, error.code) == (ErrorKind.THROTTLE, "THROTTLED")
    assert error.retry_after is not None
    assert [record.status for record in bench.records] == [200]
    bench.now += error.retry_after - timedelta(seconds=1)
    assert refusal(bench).kind is ErrorKind.THROTTLE
    bench.now += timedelta(seconds=1)
    assert len(fetch(bench).orders) == 1


def test_answer_that_empties_the_bucket_asks_for_a_pause(bench: Bench) -> None:
    place(bench)
    assert fetch(bench).pause == timedelta(0)
    bench.simulator.gateway.bucket.drain(now=bench.now)
    bench.now += timedelta(seconds=6.75)
    page = fetch(bench)
    assert (len(page.orders), page.pause >= timedelta(seconds=1)) == (1, True)


@pytest.mark.parametrize(
    "document",
    [graph.ORDERS, graph.MORE_LINES, graph.TAKEN_BACK, graph.SHIPPING, graph.MONEY],
)
def test_every_question_of_ours_is_understood_and_cheap_enough(bench: Bench, document: str) -> None:
    order = place(bench)
    variables = {
        "id": order["id"],
        "first": pulling.PAGE,
        "lines": pulling.MORE_LINES if document == graph.MORE_LINES else pulling.LINES,
        "query": "updated_at:>='2026-01-01T00:00:00Z' AND updated_at:<'2027-01-01T00:00:00Z'",
    }
    assert api(bench).call("x", document, variables, lambda answer: bool(answer.data))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("query X($id: ID!) { order(id: $id) { colour } }", "undefinedField"),
        ("query X { shop { name } }", "undefinedField"),
        ("query X($id: ID!) { order(id: $id) { lineItems { nodes { id } } } }", "argument"),
        ("query X($id: ID!, $n: ID!) { order(id: $id) { id } }", "syntax"),
        ("query X { order(id: $id) { id } }", "syntax"),
        ("query X { order", "syntax"),
        (
            "query X($id: ID!) { order(id: $id) { lineItems(first: 250) { nodes { variant { id } "
            "product { id } originalUnitPriceSet { shopMoney { amount } } } } } }",
            "MAX_COST_EXCEEDED",
        ),
    ],
)
def test_question_that_shopify_would_refuse_is_refused(
    bench: Bench, document: str, code: str
) -> None:
    order = place(bench)
    with pytest.raises(IntegrationError) as caught:
        api(bench).call("x", document, {"id": order["id"]}, bool)
    assert caught.value.kind is ErrorKind.FATAL
    assert caught.value.code.startswith(code)


# --- telling -------------------------------------------------------------------------------


def test_parcel_ships_the_order_and_is_found(bench: Bench) -> None:
    order, line = place(bench), outbound(bench)
    push = shipment(order, at=bench.now)
    assert line.find(push) is None
    told = line.send(push)
    assert line.find(push) == told
    assert node(bench, order)["displayFulfillmentStatus"] == "FULFILLED"
    assert line.send(push) == told
    assert len(node(bench, order)["fulfillments"]) == 1


def test_parts_ship_it_together_and_a_further_number_is_added(bench: Bench) -> None:
    order, line = place(bench), outbound(bench)
    line.send(shipment(order, quantity=1, number="SF1", at=bench.now))
    assert node(bench, order)["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    line.send(shipment(order, quantity=1, number="SF2", at=bench.now))
    extra = shipment(order, quantity=0, number="SF3", at=bench.now)
    assert line.send(extra) == line.find(extra)
    numbers = [
        [info["number"] for info in each["trackingInfo"]]
        for each in node(bench, order)["fulfillments"]
    ]
    assert numbers == [["SF1"], ["SF2", "SF3"]]


def test_number_is_changed_and_found(bench: Bench) -> None:
    order, line = place(bench), outbound(bench)
    line.send(shipment(order, at=bench.now))
    again = replace(shipment(order, number="SF2", at=bench.now), replaces="SF1")
    assert line.send(again) == line.find(again)
    (fulfillment,) = node(bench, order)["fulfillments"]
    assert [info["number"] for info in fulfillment["trackingInfo"]] == ["SF2"]


def test_more_than_was_sold_is_not_shipped(bench: Bench) -> None:
    order = place(bench)
    with pytest.raises(IntegrationError) as caught:
        outbound(bench).send(shipment(order, quantity=3, at=bench.now))
    assert caught.value.code == "local:nothing_open"
    assert node(bench, order)["fulfillments"] == []


def test_cancelled_order_is_not_shipped(bench: Bench) -> None:
    order = place(bench)
    bench.press("shopify/act", act="cancel", order_id=order["legacyResourceId"])
    with pytest.raises(IntegrationError):
        outbound(bench).send(shipment(order, at=bench.now))


def test_refund_is_paid_once_under_its_key(bench: Bench) -> None:
    order, line = place(bench), outbound(bench)
    assert line.find(refund(order)) is None
    told = line.send(refund(order))
    assert told.is_final
    assert line.send(refund(order)) == line.find(refund(order)) == told
    assert len(node(bench, order)["refunds"]) == 1
    assert node(bench, order)["displayFinancialStatus"] == "PARTIALLY_REFUNDED"


def test_repeated_mutation_gives_the_first_answer(bench: Bench) -> None:
    order = place(bench)
    variables = {
        "key": "k-1",
        "input": {
            "orderId": order["id"],
            "note": "OMS RF9",
            "transactions": [
                {"parentId": order["transactions"][0]["id"], "amount": "1.00", "gateway": "bogus"}
            ],
        },
    }
    ids = [
        api(bench).call("x", graph.REFUND, variables, lambda a: a.data["refundCreate"]["refund"])
        for _time in range(2)
    ]
    assert ids[0]["id"] == ids[1]["id"]
    assert len(node(bench, order)["refunds"]) == 1


def test_refund_without_a_key_is_refused(bench: Bench) -> None:
    order = place(bench)
    document = graph.REFUND.replace(" @idempotent(key: $key)", "")
    told = {"key": "k", "input": {"orderId": order["id"], "transactions": []}}
    answer = api(bench).call("x", document, told, lambda a: a.data["refundCreate"])
    assert "@idempotent" in answer["userErrors"][0]["message"]


def test_more_money_than_was_paid_is_refused(bench: Bench) -> None:
    order = place(bench)
    with pytest.raises(IntegrationError) as caught:
        outbound(bench).send(refund(order, amount="9999.00"))
    assert caught.value.code == "local:payments"


@pytest.mark.parametrize("operation", ["Refund", "Fulfill"])
@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.MALFORMED])
def test_broken_answer_leaves_it_open_and_a_question_settles_it(
    bench: Bench, operation: str, kind: FaultKind
) -> None:
    order = place(bench)
    push = refund(order) if operation == "Refund" else shipment(order, at=bench.now)
    bench.plan(kind, operation)
    with pytest.raises(IntegrationError) as caught:
        outbound(bench).send(push)
    assert caught.value.outcome_unknown
    assert isinstance(outbound(bench).find(push), Told)


def test_undone_fault_does_nothing(bench: Bench) -> None:
    order = place(bench)
    bench.plan(FaultKind.SERVER_ERROR, "Refund")
    with pytest.raises(IntegrationError):
        outbound(bench).send(refund(order))
    assert outbound(bench).find(refund(order)) is None


def test_refunded_units_explain_themselves_to_the_pull(bench: Bench) -> None:
    order, line = place(bench), outbound(bench)
    line.send(shipment(order, quantity=1, at=bench.now))
    bench.now += timedelta(seconds=1)
    line.send(refund(order))
    (pulled,) = fetch(bench).orders
    read = ShopifyConnector.read_order(pulled.payload)
    assert read.channel_status is ChannelStatus.PARTLY_SHIPPED
    assert read.lines[0].cancelled_quantity == 0
    assert line_no(order) == read.lines[0].channel_line_no
