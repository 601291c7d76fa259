"""Refunds on the lines of a Weidian order."""

import json
from copy import deepcopy
from typing import Any

import pytest

from channels_sync.connectors.weidian import refunding
from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

from .wire import recorded

ORDER = recorded("order_refunding")["result"]


def read(number: str = "RF800000001", **changes: Any) -> IncomingRefund:
    told = {
        "order": deepcopy(ORDER) | changes,
        "told_at": "2026-03-01 07:55:31",
        "refund_no": number,
    }
    return WeidianConnector.read_refund(json.dumps(told))


def asked(kind: str) -> list[dict[str, Any]]:
    items = deepcopy(ORDER["items"])
    items[0]["refund_info"]["refund_kind"] = kind
    return list(items)


def test_recorded_refund_is_read() -> None:
    refund = read()
    assert refund.channel_refund_no == "800000000000002-RF800000001"
    assert refund.channel_order_no == "800000000000002"
    assert (refund.status, refund.kind) == (RefundStage.WAIT_MERCHANT, RefundKind.REFUND_ONLY)
    assert refund.amount == 199
    assert refund.lines == (RefundedLine(channel_line_no="900000000001"),)


@pytest.mark.parametrize("word", ["unship_refuse_refunding", "shiped_refuse_refunding"])
def test_refusal_is_told_by_the_order(word: str) -> None:
    assert read(status=word).status is RefundStage.REJECTED


def test_closed_order_that_was_paid_has_its_money_back() -> None:
    assert read(status="close").status is RefundStage.SUCCESS


@pytest.mark.parametrize("changes", [{"status": "finish"}, {"status": "close", "pay_time": ""}])
def test_end_that_is_not_told_is_not_guessed(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as trouble:
        read(**changes)
    assert trouble.value.problem is Problem.UNKNOWN_STATUS


def test_goods_come_back_only_of_what_left() -> None:
    shipped = {"status": "shiped_refunding", "send_time": "2026-03-02 10:00:00"}
    assert read(**shipped, items=asked("2")).kind is RefundKind.RETURN_REFUND
    assert read(**shipped, items=asked("1")).kind is RefundKind.REFUND_ONLY
    assert read(items=asked("2")).kind is RefundKind.REFUND_ONLY


@pytest.mark.parametrize("number", ["", "RF2"])
def test_refund_that_is_not_on_the_order_is_none(number: str) -> None:
    with pytest.raises(Unreadable) as trouble:
        read(number)
    assert trouble.value.problem is Problem.NOT_A_REFUND


def test_number_is_parted_as_it_was_put_together() -> None:
    assert refunding.parts_of(refunding.number_of("8", "RF-1")) == ("8", "RF-1")
    assert refunding.parts_of("RF1") is None
    assert refunding.parts_of("8-") is None
