"""Refunds and returns of changed Shopify orders, asked for and brought into one shape."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.pulling import PulledRefund
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.shopify.puller import ShopifyPuller
from channels_sync.connectors.shopify.refunds import pulled
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, data

SINCE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=30)
ORDER = {"legacyResourceId": "5000000000001", "updatedAt": "2026-03-01T07:55:00Z"}
LINE = "gid://shopify/LineItem/13000000000001"
DENIED = {"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


def refund(digits: int = 6000000000001, *, of: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Refund/{digits}",
        "createdAt": "2026-03-01T07:50:00Z",
        "note": None,
        "return": {"id": f"gid://shopify/Return/{of}"} if of else None,
        "refundLineItems": {
            "nodes": [{"quantity": 1, "restockType": "RETURN", "lineItem": {"id": LINE}}]
        },
        "transactions": {
            "nodes": [{"kind": "REFUND", "status": "SUCCESS", "amountSet": money("20.00")}]
        },
        **changes,
    }


def asked(digits: int = 945000001, status: str = "REQUESTED") -> dict[str, Any]:
    row = {
        "quantity": 1,
        "returnReason": "SIZE_TOO_SMALL",
        "customerNote": "one size up",
        "fulfillmentLineItem": {"lineItem": {"id": LINE}},
    }
    return {
        "id": f"gid://shopify/Return/{digits}",
        "status": status,
        "returnLineItems": {"nodes": [row]},
    }


def order(*refunds: dict[str, Any], returns: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {**ORDER, "refunds": list(refunds), "returns": {"nodes": list(returns)}}


def page(*nodes: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": following is not None, "endCursor": following}
    return data(orders={"nodes": list(nodes), "pageInfo": info})


def node(digits: int, *, refunds: bool = False, returns: bool = False) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{digits}",
        "refunds": [{"id": "x"}] if refunds else [],
        "returns": {"nodes": [{"id": "x"}] if returns else []},
    }


def read(one: PulledRefund) -> IncomingRefund:
    return ShopifyConnector.read_refund(one.payload)


def found(*refunds: dict[str, Any], returns: tuple[dict[str, Any], ...] = ()) -> list[PulledRefund]:
    return list(pulled.of_order(order(*refunds, returns=returns)))


def test_refunds_are_pulled() -> None:
    assert ShopifyPuller.pulls_refunds


def test_only_orders_that_have_any_are_asked_what() -> None:
    wire = Wire(
        page(node(1), node(2, refunds=True), node(3, returns=True), following="next"),
        data(order=order(refund())),
        data(order=order(returns=(asked(),))),
    )
    told = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert [one.channel_refund_no for one in told.refunds] == ["6000000000001", "Return/945000001"]
    assert told.cursor == "next"
    assert "2026-03-01T07:30:00Z" in wire.variables(0)["query"]
    assert [wire.variables(at)["id"][-1] for at in (1, 2)] == ["2", "3"]


def test_refund_is_read_with_its_money_and_its_lines() -> None:
    (one,) = found(refund(note="OMS RF-1 少件"))
    got = read(one)
    assert (one.channel_order_no, got.channel_refund_no) == ("5000000000001", "6000000000001")
    assert (got.status, got.kind) == (RefundStage.SUCCESS, RefundKind.REFUND_ONLY)
    assert (got.amount, got.currency, got.refund_no) == (Decimal("20.00"), "USD", "RF-1")
    assert got.lines == (RefundedLine(channel_line_no="13000000000001", quantity=1),)
    assert got.modified_at == one.modified_at == datetime(2026, 3, 1, 7, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("REQUESTED", RefundStage.WAIT_MERCHANT),
        ("OPEN", RefundStage.WAIT_BUYER_RETURN),
        ("DECLINED", RefundStage.REJECTED),
        ("CANCELED", RefundStage.CLOSED),
        ("CLOSED", RefundStage.CLOSED),
    ],
)
def test_return_is_read_in_every_status(status: str, stage: RefundStage) -> None:
    (one,) = found(returns=(asked(status=status),))
    got = read(one)
    assert (got.channel_refund_no, got.status) == ("Return/945000001", stage)
    assert (got.kind, got.reason) == (RefundKind.RETURN_REFUND, "size_too_small: one size up")
    assert one.modified_at == datetime(2026, 3, 1, 7, 55, tzinfo=UTC)


def test_return_that_is_settled_is_told_by_its_money() -> None:
    first = refund(1, of=945000001)
    second = refund(2, of=945000001, createdAt="2026-03-01T07:52:00Z")
    told = found(refund(3), first, second, returns=(asked(status="CLOSED"), asked(945000002)))
    assert [one.channel_refund_no for one in told] == ["3", "Return/945000001", "Return/945000002"]
    got = read(told[1])
    assert (got.amount, got.kind) == (Decimal("40.00"), RefundKind.RETURN_REFUND)
    assert [line.quantity for line in got.lines] == [1, 1]
    assert got.modified_at == datetime(2026, 3, 1, 7, 52, tzinfo=UTC)


def test_same_words_make_the_same_payload() -> None:
    (one,), (two,) = found(returns=(asked(),)), found(returns=(asked(),))
    assert one.payload == two.payload


def test_app_that_may_not_see_returns_asks_for_refunds_alone() -> None:
    alone = {"id": "gid://shopify/Order/2", "refunds": [{"id": "x"}]}
    answer = {**ORDER, "refunds": [{k: v for k, v in refund().items() if k != "return"}]}
    wire = Wire(DENIED, page(alone), data(order=answer), page())
    puller = wire.puller
    told = puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None)
    assert [one.channel_refund_no for one in told.refunds] == ["6000000000001"]
    assert puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None).refunds == ()
    assert ["returns" in wire.document(at) for at in range(4)] == [True, False, False, False]


def test_other_refusal_is_none_of_that() -> None:
    broken = {"errors": [{"message": "no", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
    wire = Wire(broken)
    error = caught(lambda: wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None))
    assert error.kind is ErrorKind.RETRY


def test_one_is_asked_for_by_its_number() -> None:
    wire = Wire(data(refund=refund() | {"order": ORDER}))
    one = wire.puller.fetch_refund("6000000000001")
    assert one is not None
    assert read(one).amount == Decimal("20.00")
    assert wire.variables()["id"] == "gid://shopify/Refund/6000000000001"
    told = asked() | {"order": ORDER, "refunds": {"nodes": []}}
    wire = Wire(data(**{"return": told}))
    one = wire.puller.fetch_refund("Return/945000001")
    assert one is not None
    assert read(one).status is RefundStage.WAIT_MERCHANT


def test_what_is_not_there_is_none() -> None:
    assert Wire(data(refund=None)).puller.fetch_refund("6") is None
    assert Wire(data(**{"return": None})).puller.fetch_refund("Return/6") is None
    assert Wire().puller.fetch_refund("Return/x") is None
    assert Wire().puller.fetch_refund("") is None


def test_page_of_another_shape_is_no_answer() -> None:
    wire = Wire(data(orders={"nodes": [{"id": "1"}]}))
    error = caught(lambda: wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor=None))
    assert error.code == "malformed"
