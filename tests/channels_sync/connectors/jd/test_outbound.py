"""What JD is told: read first, told once, read back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.jd.outbound import JdOutbound
from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.outbound_installed import outbounds
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import broken_line, recorded

from .wire import Wire, done, node, one, refusal

SHIPMENT = ShipmentPush(
    key="ship-1",
    package_no="PK1",
    notice=ShipmentNotice(
        channel_order_no="298000000001",
        carrier="sf",
        waybill_no="SF1000000000001",
        shipped_at=datetime(2026, 3, 1, tzinfo=UTC),
    ),
    lines=(LineUnits(channel_line_no="10000001", quantity=1),),
)
ANSWER = ReturnAnswer(
    key="agree-1",
    channel_order_no="298000000002",
    channel_refund_no="R800000001",
    case_no="AS1",
    is_agreed=True,
)
MEMO = MemoPush(key="memo-1", channel_order_no="298000000001", memo="易碎", flag="yellow")
SHIPPED = done("pop.order.shipment", "sopjosshipment_result")
REPLIED = done("pop.afs.soa.refundapply.replyRefund", "replyResult")


def applications(*statuses: int) -> dict[str, Any]:
    rows = [{"id": 800000001, "orderId": "298000000002", "status": each} for each in statuses]
    result = {"success": True, "totalCount": len(rows), "result": rows}
    root = "jingdong_pop_afs_soa_refundapply_queryPageList_responce"
    return {root: {"code": "0", "queryResult": result}}


def memo(remark: str | None = None, flag: str = "0") -> dict[str, Any]:
    inner = {"remark": remark, "flag": flag, "order_id": "298000000001"}
    result = {"api_jos_result": {"success": True}, "vender_remark": inner}
    root = "jingdong_order_venderRemark_queryByOrderId_responce"
    return {root: {"code": "0", "venderRemarkQueryResult": result}}


def error_of(wire: Wire, push: Any) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        wire.outbound.send(push)
    return caught.value


def test_outbound_is_registered() -> None:
    assert outbounds.get("jd") is JdOutbound
    assert JdOutbound.takes == {ShipmentPush, ReturnAnswer, MemoPush}


def test_parcel_is_told_with_the_platforms_number_of_the_carrier() -> None:
    wire = Wire(one(node()), SHIPPED)
    assert wire.outbound.send(SHIPMENT) == Told()
    assert wire.form()["method"] == "jingdong.pop.order.shipment"
    assert wire.params() == {
        "orderId": 298000000001,
        "logiCoprId": "467",
        "logiNo": "SF1000000000001",
    }


@pytest.mark.parametrize(
    "numbers", ["SF1000000000001", "YT1,SF1000000000001", "YT1 | SF1000000000001"]
)
def test_number_that_is_there_is_not_told_again(numbers: str) -> None:
    wire = Wire(one(node(4, waybill=numbers)))
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="SF1000000000001")
    assert len(wire.requests) == 1


def test_further_parcel_is_a_persons_business() -> None:
    wire = Wire(one(node(4)))
    error = error_of(wire, SHIPMENT)
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:one_shipment")


def test_lost_answer_leaves_it_open_and_the_order_shows_it() -> None:
    wire = Wire(one(node()), broken_line, one(node(4, waybill="SF1000000000001")))
    assert error_of(wire, SHIPMENT).outcome_unknown
    assert wire.outbound.find(SHIPMENT) is not None


def test_order_without_the_number_shows_nothing() -> None:
    assert Wire(one(node())).outbound.find(SHIPMENT) is None


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (recorded("jd", "shipment")["refused"], ErrorKind.FATAL),
        (refusal("2"), ErrorKind.THROTTLE),
        (refusal("67"), ErrorKind.RETRY),
    ],
)
def test_refusal_is_told_in_the_platforms_words(step: Any, kind: ErrorKind) -> None:
    assert error_of(Wire(one(node()), step), SHIPMENT).kind is kind


def test_token_that_dies_in_between_is_renewed() -> None:
    wire = Wire(one(node()), refusal("19"), SHIPPED)
    assert wire.outbound.send(SHIPMENT) == Told()
    assert wire.form(-1)["access_token"] == "token-2"


@pytest.mark.parametrize("number", ["298x", "", "１２"])
def test_number_that_is_none_is_not_told(number: str) -> None:
    wire = Wire()
    push = replace(SHIPMENT, notice=replace(SHIPMENT.notice, channel_order_no=number))
    assert (error_of(wire, push).code, wire.requests) == ("local:number", [])


def test_application_is_agreed_to() -> None:
    wire = Wire(applications(0), REPLIED)
    assert wire.outbound.send(ANSWER) == Told()
    told = wire.params()
    assert (told["id"], told["status"], told["outWareStatus"]) == (800000001, "1", "2")
    assert "rejectType" not in told


def test_application_is_refused_with_the_reason_that_the_platform_wants() -> None:
    wire = Wire(applications(0), REPLIED)
    wire.outbound.send(replace(ANSWER, is_agreed=False))
    told = wire.params()
    assert (told["status"], told["rejectType"], told["outWareStatus"]) == ("2", "1", "1")
    assert told["remark"]


def test_refusal_says_our_words() -> None:
    wire = Wire(applications(0), REPLIED)
    wire.outbound.send(replace(ANSWER, is_agreed=False, words="包裹已到当地"))
    assert wire.params()["remark"] == "包裹已到当地"


@pytest.mark.parametrize(("status", "is_agreed"), [(1, True), (3, True), (2, False)])
def test_answer_that_is_there_is_not_told_again(status: int, is_agreed: bool) -> None:
    wire = Wire(applications(status))
    assert wire.outbound.send(replace(ANSWER, is_agreed=is_agreed)) == Told()
    assert len(wire.requests) == 1


@pytest.mark.parametrize(("status", "is_agreed"), [(2, True), (1, False)])
def test_opposite_answer_is_told_to_a_person(status: int, is_agreed: bool) -> None:
    told = Wire(applications(status)).outbound.find(replace(ANSWER, is_agreed=is_agreed))
    assert told is not None
    assert told.refused


def test_waiting_application_shows_no_answer() -> None:
    assert Wire(applications(0)).outbound.find(ANSWER) is None


@pytest.mark.parametrize(
    ("push", "steps", "code"),
    [
        (ANSWER, [applications()], "local:no_refund"),
    ],
)
def test_what_cannot_be_answered_here_is_a_persons_business(
    push: ReturnAnswer, steps: list[Any], code: str
) -> None:
    assert error_of(Wire(*steps), push).code == code


def test_open_applications_stop_the_parcel() -> None:
    wire = Wire(applications(0), applications(2, 4), applications())
    assert wire.outbound.refunds_open(["1", "2", "3"]) == frozenset({"1"})
    assert [wire.params(at)["orderId"] for at in range(3)] == ["1", "2", "3"]


@pytest.mark.parametrize("status", [1, 5, 6, 7, 8, 10, 77])
def test_agreed_and_unknown_applications_stop_it_too(status: int) -> None:
    assert Wire(applications(status)).outbound.refunds_open(["1"]) == frozenset({"1"})


def test_memo_and_flag_are_written_together() -> None:
    wire = Wire(done("pop.order.modifyVenderRemark", "modifyvenderremark_result"))
    wire.outbound.send(MEMO)
    assert wire.params() == {"order_id": 298000000001, "flag": 2, "remark": "易碎"}


def test_flag_alone_keeps_the_memo() -> None:
    wire = Wire(memo("先前的话", "1"), done("pop.order.modifyVenderRemark"))
    wire.outbound.send(replace(MEMO, memo=None))
    assert (wire.params()["remark"], wire.params()["flag"]) == ("先前的话", 2)


def test_memo_alone_keeps_the_flag() -> None:
    wire = Wire(memo("先前的话", "4"), done("pop.order.modifyVenderRemark"))
    wire.outbound.send(replace(MEMO, flag=None))
    assert (wire.params()["remark"], wire.params()["flag"]) == ("易碎", 4)


def test_memo_is_read_back() -> None:
    assert Wire(memo("易碎", "2")).outbound.find(MEMO) == Told()
    assert Wire(memo("易碎", "1")).outbound.find(MEMO) is None
    assert Wire(memo()).outbound.find(MEMO) is None


def test_money_is_not_sent_by_us() -> None:
    push = RefundPush(
        key="r", channel_order_no="1", refund_no="RF1", amount=Decimal(1), currency="CNY"
    )
    assert error_of(Wire(), push).code == "local:not_taken"
