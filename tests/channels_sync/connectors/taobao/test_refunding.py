"""A refund of TOP's becomes the value that after-sales takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.connector import TaobaoConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

from .wire import recorded

REFUND = recorded("refund")["refund_get_response"]["refund"]


def read(**changes: Any) -> IncomingRefund:
    return TaobaoConnector.read_refund(json.dumps(REFUND | changes))


def test_recorded_refund_is_read() -> None:
    got = read()
    assert (got.channel_refund_no, got.channel_order_no) == (
        "220000000000001",
        "2233445566778899020",
    )
    assert (got.status, got.kind) == (RefundStage.WAIT_MERCHANT, RefundKind.REFUND_ONLY)
    assert (got.amount, got.reason) == (Decimal("40.00"), "不想要了")
    assert got.lines == (RefundedLine(channel_line_no="2233445566778899022"),)
    assert got.modified_at == datetime(2026, 2, 28, 23, 55, 30, tzinfo=UTC)
    assert got.respond_by == datetime(2026, 3, 2, 23, 55, tzinfo=UTC)


@pytest.mark.parametrize(("word", "stage"), codes.REFUND_STATUS.items())
def test_every_stage_is_known(word: str, stage: RefundStage) -> None:
    assert read(status=word).status is stage


@pytest.mark.parametrize(("word", "kind"), codes.DISPUTES.items())
def test_every_kind_is_known(word: str, kind: RefundKind) -> None:
    assert read(dispute_type=word).kind is kind


def test_flag_decides_where_no_kind_is_told() -> None:
    assert read(dispute_type="", has_good_return=True).kind is RefundKind.RETURN_REFUND
    assert read(dispute_type=None).kind is RefundKind.REFUND_ONLY


def test_money_of_which_something_stays_names_no_line() -> None:
    assert read(payment="30.00", refund_fee="10.00").lines == ()
    back = read(payment="30.00", refund_fee="10.00", dispute_type="REFUND_AND_RETURN")
    assert len(back.lines) == 1


def test_goods_come_back_under_a_number() -> None:
    got = read(status="WAIT_SELLER_CONFIRM_GOODS", company_name="顺丰速运", sid="SF14")
    assert (got.return_carrier, got.return_waybill_no) == ("顺丰速运", "SF14")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"status": "NEW"}, (Problem.UNKNOWN_STATUS, "status")),
        ({"dispute_type": "REPAIR"}, (Problem.UNKNOWN_STATUS, "dispute_type")),
        ({"refund_id": None}, (Problem.NOT_A_REFUND, "refund_id")),
        ({"tid": None}, (Problem.MISSING, "tid")),
        ({"modified": ""}, (Problem.MISSING, "modified")),
        ({"refund_fee": "x"}, (Problem.NOT_A_NUMBER, "refund_fee")),
    ],
)
def test_field_that_cannot_be_understood_is_named(
    change: dict[str, Any], problem: tuple[Problem, str]
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**change)
    assert (caught.value.problem, caught.value.where) == problem
