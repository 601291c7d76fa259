"""Telling TOP: parcels whole and in parts, answers, money, notes; read back before a repeat."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    RefundPush,
    RefusalReason,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.taobao import signing
from channels_sync.connectors.taobao.answering import AGREE_RETURN, PAY, REASONS, REFUSE
from channels_sync.connectors.taobao.outbound import MEMO, SHIP, TaobaoOutbound
from channels_sync.connectors.taobao.puller import REFUND, TRADE
from channels_sync.simulator.market.platform import Call
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import broken_line, caught

from .wire import SECRET, Wire, answer, recorded, refused

WAITS, LEFT, CLOSED = "WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS", "TRADE_CLOSED"
DONE = recorded("shipped")
HOME = ReturnAddress(
    name="一号仓",
    phone="02100000000",
    province="上海",
    city="上海市",
    district="青浦区",
    address="1号",
)


def trade(*lines: dict[str, Any], **told: Any) -> dict[str, Any]:
    return answer(TRADE, trade={"tid": 9, "orders": {"order": list(lines)}} | told)


def line(oid: int, status: str = WAITS, **told: Any) -> dict[str, Any]:
    return {"oid": oid, "status": status} | told


def refund(**told: Any) -> dict[str, Any]:
    return answer(REFUND, refund=recorded("refund")["refund_get_response"]["refund"] | told)


def parcel(*lines: str, carrier: str = "sf") -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no="9",
        carrier=carrier,
        waybill_no="SF1",
        shipped_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    units = tuple(LineUnits(channel_line_no=each, quantity=1) for each in lines)
    return ShipmentPush(key="k", package_no="PK1", notice=notice, lines=units)


def reply(*, is_agreed: bool = True, to: ReturnAddress | None = HOME) -> ReturnAnswer:
    return ReturnAnswer(
        key="k",
        channel_order_no="9",
        channel_refund_no="220000000000001",
        case_no="AS1",
        is_agreed=is_agreed,
        return_to=to,
    )


def money(amount: str = "40.00", *lines: str) -> RefundPush:
    units = tuple(LineUnits(channel_line_no=each, quantity=1) for each in lines)
    return RefundPush(
        key="k",
        channel_order_no="9",
        refund_no="RF1",
        amount=Decimal(amount),
        currency="CNY",
        lines=units,
    )


def test_outbound_is_registered() -> None:
    assert outbounds.get("taobao") is TaobaoOutbound


# --- parcels -------------------------------------------------------------------------------


def test_whole_order_leaves_in_one_parcel() -> None:
    wire = Wire(trade(line(1), line(2)), DONE)
    assert wire.outbound.send(parcel("1", "2")) == Told(channel_ref="SF1")
    form = wire.form()
    assert (form["method"], form["tid"], form["company_code"]) == (SHIP, "9", "SF")
    assert (form["out_sid"], form["is_split"]) == ("SF1", "0")
    assert "sub_tid" not in form


@pytest.mark.parametrize(
    ("lines", "shipped", "sub_tid"),
    [
        ((line(1), line(2)), ("2",), "2"),
        ((line(1, LEFT), line(2)), ("2",), "2"),
        ((line(1), line(2), line(3)), ("3", "1"), "1,3"),
    ],
)
def test_part_of_an_order_names_its_lines(
    lines: tuple[dict[str, Any], ...], shipped: tuple[str, ...], sub_tid: str
) -> None:
    wire = Wire(trade(*lines), DONE)
    wire.outbound.send(parcel(*shipped))
    assert (wire.form()["is_split"], wire.form()["sub_tid"]) == ("1", sub_tid)


def test_closed_line_makes_no_split() -> None:
    wire = Wire(trade(line(1), line(2, CLOSED)), DONE)
    wire.outbound.send(parcel("1"))
    assert wire.form()["is_split"] == "0"


def test_unknown_carrier_is_another_one() -> None:
    wire = Wire(trade(line(1)), DONE)
    wire.outbound.send(parcel("1", carrier="pigeon"))
    assert wire.form()["company_code"] == "OTHER"


def test_parcel_that_is_there_is_not_told_again() -> None:
    wire = Wire(trade(line(1, LEFT, invoice_no="SF1")))
    assert wire.outbound.send(parcel("1")) == Told(channel_ref="SF1")
    assert wire.methods() == [TRADE]


@pytest.mark.parametrize("lines", [(), ("1",)])
def test_further_parcel_of_what_left_is_done_before(lines: tuple[str, ...]) -> None:
    wire = Wire(trade(line(1, LEFT, invoice_no="SF0")))
    error = caught(lambda: wire.outbound.send(parcel(*lines)))
    assert (error.kind, error.code) == (ErrorKind.TREAT_AS_DONE, "local:shipped_before")


def test_order_of_which_nothing_may_leave_is_for_a_person() -> None:
    wire = Wire(trade(line(1, CLOSED)))
    assert caught(lambda: wire.outbound.send(parcel("1"))).kind is ErrorKind.FATAL


def test_already_shipped_in_their_words_is_done() -> None:
    wire = Wire(trade(line(1)), refused(15, "isv.logistics-offline-service-error:P3", "订单已发货"))
    assert caught(lambda: wire.outbound.send(parcel("1"))).kind is ErrorKind.TREAT_AS_DONE


def test_broken_line_leaves_it_open_and_a_question_settles_it() -> None:
    wire = Wire(trade(line(1)), broken_line, trade(line(1, LEFT, invoice_no="SF1")))
    assert caught(lambda: wire.outbound.send(parcel("1"))).outcome_unknown
    assert wire.outbound.find(parcel("1")) == Told(channel_ref="SF1")


def test_no_success_is_no_success() -> None:
    wire = Wire(trade(line(1)), answer(SHIP, shipping={"is_success": False}))
    assert caught(lambda: wire.outbound.send(parcel("1"))).kind is ErrorKind.FATAL


# --- answers -------------------------------------------------------------------------------


def test_return_is_agreed_with_the_address_and_the_version() -> None:
    wire = Wire(refund(dispute_type="REFUND_AND_RETURN"), answer(AGREE_RETURN, is_success=True))
    assert wire.outbound.send(reply()) == Told(channel_ref="220000000000001")
    form = wire.form()
    assert (form["method"], form["refund_id"]) == (AGREE_RETURN, "220000000000001")
    assert (form["refund_version"], form["refund_phase"]) == ("1772322930000", "onsale")
    assert (form["name"], form["mobile"]) == ("一号仓", "02100000000")
    assert form["address"] == "上海上海市青浦区1号"


def test_return_without_an_address_is_not_agreed() -> None:
    wire = Wire(refund(dispute_type="REFUND_AND_RETURN"))
    assert caught(lambda: wire.outbound.send(reply(to=None))).code == "local:no_address"
    assert wire.methods() == [REFUND]


def test_money_alone_is_agreed_by_paying_it() -> None:
    wire = Wire(refund(), answer(PAY, succ=True, msg_code="OP_SUCC"))
    wire.outbound.send(reply(to=None))
    assert wire.form()["refund_infos"] == "220000000000001|4000|1772322930000|onsale"


def test_request_is_refused_with_its_numbers() -> None:
    wire = Wire(refund(), answer(REFUSE, refund={}))
    wire.outbound.send(reply(is_agreed=False))
    form = wire.form()
    assert form["method"] == REFUSE
    assert (form["tid"], form["oid"]) == ("2233445566778899020", "2233445566778899022")
    assert form["refuse_message"]


def test_taobaos_own_reasons_are_asked_for_and_told() -> None:
    rows = [{"reason_id": 101, "reason_text": "影响二次销售"}, {"reason_id": 102}]
    wire = Wire(refund(), answer(REASONS, reasons={"reason": rows}))
    offered = wire.outbound.reasons_of("220000000000001")
    assert offered == (RefusalReason("101", "影响二次销售"),)
    assert (wire.form()["refund_id"], wire.form()["refund_phase"]) == ("220000000000001", "onsale")
    wire = Wire(refund(), answer(REFUSE, refund={}))
    wire.outbound.send(replace(reply(is_agreed=False), reason="101"))
    assert wire.form()["refuse_reason_id"] == "101"


def test_refusal_shows_a_photograph_that_is_not_signed() -> None:
    wire = Wire(refund(), answer(REFUSE, refund={}))
    wire.outbound.send(replace(reply(is_agreed=False), photos=(b"JPEG-1", b"JPEG-2")))
    request = wire.requests[-1]
    call = Call(
        method="POST", path="", query={}, headers=dict(request.headers), body=request.content
    )
    assert call.files == {"refuse_proof": b"JPEG-1"}
    told = call.form
    assert told["method"] == REFUSE
    assert told.pop("sign") == signing.sign(SECRET, told, method=signing.HMAC_SHA256)
    assert "JPEG" not in repr(wire.records)


@pytest.mark.parametrize(
    ("words", "told"),
    [("已拆封  影响二次销售", "已拆封 影响二次销售"), ("否", "否。"), ("长" * 300, "长" * 200)],
)
def test_refusal_says_our_words_as_long_as_taobao_takes_them(words: str, told: str) -> None:
    wire = Wire(refund(), answer(REFUSE, refund={}))
    wire.outbound.send(replace(reply(is_agreed=False), words=words))
    assert wire.form()["refuse_message"] == told


@pytest.mark.parametrize(
    ("status", "is_agreed", "is_refused"),
    [
        ("WAIT_BUYER_RETURN_GOODS", True, False),
        ("SUCCESS", True, False),
        ("SELLER_REFUSE_BUYER", False, False),
        ("CLOSED", True, True),
        ("SUCCESS", False, True),
    ],
)
def test_request_that_is_answered_is_not_answered_again(
    status: str, is_agreed: bool, is_refused: bool
) -> None:
    wire = Wire(refund(status=status))
    told = wire.outbound.send(reply(is_agreed=is_agreed))
    assert bool(told.refused) is is_refused
    assert wire.methods() == [REFUND]


def test_open_request_is_not_yet_answered() -> None:
    assert Wire(refund()).outbound.find(reply()) is None


# --- money ---------------------------------------------------------------------------------


def test_money_is_paid_on_the_open_request_of_the_line() -> None:
    lines = (line(1, refund_id=5), line(2, refund_id=6), line(3))
    wire = Wire(trade(*lines), refund(), trade(*lines), refund(), answer(PAY, succ=True))
    told = wire.outbound.send(money("40.00", "2"))
    assert told == Told(channel_ref="220000000000001")
    assert wire.form(1)["refund_id"] == "6"
    assert wire.form()["method"] == PAY


def test_money_that_is_there_is_not_paid_again() -> None:
    wire = Wire(trade(line(1, refund_id=5)), refund(status="SUCCESS"))
    assert wire.outbound.send(money()) == Told(channel_ref="220000000000001")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"refund_fee": "39.00"}, "local:other_amount"),
        ({"status": "WAIT_BUYER_RETURN_GOODS"}, "local:not_ours"),
        ({"status": "CLOSED"}, "local:no_refund"),
    ],
)
def test_money_that_was_not_asked_for_is_for_a_person(told: dict[str, Any], code: str) -> None:
    steps = [trade(line(1, refund_id=5)), refund(**told)] * 2
    assert caught(lambda: Wire(*steps).outbound.send(money())).code == code


def test_payment_that_failed_inside_a_success_is_told() -> None:
    results = {
        "refund_mapping_result": [{"refund_id": 5, "succ": False, "message": "需要短信验证码"}]
    }
    steps = [trade(line(1, refund_id=5)), refund()] * 2
    wire = Wire(*steps, answer(PAY, results=results, msg_code="NEED_CODE"))
    error = caught(lambda: wire.outbound.send(money()))
    assert (error.kind, error.code, error.message) == (
        ErrorKind.FATAL,
        "NEED_CODE",
        "需要短信验证码",
    )


# --- notes and the last look ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("memo", "flag", "told"),
    [
        ("加急", None, {"memo": "加急"}),
        ("", "red", {"reset": "true", "flag": "1"}),
        (None, "", {"flag": "0"}),
    ],
)
def test_memo_and_flag_are_told(memo: str | None, flag: str | None, told: dict[str, str]) -> None:
    wire = Wire(answer(MEMO, trade={"tid": 9}))
    wire.outbound.send(MemoPush(key="k", channel_order_no="9", memo=memo, flag=flag))
    form = wire.form()
    assert {key: form[key] for key in ("memo", "reset", "flag") if key in form} == told


def test_memo_is_found_as_it_was_meant() -> None:
    push = MemoPush(key="k", channel_order_no="9", memo="加急", flag="red")
    assert Wire(trade(seller_memo="加急", seller_flag=1)).outbound.find(push) is not None
    assert Wire(trade(seller_memo="加急", seller_flag=0)).outbound.find(push) is None
    assert Wire(trade()).outbound.find(push) is None


def test_flag_of_no_color_is_refused() -> None:
    push = MemoPush(key="k", channel_order_no="9", flag="plaid")
    assert caught(lambda: Wire().outbound.send(push)).code == "local:flag"


def test_open_refunds_are_seen_just_before_a_parcel_leaves() -> None:
    wire = Wire(
        trade(line(1, refund_status="WAIT_SELLER_AGREE")),
        trade(line(2, refund_status="NO_REFUND"), line(3, refund_status="CLOSED")),
    )
    assert wire.outbound.refunds_open(["8", "9"]) == frozenset({"8"})
