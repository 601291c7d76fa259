"""A refund of Youzan's becomes the value that the core takes in."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.youzan.connector import YouzanConnector
from channels_sync.connectors.youzan.refunding import note_of, number_in
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

from .wire import recorded

REFUND = recorded("refund")["data"]


def read(**changes: Any) -> IncomingRefund:
    return YouzanConnector.read_refund(json.dumps(deepcopy(REFUND) | changes))


def test_recorded_refund_is_read() -> None:
    got = read()
    assert got.channel_refund_no == "202603010750310000000001"
    assert got.channel_order_no == "E20260301074300000000002"
    assert (got.status, got.kind) == (RefundStage.SUCCESS, RefundKind.REFUND_ONLY)
    assert got.amount == Decimal("59.00")
    assert got.modified_at == datetime(2026, 2, 28, 23, 55, 31, tzinfo=UTC)
    assert got.lines == (RefundedLine(channel_line_no="3000000000000000002", quantity=1),)


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("WAIT_SELLER_AGREE", RefundStage.WAIT_MERCHANT),
        ("WAIT_BUYER_RETURN_GOODS", RefundStage.WAIT_BUYER_RETURN),
        ("WAIT_SELLER_CONFIRM_GOODS", RefundStage.WAIT_MERCHANT_RECEIVE),
        ("SELLER_REFUSE_BUYER", RefundStage.REJECTED),
        ("SELLER_REFUSE_BUYER_RETURN_GOODS", RefundStage.REJECTED),
        ("CLOSED", RefundStage.CLOSED),
        ("SUCCESS", RefundStage.SUCCESS),
    ],
)
def test_every_status_is_known(word: str, stage: RefundStage) -> None:
    assert read(status=word).status is stage


def test_money_that_still_moves_is_no_success() -> None:
    assert read(refund_fund_list=[{"status": 1}]).status is RefundStage.REFUNDING
    assert read(refund_fund_list=None).status is RefundStage.SUCCESS


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"demand": 1}, RefundKind.REFUND_ONLY),
        ({"demand": 2}, RefundKind.RETURN_REFUND),
        ({"demand": 3}, RefundKind.EXCHANGE),
        ({"return_goods": True}, RefundKind.RETURN_REFUND),
        ({"refund_type": "EXCHANGE_GOODS"}, RefundKind.EXCHANGE),
    ],
)
def test_kinds_are_told_apart(change: dict[str, Any], kind: RefundKind) -> None:
    assert read(**change).kind is kind


def test_line_is_named_by_the_list_or_alone() -> None:
    alone = read(refund_item_list=[]).lines
    assert alone == (RefundedLine(channel_line_no="3000000000000000002"),)
    assert read(refund_item_list=[], oid=None).lines == ()


def test_money_that_we_sent_back_is_known_again() -> None:
    words = note_of("RF20260301", "买家多付了")
    assert number_in(words) == read(desc=words).refund_no == "RF20260301"
    assert read(desc="不想要了").refund_no == ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"status": "ELSE"}, Problem.UNKNOWN_STATUS),
        ({"refund_id": None}, Problem.NOT_A_REFUND),
        ({"tid": ""}, Problem.MISSING),
        ({"refund_fee": "x"}, Problem.NOT_A_NUMBER),
    ],
)
def test_refund_that_cannot_be_read_is_left_to_a_person(
    change: dict[str, Any], problem: Problem
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**change)
    assert caught.value.problem is problem
