"""An after-sales request of Pinduoduo becomes the value that the core takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.connector import PinduoduoConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from tests.channels_sync.connectors.scripted import recorded

ROW = recorded("pinduoduo", "refunds")["refund_increment_get_response"]["refund_list"][0]


def read(**changes: Any) -> IncomingRefund:
    return PinduoduoConnector.read_refund(json.dumps({**ROW, **changes}))


def test_request_is_read() -> None:
    refund = read()
    assert (refund.channel_refund_no, refund.channel_order_no) == (
        "900000001",
        "260301-000000000000002",
    )
    assert (refund.status, refund.kind) == (RefundStage.WAIT_MERCHANT, RefundKind.REFUND_ONLY)
    assert (refund.amount, refund.currency) == (Decimal("59.00"), "CNY")
    assert refund.modified_at == datetime(2026, 2, 28, 23, 50, 5, tzinfo=UTC)
    assert refund.lines == (RefundedLine(channel_line_no="600000002", quantity=1),)
    assert refund.reason == "不想要了"


@pytest.mark.parametrize(("status", "stage"), codes.REFUND_STAGES.items())
def test_every_status_has_its_stage(status: int, stage: RefundStage) -> None:
    assert read(after_sales_status=status).status is stage


def test_goods_on_their_way_back_wait_for_us() -> None:
    refund = read(
        after_sales_type=3, after_sales_status=7, tracking_number="YT1", shipping_name="圆通"
    )
    assert refund.status is RefundStage.WAIT_MERCHANT_RECEIVE
    assert (refund.kind, refund.return_waybill_no, refund.return_carrier) == (
        RefundKind.RETURN_REFUND,
        "YT1",
        "圆通",
    )


def test_part_of_the_money_is_no_piece() -> None:
    assert read(refund_amount="5.00").lines == ()
    assert read(refund_amount="5.00", after_sales_type=3).lines != ()


@pytest.mark.parametrize("kind", [4, 5, 6])
def test_exchange_moves_no_money(kind: int) -> None:
    refund = read(after_sales_type=kind, after_sales_status=16)
    assert (refund.kind, refund.amount) == (RefundKind.EXCHANGE, Decimal(0))


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("after_sales_status", 99, Problem.UNKNOWN_STATUS),
        ("after_sales_type", 1, Problem.UNKNOWN_STATUS),
        ("refund_amount", "x", Problem.NOT_A_NUMBER),
        ("id", "", Problem.MISSING),
        ("updated_time", "", Problem.MISSING),
    ],
)
def test_what_we_do_not_know_is_never_guessed(key: str, value: Any, problem: Problem) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**{key: value})
    assert (caught.value.problem, caught.value.where) == (problem, key)


def test_order_is_no_refund() -> None:
    with pytest.raises(Unreadable) as caught:
        PinduoduoConnector.read_refund('{"order_sn": "1"}')
    assert caught.value.problem is Problem.NOT_A_REFUND
