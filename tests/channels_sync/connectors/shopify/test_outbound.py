"""What Shopify is told: build, call, parse and parse error of each operation."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.outbound import (
    LineUnits,
    RefundPush,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.shopify import graph
from channels_sync.connectors.shopify.notes import note_of, number_in
from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import broken_line

from .wire import Wire, data, recorded

FULFILLMENT = recorded("fulfillment_create")
NODE = recorded("orders_page")["data"]["orders"]["nodes"][0]
SHIPMENT = ShipmentPush(
    key="ship-1",
    package_no="PK1",
    notice=ShipmentNotice(
        channel_order_no="5000000000001",
        carrier="sf",
        waybill_no="SF1000000000001",
        shipped_at=datetime(2026, 3, 1, tzinfo=UTC),
    ),
    lines=(LineUnits(channel_line_no="13000000000001", quantity=1),),
)
REFUND = RefundPush(
    key="refund-RF1",
    channel_order_no="5000000000001",
    refund_no="RF1",
    amount=Decimal("59.00"),
    currency="USD",
    lines=(LineUnits(channel_line_no="13000000000001", quantity=1),),
)


def usd(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


def move(number: int, kind: str, amount: str, *, parent: int = 0, **other: str) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": kind,
        "status": "SUCCESS",
        "gateway": "bogus",
        "amountSet": usd(amount),
        "parentTransaction": {"id": f"gid://shopify/OrderTransaction/{parent}"} if parent else None,
    } | other


def order(**changes: Any) -> dict[str, Any]:
    """Answer the question about an order before it is told anything."""
    plain = {
        "id": NODE["id"],
        "currencyCode": "USD",
        "presentmentCurrencyCode": "USD",
        "fulfillmentOrders": NODE["fulfillmentOrders"],
        "fulfillments": [],
        "transactions": [move(1, "SALE", "209.00")],
        "refunds": [],
    }
    return data(order=plain | changes)


def fulfilled(*numbers: str, status: str = "SUCCESS", at: int = 4) -> dict[str, Any]:
    tracking = [{"company": "SF Express", "number": number} for number in numbers]
    return {"id": f"gid://shopify/Fulfillment/{at}", "status": status, "trackingInfo": tracking}


def refunded(*statuses: str, note: str = "OMS RF1") -> dict[str, Any]:
    moves = [move(7, "REFUND", "59.00", status=status) for status in statuses]
    return {"id": "gid://shopify/Refund/9", "note": note, "transactions": {"nodes": moves}}


REFUND_DONE = data(refundCreate={"refund": refunded("SUCCESS"), "userErrors": []})


def test_connector_is_registered() -> None:
    assert outbounds.get("shopify") is ShopifyOutbound


# --- parcel --------------------------------------------------------------------------------


def test_parcel_is_built_from_what_is_open() -> None:
    wire = Wire(order(), FULFILLMENT["ok"])
    wire.outbound.send(SHIPMENT)
    told = wire.variables()["fulfillment"]
    assert told["trackingInfo"] == {"company": "SF Express", "number": "SF1000000000001"}
    assert told["notifyCustomer"] is True
    (group,) = told["lineItemsByFulfillmentOrder"]
    expected = FULFILLMENT["variables"]["fulfillment"]["lineItemsByFulfillmentOrder"][0]
    assert group["fulfillmentOrderId"] == expected["fulfillmentOrderId"]
    assert group["fulfillmentOrderLineItems"] == expected["fulfillmentOrderLineItems"]


def test_parcel_is_asked_about_and_then_told() -> None:
    wire = Wire(order(), FULFILLMENT["ok"])
    told = wire.outbound.send(SHIPMENT)
    assert told == Told(channel_ref="4000000000001")
    assert [wire.document(at) for at in (0, 1)] == [graph.SHIPPING, graph.FULFILL]
    assert wire.variables(0) == {"id": "gid://shopify/Order/5000000000001"}


def test_parcel_that_is_there_is_not_told_again() -> None:
    wire = Wire(order(fulfillments=[fulfilled("SF1000000000001")]))
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="4")
    assert len(wire.requests) == 1


def test_units_come_from_several_fulfillment_orders() -> None:
    groups = [
        {
            "id": f"gid://shopify/FulfillmentOrder/{at}",
            "status": status,
            "lineItems": {
                "nodes": [
                    {
                        "id": f"gid://shopify/FulfillmentOrderLineItem/{at}",
                        "remainingQuantity": 2,
                        "lineItem": {"id": "gid://shopify/LineItem/13000000000001"},
                    }
                ]
            },
        }
        for at, status in enumerate(["CLOSED", "OPEN", "IN_PROGRESS"])
    ]
    three = replace(SHIPMENT, lines=(LineUnits(channel_line_no="13000000000001", quantity=3),))
    wire = Wire(order(fulfillmentOrders={"nodes": groups}), FULFILLMENT["ok"])
    wire.outbound.send(three)
    told = wire.variables()["fulfillment"]["lineItemsByFulfillmentOrder"]
    units = [row["quantity"] for group in told for row in group["fulfillmentOrderLineItems"]]
    assert units == [2, 1]
    assert [group["fulfillmentOrderId"][-1] for group in told] == ["1", "2"]


def test_further_parcel_adds_its_number_to_the_latest_fulfillment() -> None:
    standing = [
        fulfilled("A", at=4),
        fulfilled("B", at=5),
        fulfilled("C", at=6, status="CANCELLED"),
    ]
    done = data(fulfillmentTrackingInfoUpdate={"fulfillment": standing[1], "userErrors": []})
    wire = Wire(order(fulfillments=standing), done)
    assert wire.outbound.send(replace(SHIPMENT, lines=())) == Told(channel_ref="5")
    assert wire.variables() == {
        "id": "gid://shopify/Fulfillment/5",
        "tracking": {"company": "SF Express", "numbers": ["B", "SF1000000000001"]},
    }


def test_unknown_carrier_is_named_as_it_is() -> None:
    wire = Wire(order(), FULFILLMENT["ok"])
    notice = replace(SHIPMENT.notice, carrier="pigeon")
    wire.outbound.send(replace(SHIPMENT, notice=notice))
    assert wire.variables()["fulfillment"]["trackingInfo"]["company"] == "pigeon"


@pytest.mark.parametrize(
    ("fulfillments", "found"),
    [
        ([], None),
        ([fulfilled("OTHER")], None),
        ([fulfilled("SF1000000000001", status="CANCELLED")], None),
        ([fulfilled("OTHER"), fulfilled("SF1000000000001", at=8)], Told(channel_ref="8")),
    ],
)
def test_parcel_is_found_by_its_number(
    fulfillments: list[dict[str, Any]], found: Told | None
) -> None:
    assert Wire(order(fulfillments=fulfillments)).outbound.find(SHIPMENT) == found


def refusal(push: Any, *steps: Any) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        Wire(*steps).outbound.send(push)
    return caught.value


def test_refused_parcel_is_told_in_shopifys_words() -> None:
    error = refusal(SHIPMENT, order(), FULFILLMENT["refused"])
    assert (error.kind, error.message) == (ErrorKind.FATAL, "Fulfillment order does not exist.")
    assert not error.outcome_unknown


@pytest.mark.parametrize(
    ("push", "answer", "code"),
    [
        (SHIPMENT, order(fulfillmentOrders={"nodes": []}), "local:nothing_open"),
        (replace(SHIPMENT, lines=()), order(), "local:nothing_fulfilled"),
        (SHIPMENT, data(order=None), "local:no_order"),
        (REFUND, order(transactions=[move(1, "SALE", "58.99")]), "local:payments"),
        (REFUND, order(presentmentCurrencyCode="CAD"), "local:currency"),
    ],
)
def test_what_cannot_be_told_changes_nothing(push: Any, answer: Any, code: str) -> None:
    error = refusal(push, answer)
    assert (error.kind, error.code, error.outcome_unknown) == (ErrorKind.FATAL, code, False)


@pytest.mark.parametrize("push", [SHIPMENT, REFUND])
def test_broken_line_leaves_it_open_only_after_the_mutation(push: Any) -> None:
    assert not refusal(push, broken_line).outcome_unknown
    assert refusal(push, order(), broken_line).outcome_unknown


@pytest.mark.parametrize(
    "answer",
    [
        data(fulfillmentCreate=None),
        data(fulfillmentCreate={"fulfillment": None, "userErrors": []}),
        data(),
    ],
)
def test_answer_that_says_nothing_leaves_it_open(answer: dict[str, Any]) -> None:
    error = refusal(SHIPMENT, order(), answer)
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


# --- refund --------------------------------------------------------------------------------


def test_refund_goes_back_to_the_payment_under_our_key() -> None:
    wire = Wire(order(), REFUND_DONE)
    wire.outbound.send(REFUND)
    assert wire.document() == graph.REFUND
    assert "@idempotent(key: $key)" in graph.REFUND
    told = wire.variables()
    assert told["input"] == {
        "orderId": "gid://shopify/Order/5000000000001",
        "note": "OMS RF1",
        "notify": False,
        "refundLineItems": [
            {
                "lineItemId": "gid://shopify/LineItem/13000000000001",
                "quantity": 1,
                "restockType": "NO_RESTOCK",
            }
        ],
        "transactions": [
            {
                "orderId": "gid://shopify/Order/5000000000001",
                "parentId": "gid://shopify/OrderTransaction/1",
                "gateway": "bogus",
                "kind": "REFUND",
                "amount": "59.00",
            }
        ],
    }


def test_key_is_the_same_at_every_try_and_another_for_another() -> None:
    keys = []
    for push in (REFUND, REFUND, replace(REFUND, key="refund-RF2")):
        wire = Wire(order(), REFUND_DONE)
        wire.outbound.send(push)
        keys.append(wire.variables()["key"])
    assert keys[0] == keys[1] != keys[2]


def test_refund_never_asks_a_payment_for_more_than_it_has_left() -> None:
    moves = [
        move(1, "SALE", "100.00"),
        move(2, "SALE", "40.00"),
        move(3, "REFUND", "10.00", parent=2),
        move(4, "AUTHORIZATION", "500.00"),
        move(5, "SALE", "900.00", status="FAILURE"),
    ]
    wire = Wire(order(transactions=moves), REFUND_DONE)
    wire.outbound.send(REFUND)
    told = [
        (each["parentId"][-1], each["amount"]) for each in wire.variables()["input"]["transactions"]
    ]
    assert told == [("2", "30.00"), ("1", "29.00")]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (["SUCCESS"], Told(channel_ref="9")),
        (["SUCCESS", "PENDING"], Told(channel_ref="9", is_final=False)),
        (["PENDING"], Told(channel_ref="9", is_final=False)),
        ([], Told(channel_ref="9", is_final=False)),
    ],
)
def test_refund_is_final_once_all_its_money_moved(statuses: list[str], told: Told) -> None:
    answer = data(refundCreate={"refund": refunded(*statuses), "userErrors": []})
    assert Wire(order(), answer).outbound.send(REFUND) == told
    assert Wire(order(refunds=[refunded(*statuses)])).outbound.find(REFUND) == told


@pytest.mark.parametrize("status", ["FAILURE", "ERROR"])
def test_refund_that_the_bank_refuses_is_refused(status: str) -> None:
    told = Wire(order(refunds=[refunded("SUCCESS", status)])).outbound.find(REFUND)
    assert told is not None
    assert (bool(told.refused), told.is_final) == (True, False)


@pytest.mark.parametrize("note", [None, "", "damaged", "OMS RF2", "OMS RF12", "see OMS RF1"])
def test_refund_of_somebody_else_is_not_ours(note: str | None) -> None:
    theirs = {**refunded("SUCCESS"), "note": note}
    assert Wire(order(refunds=[theirs])).outbound.find(REFUND) is None


def test_refund_that_is_there_is_not_sent_again() -> None:
    wire = Wire(order(refunds=[refunded("SUCCESS")]))
    assert wire.outbound.send(REFUND) == Told(channel_ref="9")
    assert len(wire.requests) == 1


def test_refused_refund_is_told_in_shopifys_words() -> None:
    said = {"refund": None, "userErrors": [{"field": None, "message": "Not refundable"}]}
    error = refusal(REFUND, order(), data(refundCreate=said))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "Not refundable")


def test_note_carries_our_number_and_back() -> None:
    assert number_in(note_of("RF261111-7K3M9QXA")) == "RF261111-7K3M9QXA"
