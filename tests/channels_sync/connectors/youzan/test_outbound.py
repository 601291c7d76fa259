"""What Youzan is told: parcels, answers, money, memos; and what it shows of them."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    RefundPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.youzan.outbound import YouzanOutbound
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught

from .wire import CREDENTIALS, NOW, Wire, at_gateway, done, recorded, refused

TRADE = recorded("order")["data"]
SHIPPED = recorded("shipped")
REQUEST = recorded("refund")["data"]
CARRIERS = done(
    allExpress=[{"id": 1, "name": "申通快递", "display": 0}, {"id": 7, "name": "顺丰速运"}]
)
OID = "3000000000000000001"
SHIPMENT = ShipmentPush(
    key="ship-1",
    package_no="PK1",
    notice=ShipmentNotice(
        channel_order_no="E20260301074100000000001",
        carrier="sf",
        waybill_no="SF1000000000001",
        shipped_at=NOW,
    ),
    lines=(LineUnits(channel_line_no=OID, quantity=1),),
)
PART = replace(SHIPMENT, notice=replace(SHIPMENT.notice, is_split=True))
DONE = done(is_success=True)


def trade(*parcels: dict[str, Any], **info: Any) -> dict[str, Any]:
    told = deepcopy(TRADE) | {"delivery_order": list(parcels)}
    told["full_order_info"]["order_info"] |= info
    return done(**told)


def parcel(*oids: str, waybill_no: str = "", state: int = 1) -> dict[str, Any]:
    dists = [{"express_info": {"express_no": waybill_no}}] if waybill_no else []
    told = {"pk_id": 71, "express_state": state, "dists": dists}
    return told | {"oids": [{"oid": oid} for oid in oids]}


def test_outbound_is_registered() -> None:
    assert outbounds.get("youzan") is YouzanOutbound


# --- parcels -------------------------------------------------------------------------------


def test_part_of_an_order_names_its_lines() -> None:
    wire = Wire(trade(), CARRIERS, SHIPPED["response"])
    assert wire.outbound.send(PART) == Told()
    assert wire.method() == "youzan.logistics.online.confirm/3.0.0"
    assert wire.params() == SHIPPED["request"]


def test_whole_order_names_no_lines() -> None:
    wire = Wire(trade(), CARRIERS, DONE)
    wire.outbound.send(SHIPMENT)
    assert "oids" not in wire.params()


def test_sf_is_told_the_senders_phone() -> None:
    wire = Wire(trade(), CARRIERS, DONE)
    credentials = CREDENTIALS | {"sender_mobile": "13900000000"}
    outbound = YouzanOutbound(credentials=credentials, http=wire.http, tokens=wire.tokens)
    outbound.send(SHIPMENT)
    assert wire.params()["outer_sender"] == {"sender_mobile": "13900000000"}


def test_carriers_are_asked_for_once() -> None:
    wire = Wire(trade(), CARRIERS, DONE, trade(), DONE)
    outbound = wire.outbound
    outbound.send(SHIPMENT)
    outbound.send(SHIPMENT)
    assert len(wire.requests) == 5


def test_parcel_that_is_there_is_not_told_again() -> None:
    wire = Wire(trade(parcel(OID, waybill_no="SF1000000000001")))
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="71")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (parcel(OID, waybill_no="SF1000000000001"), Told(channel_ref="71")),
        (parcel(OID, waybill_no="OTHER"), None),
        (parcel(OID, waybill_no="SF1000000000001", state=0), None),
        (parcel(OID), Told()),
        (parcel("other"), None),
    ],
)
def test_parcel_is_read_back(told: dict[str, Any], found: Told | None) -> None:
    assert Wire(trade(told)).outbound.find(SHIPMENT) == found


@pytest.mark.parametrize(
    ("push", "answer", "code"),
    [
        (SHIPMENT, trade(parcel(OID, waybill_no="OTHER")), "local:nothing_open"),
        (replace(SHIPMENT, lines=()), trade(), "local:nothing_open"),
        (
            replace(SHIPMENT, notice=replace(SHIPMENT.notice, carrier="zz")),
            trade(),
            "local:carrier",
        ),
    ],
)
def test_parcel_that_cannot_be_told_is_left_to_a_person(
    push: ShipmentPush, answer: dict[str, Any], code: str
) -> None:
    error = caught(lambda: Wire(answer, CARRIERS).outbound.send(push))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)


def test_line_that_left_meanwhile_is_done() -> None:
    left = refused(102570007, "不能重复提交已发货商品")
    error = caught(lambda: Wire(trade(), CARRIERS, left).outbound.send(SHIPMENT))
    assert error.kind is ErrorKind.TREAT_AS_DONE


def test_no_without_an_error_is_a_no() -> None:
    wire = Wire(trade(), CARRIERS, done(is_success=False))
    assert caught(lambda: wire.outbound.send(SHIPMENT)).kind is ErrorKind.FATAL


def test_broken_line_leaves_it_open_only_after_the_parcel_was_told() -> None:
    assert not caught(lambda: Wire(broken_line).outbound.send(SHIPMENT)).outcome_unknown
    second = Wire(trade(), CARRIERS, broken_line)
    assert caught(lambda: second.outbound.send(SHIPMENT)).outcome_unknown


def test_refused_token_is_renewed_on_the_way() -> None:
    wire = Wire(trade(), CARRIERS, at_gateway(4203, "请求access_token过期"), DONE)
    wire.tokens = Tokens("stale", "fresh")
    assert wire.outbound.send(SHIPMENT) == Told()
    assert wire.query()["access_token"] == "fresh"


# --- answers -------------------------------------------------------------------------------

PLACE = ReturnAddress(
    name="仓库", phone="020-1234567", province="广东省", city="广州市", district="白云区",
    address="示例路 1 号",
)  # fmt: skip
YES = ReturnAnswer(
    key="yes-1",
    channel_order_no="E20260301074300000000002",
    channel_refund_no="202603010750310000000001",
    case_no="C1",
    is_agreed=True,
    return_to=PLACE,
)
NO = replace(YES, is_agreed=False, return_to=None)


def request(status: str = "WAIT_SELLER_AGREE", **changes: Any) -> dict[str, Any]:
    return done(**(deepcopy(REQUEST) | {"status": status} | changes))


def test_yes_to_money_alone_is_told_with_the_version() -> None:
    wire = Wire(request(), DONE)
    assert wire.outbound.send(YES) == Told(channel_ref="202603010750310000000001")
    assert wire.method() == "youzan.trade.refund.agree/3.0.1"
    assert wire.params() == {"refund_id": "202603010750310000000001", "version": 1772322931000}


@pytest.mark.parametrize("is_return", [{"return_goods": True}, {"demand": 2}])
@pytest.mark.parametrize(("phone", "key"), [("020-1234567", "tel"), ("13900000000", "mobile")])
def test_yes_to_a_return_names_the_warehouse(
    is_return: dict[str, Any], phone: str, key: str
) -> None:
    wire = Wire(request(**is_return), DONE)
    wire.outbound.send(replace(YES, return_to=replace(PLACE, phone=phone)))
    assert wire.method() == "youzan.trade.returngoods.agree/3.0.0"
    assert wire.params()[key] == phone
    assert wire.params()["address"] == "广东省广州市白云区示例路 1 号"


@pytest.mark.parametrize(
    ("status", "method"),
    [
        ("WAIT_SELLER_AGREE", "youzan.trade.refund.refuse/3.0.0"),
        ("WAIT_SELLER_CONFIRM_GOODS", "youzan.trade.returngoods.refuse/3.0.0"),
    ],
)
def test_no_is_told_before_and_after_the_return(status: str, method: str) -> None:
    wire = Wire(request(status), DONE)
    wire.outbound.send(NO)
    assert wire.method() == method
    assert wire.params()["remark"] == "OMS C1"


def test_no_says_why() -> None:
    wire = Wire(request("WAIT_SELLER_AGREE"), DONE)
    wire.outbound.send(replace(NO, words="已拆封，影响二次销售"))
    assert wire.params()["remark"] == "已拆封，影响二次销售"


def test_return_without_an_address_is_left_to_a_person() -> None:
    push = replace(YES, return_to=None)
    error = caught(lambda: Wire(request(return_goods=True)).outbound.send(push))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:no_address")


def test_request_that_changed_meanwhile_is_tried_again() -> None:
    stale = refused(103010039, "退款版本号错误")
    error = caught(lambda: Wire(request(), stale).outbound.send(YES))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, False)


@pytest.mark.parametrize(
    ("status", "push", "is_refused"),
    [
        ("WAIT_BUYER_RETURN_GOODS", YES, False),
        ("SUCCESS", YES, False),
        ("SELLER_REFUSE_BUYER", NO, False),
        ("CLOSED", NO, False),
        ("CLOSED", YES, True),
        ("SUCCESS", NO, True),
    ],
)
def test_answered_request_is_not_answered_again(
    status: str, push: ReturnAnswer, is_refused: bool
) -> None:
    wire = Wire(request(status), request(status))
    for told in (wire.outbound.send(push), wire.outbound.find(push)):
        assert told is not None
        assert bool(told.refused) is is_refused


@pytest.mark.parametrize("push", [YES, NO])
def test_open_request_shows_no_answer(push: ReturnAnswer) -> None:
    assert Wire(request()).outbound.find(push) is None


# --- money ---------------------------------------------------------------------------------

REFUND = RefundPush(
    key="refund-RF1",
    channel_order_no="E20260301074300000000002",
    refund_no="RF1",
    amount=Decimal("59.00"),
    currency="CNY",
    lines=(LineUnits(channel_line_no="3000000000000000002", quantity=1, amount=Decimal("59.00")),),
    reason="多付了",
)
NOBODY = done(total=0, refunds=[])
ONE = done(total=1, refunds=[{"refund_id": "202603010750310000000001"}])
PAID = done(refund_id="R2", is_success=True)


def test_money_of_our_own_carries_a_key_and_our_number() -> None:
    wire = Wire(NOBODY, PAID)
    assert wire.outbound.send(REFUND) == Told(channel_ref="R2", is_final=False)
    assert wire.method() == "youzan.trade.refund.seller.active/3.0.1"
    assert wire.params() == {
        "tid": "E20260301074300000000002",
        "biz_value": "refund-RF1",
        "refund_fee": "59.00",
        "desc": "OMS RF1 多付了",
        "coupons": [],
        "oid": 3000000000000000002,
    }


def test_money_for_several_lines_names_each() -> None:
    two = (
        LineUnits(channel_line_no="1", quantity=1, amount=Decimal("50.00")),
        LineUnits(channel_line_no="2", quantity=2, amount=Decimal("9.00")),
    )
    wire = Wire(NOBODY, PAID)
    wire.outbound.send(replace(REFUND, lines=two))
    assert [(one["oid"], one["refund_fee"], one["num"]) for one in wire.params()["items"]] == [
        (1, "50.00", 1),
        (2, "9.00", 2),
    ]


@pytest.mark.parametrize(
    "asked", [request(), request("WAIT_SELLER_CONFIRM_GOODS", return_goods=True)]
)
def test_buyers_request_about_the_line_is_agreed_to_instead(asked: dict[str, Any]) -> None:
    wire = Wire(ONE, asked, DONE)
    told = wire.outbound.send(REFUND)
    assert told == Told(channel_ref="202603010750310000000001", is_final=False)
    assert wire.method() == "youzan.trade.refund.agree/3.0.1"


def test_request_for_another_amount_is_not_this_money() -> None:
    wire = Wire(ONE, request(refund_fee="58.00"), PAID)
    wire.outbound.send(REFUND)
    assert wire.method() == "youzan.trade.refund.seller.active/3.0.1"


@pytest.mark.parametrize(
    ("push", "steps", "code"),
    [
        (replace(REFUND, lines=()), [NOBODY], "local:no_lines"),
        (REFUND, [ONE, request("WAIT_BUYER_RETURN_GOODS")], "local:not_its_turn"),
        (REFUND, [ONE, request(return_goods=True)], "local:not_its_turn"),
        (replace(REFUND, lines=REFUND.lines * 2), [NOBODY], "local:amount"),
    ],
)
def test_money_that_cannot_be_given_stays(
    push: RefundPush, steps: list[dict[str, Any]], code: str
) -> None:
    error = caught(lambda: Wire(*steps).outbound.send(push))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (request("SUCCESS", desc="OMS RF1"), Told(channel_ref=REQUEST["refund_id"])),
        (
            request("SUCCESS", desc="OMS RF1", refund_fund_list=[{"status": 1}]),
            Told(channel_ref=REQUEST["refund_id"], is_final=False),
        ),
        (request(desc="OMS RF1"), Told(channel_ref=REQUEST["refund_id"], is_final=False)),
        (request(desc="OMS RF2"), None),
        (request(), None),
    ],
)
def test_money_is_found_by_our_number_or_by_the_line(
    told: dict[str, Any], expected: Told | None
) -> None:
    assert Wire(ONE, told).outbound.find(REFUND) == expected


def test_money_that_was_sent_is_not_sent_again() -> None:
    wire = Wire(ONE, request("SUCCESS", desc="OMS RF1"))
    assert wire.outbound.send(REFUND).is_final
    assert len(wire.requests) == 2


# --- memos, live check ---------------------------------------------------------------------

MEMO = MemoPush(key="m", channel_order_no="E1", memo="易碎", flag="star-3")


def test_memo_and_stars_are_told() -> None:
    wire = Wire({"response": {"is_success": True}})
    wire.outbound.send(MEMO)
    assert wire.method() == "youzan.trade.memo.update/3.0.0"
    assert wire.params() == {"tid": "E1", "memo": "易碎", "flag": "3"}


def test_flag_alone_keeps_the_memo_that_is_there() -> None:
    told = trade()
    told["data"]["full_order_info"]["remark_info"]["trade_memo"] = "在的"
    wire = Wire(told, {"response": {"is_success": True}})
    wire.outbound.send(replace(MEMO, memo=None))
    assert wire.params()["memo"] == "在的"


@pytest.mark.parametrize(("memo", "star", "found"), [("易碎", 3, True), ("易碎", 2, False)])
def test_memo_is_read_back(memo: str, star: int, found: bool) -> None:
    told = trade()
    told["data"]["full_order_info"]["remark_info"] = {"trade_memo": memo, "star": star}
    assert (Wire(told).outbound.find(MEMO) is not None) is found


def test_open_refunds_are_asked_about_at_the_last_moment() -> None:
    wire = Wire(trade(refund_state=0), trade(refund_state=1), trade(refund_state=11))
    assert wire.outbound.refunds_open(["A", "B", "C"]) == frozenset({"B", "C"})


def test_order_that_cannot_be_read_gives_no_answer() -> None:
    broken = trade(refund_state="x")
    assert caught(lambda: Wire(broken).outbound.refunds_open(["A"])).kind is ErrorKind.RETRY
