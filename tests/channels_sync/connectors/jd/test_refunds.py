"""A refund of either of JD's lists becomes the value that the core takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.connector import JdConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from tests.channels_sync.connectors.scripted import recorded

APPLIED = recorded("jd", "applications")["jingdong_pop_afs_soa_refundapply_queryPageList_responce"][
    "queryResult"
]["result"][0]
SERVED = recorded("jd", "services")["jingdong_asc_serviceAndRefund_view_responce"]["pageResult"][
    "data"
][0]


def application(**changes: Any) -> IncomingRefund:
    return JdConnector.read_refund(json.dumps({"refundapply": {**APPLIED, **changes}}))


def service(bill: Any = None, **changes: Any) -> IncomingRefund:
    told = {**SERVED, **changes}
    told["sameOrderServiceBill"] = {**SERVED["sameOrderServiceBill"], **(bill or {})}
    return JdConnector.read_refund(json.dumps({"serviceAndRefund": told}))


def test_application_counts_in_fen() -> None:
    refund = application()
    assert (refund.channel_refund_no, refund.channel_order_no) == ("R800000001", "298000000002")
    assert (refund.amount, refund.currency) == (Decimal("118.00"), "CNY")
    assert (refund.kind, refund.status) == (RefundKind.REFUND_ONLY, RefundStage.WAIT_MERCHANT)
    assert refund.modified_at == datetime(2026, 2, 28, 23, 56, tzinfo=UTC)
    assert refund.lines == ()


@pytest.mark.parametrize(("status", "stage"), codes.APPLICATION_STAGES.items())
def test_every_status_of_an_application_has_its_stage(status: int, stage: RefundStage) -> None:
    assert application(status=status).status is stage


def test_decision_is_newer_than_the_application() -> None:
    refund = application(checkTime="2026-03-01 09:00:00", status=1)
    assert refund.modified_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def test_service_counts_in_yuan_and_names_its_piece() -> None:
    refund = service()
    assert (refund.channel_refund_no, refund.channel_order_no) == ("S600000001", "298000000004")
    assert (refund.amount, refund.kind) == (Decimal("59.00"), RefundKind.RETURN_REFUND)
    assert refund.status is RefundStage.SUCCESS
    assert refund.lines == (RefundedLine(channel_line_no="10000002", quantity=1),)
    assert refund.reason == "商品质量问题: 开线"


def test_payment_that_failed_is_still_under_way() -> None:
    assert service(status=14).status is RefundStage.REFUNDING


@pytest.mark.parametrize(("state", "stage"), codes.SERVICE_STAGES.items())
def test_every_state_of_a_service_has_its_stage(state: int, stage: RefundStage) -> None:
    assert service({"afsServiceState": state}, status=None).status is stage


@pytest.mark.parametrize(
    ("payload", "problem", "where"),
    [
        ({"refundapply": {**APPLIED, "status": 99}}, Problem.UNKNOWN_STATUS, "refundapply.status"),
        (
            {"refundapply": {**APPLIED, "applyRefundSum": "1.5"}},
            Problem.NOT_A_NUMBER,
            "refundapply.applyRefundSum",
        ),
        ({"refundapply": {**APPLIED, "id": None}}, Problem.MISSING, "refundapply.id"),
        (
            {"serviceAndRefund": {**SERVED, "status": 15}},
            Problem.UNKNOWN_STATUS,
            "serviceAndRefund.status",
        ),
        ({"orderId": "1"}, Problem.NOT_A_REFUND, "refundapply"),
    ],
)
def test_what_we_do_not_know_is_never_guessed(
    payload: dict[str, Any], problem: Problem, where: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        JdConnector.read_refund(json.dumps(payload))
    assert (caught.value.problem, caught.value.where) == (problem, where)
