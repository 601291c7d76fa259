"""From Shopify's messages about refunds and returns to the value that the core takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.shopify.refunds.mapper import order_number
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

RECORDED = json.loads(
    (Path(__file__).parents[3] / "recordings" / "shopify" / "webhooks.json").read_text("utf-8")
)
REFUND = json.loads(
    next(
        each["raw_body"]
        for each in RECORDED["deliveries"]
        if each["headers"]["X-Shopify-Topic"] == "refunds/create"
    )
)
MOVE = REFUND["transactions"][0]
RETURN = {
    "id": 945000001,
    "admin_graphql_api_id": "gid://shopify/Return/945000001",
    "status": "requested",
    "order": {"id": 5000000000001},
    "return_line_items": [
        {
            "fulfillment_line_item": {"line_item": {"id": 13000000000001}},
            "quantity": 1,
            "return_reason": "size_too_small",
            "customer_note": "one size up",
        }
    ],
}


def read(told: dict[str, Any], **changes: Any) -> IncomingRefund:
    return ShopifyConnector.read_refund(json.dumps(told | changes))


def test_recorded_refund_is_money_that_went_back() -> None:
    refund = read(REFUND)
    assert (refund.channel_refund_no, refund.channel_order_no) == (
        "6000000000001",
        "5000000000001",
    )
    assert (refund.status, refund.kind) == (RefundStage.SUCCESS, RefundKind.REFUND_ONLY)
    assert (refund.amount, refund.currency) == (Decimal("199.00"), "USD")
    assert refund.lines == (RefundedLine(channel_line_no="13000000000001", quantity=1),)
    assert refund.modified_at == datetime(2026, 3, 1, 7, 50, tzinfo=UTC)


def test_only_moves_that_pay_back_count() -> None:
    moves = [MOVE, MOVE | {"amount": "10.50"}, MOVE | {"kind": "void", "amount": "99.00"}]
    assert read(REFUND, transactions=moves).amount == Decimal("209.50")


@pytest.mark.parametrize(
    ("statuses", "stage"),
    [
        (["success", "pending"], RefundStage.REFUNDING),
        (["success", "failure"], RefundStage.REJECTED),
        ([], RefundStage.SUCCESS),
    ],
)
def test_money_is_back_when_every_part_of_it_is(statuses: list[str], stage: RefundStage) -> None:
    moves = [MOVE | {"status": status} for status in statuses]
    assert read(REFUND, transactions=moves).status is stage


def test_refund_of_a_return_is_told_under_the_returns_number() -> None:
    refund = read(REFUND, **{"return": {"id": 945000001}})
    assert (refund.channel_refund_no, refund.kind) == (
        "Return/945000001",
        RefundKind.RETURN_REFUND,
    )


def test_our_own_number_is_found_in_the_note() -> None:
    assert read(REFUND, note="OMS RF261111-00000001").refund_no == "RF261111-00000001"


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("requested", RefundStage.WAIT_MERCHANT),
        ("OPEN", RefundStage.WAIT_BUYER_RETURN),
        ("declined", RefundStage.REJECTED),
        ("canceled", RefundStage.CLOSED),
        ("closed", RefundStage.CLOSED),
    ],
)
def test_return_is_read_at_every_stage(word: str, stage: RefundStage) -> None:
    asked = read(RETURN, status=word)
    assert (asked.channel_refund_no, asked.status) == ("Return/945000001", stage)
    assert (asked.channel_order_no, asked.modified_at) == ("5000000000001", None)
    assert asked.lines == (RefundedLine(channel_line_no="13000000000001", quantity=1),)
    assert asked.reason == "size_too_small: one size up"


@pytest.mark.parametrize(
    ("told", "problem", "where"),
    [
        ({"id": 1}, Problem.NOT_A_REFUND, "transactions"),
        (REFUND | {"created_at": None}, Problem.MISSING, "created_at"),
        (
            REFUND | {"transactions": [MOVE | {"amount": "x"}]},
            Problem.NOT_A_NUMBER,
            "transactions[0].amount",
        ),
        (
            REFUND | {"transactions": [MOVE | {"amount": "0.001"}]},
            Problem.TOO_FINE,
            "transactions[0].amount",
        ),
        (RETURN | {"status": "dancing"}, Problem.UNKNOWN_STATUS, "status"),
        (RETURN | {"order": None}, Problem.MISSING, "order"),
    ],
)
def test_field_that_cannot_be_read_is_named(
    told: dict[str, Any], problem: Problem, where: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(told)
    assert (caught.value.problem, caught.value.where) == (problem, where)


@pytest.mark.parametrize("payload", ["no", "[]", "7"])
def test_what_is_no_object_is_refused(payload: str) -> None:
    with pytest.raises(Unreadable):
        ShopifyConnector.read_refund(payload)


def test_order_of_a_message_is_known_before_it_is_read() -> None:
    assert order_number(REFUND) == order_number(RETURN) == "5000000000001"
    assert order_number({"order": "x"}) == ""
