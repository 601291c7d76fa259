"""An after-sales request of Doudian's becomes the value that the core takes in."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

from .wire import recorded

ITEM = recorded("after_sales_page")["response"]["data"]["items"][0]


def read(**changes: Any) -> IncomingRefund:
    told = deepcopy(ITEM)
    told["aftersale_info"] |= changes
    return DoudianConnector.read_refund(json.dumps(told))


def test_recorded_request_is_read() -> None:
    got = read()
    assert got.channel_refund_no == "7200000000000000001"
    assert got.channel_order_no == "6900000000000000002"
    assert (got.status, got.kind) == (RefundStage.WAIT_MERCHANT, RefundKind.REFUND_ONLY)
    assert (got.amount, got.reason) == (Decimal("40.00"), "不想要了")
    assert got.modified_at == datetime(2026, 2, 28, 23, 50, tzinfo=UTC)
    assert got.respond_by == datetime(2026, 3, 2, 23, 50, tzinfo=UTC)
    assert got.lines == (RefundedLine(channel_line_no="6900000000000000004", quantity=1),)


@pytest.mark.parametrize(
    ("status", "money", "stage"),
    [
        (0, 0, RefundStage.WAIT_MERCHANT),
        (6, 1, RefundStage.WAIT_MERCHANT),
        (7, 1, RefundStage.WAIT_BUYER_RETURN),
        (11, 1, RefundStage.WAIT_MERCHANT_RECEIVE),
        (12, 1, RefundStage.REFUNDING),
        (12, 2, RefundStage.REFUNDING),
        (12, 3, RefundStage.SUCCESS),
        (12, 4, RefundStage.REFUNDING),
        (12, 5, RefundStage.SUCCESS),
        (51, 3, RefundStage.SUCCESS),
        (51, 2, RefundStage.REFUNDING),
        (27, 1, RefundStage.REJECTED),
        (29, 1, RefundStage.REJECTED),
        (28, 1, RefundStage.CLOSED),
        (28, 4, RefundStage.CLOSED),
        (53, 3, RefundStage.CLOSED),
    ],
)
def test_every_status_is_known(status: int, money: int, stage: RefundStage) -> None:
    assert read(aftersale_status=status, refund_status=money).status is stage


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (0, RefundKind.RETURN_REFUND),
        (1, RefundKind.REFUND_ONLY),
        (2, RefundKind.REFUND_ONLY),
        (3, RefundKind.EXCHANGE),
        (6, RefundKind.REFUND_ONLY),
        (7, RefundKind.EXCHANGE),
        (8, RefundKind.EXCHANGE),
    ],
)
def test_kinds_are_told_apart(kind: int, expected: RefundKind) -> None:
    assert read(aftersale_type=kind).kind is expected


def test_exchange_that_is_done_needs_no_money() -> None:
    done = read(aftersale_type=3, aftersale_status=14, refund_status=0, refund_amount=0)
    assert done.status is RefundStage.SUCCESS


def test_cancelled_order_that_was_never_paid_owes_nothing() -> None:
    got = read(aftersale_type=5, aftersale_status=51, refund_status=0, refund_amount=0)
    assert got.status is RefundStage.SUCCESS


def test_promised_price_brings_money_back_and_no_goods() -> None:
    got = read(aftersale_type=6)
    assert (got.lines, got.amount) == ((), Decimal("40.00"))


def test_parcel_of_the_buyer_is_noted() -> None:
    got = read(return_logistics_code="YT1", return_logistics_company_name="圆通速递")
    assert (got.return_waybill_no, got.return_carrier) == ("YT1", "圆通速递")


@pytest.mark.parametrize("change", [{"aftersale_status": 99}, {"aftersale_type": 99}])
def test_unknown_word_is_left_to_a_person(change: dict[str, int]) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**change)
    assert caught.value.problem is Problem.UNKNOWN_STATUS


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        DoudianConnector.read_refund("{}")
    assert caught.value.problem is Problem.NOT_A_REFUND
