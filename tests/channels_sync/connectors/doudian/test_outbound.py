"""What Doudian is told: parcels, answers to requests, memos; and what it shows of them."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.doudian.outbound import DoudianOutbound
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
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught

from .wire import CREDENTIALS, NOW, Wire, done, recorded, refused

WHOLE, PART, _UNPAID = recorded("orders_page")["response"]["data"]["shop_order_list"]
SHIPPED = recorded("shipped")
SHIPMENT = ShipmentPush(
    key="ship-1",
    package_no="PK1",
    notice=ShipmentNotice(
        channel_order_no="6900000000000000001",
        carrier="sf",
        waybill_no="SF1000000000001",
        shipped_at=NOW,
    ),
    lines=(LineUnits(channel_line_no="6900000000000000001", quantity=1),),
)
SPLIT = replace(
    SHIPMENT,
    notice=replace(SHIPMENT.notice, channel_order_no="6900000000000000002", is_split=True),
    lines=(LineUnits(channel_line_no="6900000000000000004", quantity=1),),
)
PLACE = ReturnAddress(
    name="仓库", phone="020-1234567", province="广东省", city="广州市", district="白云区",
    address="示例路 1 号",
)  # fmt: skip
YES = ReturnAnswer(
    key="yes-1",
    channel_order_no="6900000000000000002",
    channel_refund_no="7200000000000000001",
    case_no="C1",
    is_agreed=True,
    return_to=PLACE,
)
NO = replace(YES, is_agreed=False, return_to=None)
REASONS = done(
    items=[
        {"reject_reason_code": 1, "reason": "已签收", "evidence_need": "Y"},
        {"reject_reason_code": 7, "reason": "与买家协商一致", "evidence_need": "N"},
    ]
)
ROOMS = (("北京市", "示例路 1 号"), ("广州市", "另一条路"), ("广州市", "示例路1号 3 栋"))
BOOK = done(
    address_list=[
        {"address_id": at, "receiver_city": city, "receiver_detail": street}
        for at, (city, street) in enumerate(ROOMS, 1)
    ]
)
OPERATED = done(items=[{"aftersale_id": 7200000000000000001, "status_code": 0, "status_msg": ""}])


def shop_order(base: dict[str, Any] = WHOLE, **changes: Any) -> dict[str, Any]:
    return done(shop_order_detail=deepcopy(base) | changes)


def shown(waybill_no: str) -> dict[str, Any]:
    return shop_order(logistics_info=[{"tracking_no": waybill_no, "delivery_id": "71"}])


def request(status: int, kind: int = 0) -> dict[str, Any]:
    told = {
        "after_sale_id": 7200000000000000001,
        "after_sale_status": status,
        "after_sale_type": kind,
        "update_time": 1772322600,
    }
    return done(process_info={"after_sale_info": told})


def test_outbound_is_registered() -> None:
    assert outbounds.get("doudian") is DoudianOutbound


# --- parcels -------------------------------------------------------------------------------


def test_whole_order_is_told_with_its_number() -> None:
    wire = Wire(shop_order(), SHIPPED["response"])
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="7100000002")
    assert wire.path(0).endswith("/order/orderDetail")
    assert wire.path().endswith("/order/logisticsAdd")
    assert wire.params() == SHIPPED["request"]["param_json"]


def test_part_of_an_order_names_its_units_and_a_key_of_ours() -> None:
    pack = {"pack_id": "72", "logistics_code": "SF1000000000001"}
    wire = Wire(shop_order(PART), done(pack_list=[pack]))
    assert wire.outbound.send(SPLIT) == Told(channel_ref="72")
    assert wire.path().endswith("/order/logisticsAddMultiPack")
    told = wire.params()
    assert (told["order_id"], told["request_id"]) == ("6900000000000000002", "ship-1")
    assert told["pack_list"] == [
        {
            "company_code": "shunfeng",
            "logistics_code": "SF1000000000001",
            "shipped_order_info": [{"shipped_order_id": "6900000000000000004", "shipped_num": 1}],
        }
    ]


def test_shops_own_code_of_a_carrier_wins() -> None:
    wire = Wire(shop_order(), SHIPPED["response"])
    credentials = CREDENTIALS | {"carriers": "sf=shunfengkuaiyun"}
    DoudianOutbound(credentials=credentials, http=wire.http, tokens=wire.tokens).send(SHIPMENT)
    assert wire.params()["company_code"] == "shunfengkuaiyun"


def test_parcel_that_is_there_is_not_told_again() -> None:
    wire = Wire(shown("SF1000000000001"))
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="71")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("waybill_no", "found"), [("SF1000000000001", Told(channel_ref="71")), ("OTHER", None)]
)
def test_parcel_is_read_back_by_its_number(waybill_no: str, found: Told | None) -> None:
    assert Wire(shown(waybill_no)).outbound.find(SHIPMENT) == found


def test_order_that_left_meanwhile_is_done() -> None:
    left = refused(50002, "isv.business-failed:1", "订单已发货，请勿重复发货")
    error = caught(lambda: Wire(shop_order(), left).outbound.send(SHIPMENT))
    assert error.kind is ErrorKind.TREAT_AS_DONE


def test_repeated_key_is_done() -> None:
    again = refused(40003, "isv.idempotent-id-existed")
    error = caught(lambda: Wire(shop_order(), again).outbound.send(SHIPMENT))
    assert error.kind is ErrorKind.TREAT_AS_DONE


def test_refusal_is_told_in_doudians_words() -> None:
    no = refused(50002, "isv.business-failed:2", "订单存在退款申请")
    error = caught(lambda: Wire(shop_order(), no).outbound.send(SHIPMENT))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "订单存在退款申请")


@pytest.mark.parametrize(
    ("push", "code"),
    [
        (replace(SHIPMENT, lines=()), "local:nothing_open"),
        (replace(SHIPMENT, notice=replace(SHIPMENT.notice, carrier="pigeon")), "local:carrier"),
    ],
)
def test_what_cannot_be_told_changes_nothing(push: ShipmentPush, code: str) -> None:
    wire = Wire(shop_order())
    error = caught(lambda: wire.outbound.send(push))
    assert (error.kind, error.code, len(wire.requests)) == (ErrorKind.FATAL, code, 1)


def test_unknown_order_is_told_so() -> None:
    assert caught(lambda: Wire(done()).outbound.send(SHIPMENT)).code == "local:no_order"


def test_broken_line_leaves_it_open_only_after_the_parcel_was_told() -> None:
    assert not caught(lambda: Wire(broken_line).outbound.send(SHIPMENT)).outcome_unknown
    second = Wire(shop_order(), broken_line)
    assert caught(lambda: second.outbound.send(SHIPMENT)).outcome_unknown


def test_refused_token_is_renewed_on_the_way() -> None:
    stale = refused(40003, "isv.access-token-expired")
    wire = Wire(shop_order(), stale, SHIPPED["response"])
    wire.tokens = Tokens("stale", "fresh")
    assert wire.outbound.send(SHIPMENT).channel_ref == "7100000002"
    assert wire.query()["access_token"] == "fresh"


# --- answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "operation"), [(6, 0, 101), (6, 1, 201), (6, 2, 201), (6, 3, 301)]
)
def test_yes_is_a_number_by_kind(status: int, kind: int, operation: int) -> None:
    book = [BOOK] if kind in (0, 3) else []
    wire = Wire(request(status, kind), *book, OPERATED)
    assert wire.outbound.send(YES) == Told(channel_ref="7200000000000000001")
    told = wire.params()
    assert told["type"] == operation
    assert told["items"][0]["aftersale_id"] == "7200000000000000001"
    assert told["items"][0]["update_time"] == 1772322600


def test_yes_to_a_return_names_the_warehouse() -> None:
    wire = Wire(request(6, 0), BOOK, OPERATED)
    wire.outbound.send(YES)
    assert wire.params()["items"][0]["logistics"] == {"receiver_address_id": 3}
    assert wire.path(1).endswith("/address/list")


def test_yes_to_money_alone_names_no_warehouse() -> None:
    wire = Wire(request(6, 2), OPERATED)
    wire.outbound.send(replace(YES, return_to=None))
    assert "logistics" not in wire.params()["items"][0]


@pytest.mark.parametrize(
    ("status", "kind", "operation"), [(6, 0, 102), (11, 0, 112), (6, 1, 202), (6, 2, 202)]
)
def test_no_gives_a_reason_that_needs_no_photo(status: int, kind: int, operation: int) -> None:
    wire = Wire(request(status, kind), REASONS, OPERATED)
    wire.outbound.send(NO)
    (item,) = wire.params()["items"]
    assert wire.params()["type"] == operation
    assert (item["reject_reason_code"], item["reason"]) == (7, "与买家协商一致")


def test_no_takes_the_reason_that_our_words_name() -> None:
    rows = [(5, "其他", "N"), (7, "与买家协商一致", "N"), (1, "已签收", "Y")]
    reasons = [
        {"reject_reason_code": code, "reason": words, "evidence_need": need}
        for code, words, need in rows
    ]
    wire = Wire(request(6, 1), done(items=reasons), OPERATED)
    wire.outbound.send(replace(NO, words="已签收，与买家协商一致，不退"))
    (item,) = wire.params()["items"]
    assert (item["reject_reason_code"], item["reason"]) == (7, "与买家协商一致")
    assert item["remark"] == "已签收，与买家协商一致，不退"


@pytest.mark.parametrize(
    ("push", "steps", "code"),
    [
        (replace(YES, return_to=None), [request(6, 0)], "local:no_address"),
        (YES, [request(6, 0), done(address_list=[])], "local:return_address"),
        (NO, [request(6, 0), done(items=[])], "local:evidence"),
        (YES, [request(6, 7)], "local:not_ours"),
        (YES, [request(0, 0)], "local:not_ours"),
    ],
)
def test_answer_that_cannot_be_given_is_left_to_a_person(
    push: ReturnAnswer, steps: list[dict[str, Any]], code: str
) -> None:
    error = caught(lambda: Wire(*steps).outbound.send(push))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)


def test_answer_that_was_not_taken_is_told_in_doudians_words() -> None:
    item = {"aftersale_id": 1, "status_code": 30, "status_msg": "售后单状态已变更"}
    error = caught(lambda: Wire(request(6, 2), done(items=[item])).outbound.send(YES))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "售后单状态已变更")


@pytest.mark.parametrize(
    ("status", "push", "is_refused"),
    [
        (7, YES, False),
        (12, YES, False),
        (27, NO, False),
        (29, NO, False),
        (28, NO, False),
        (28, YES, True),
        (12, NO, True),
        (27, YES, True),
    ],
)
def test_answered_request_is_not_answered_again(
    status: int, push: ReturnAnswer, is_refused: bool
) -> None:
    wire = Wire(request(status), request(status))
    for told in (wire.outbound.send(push), wire.outbound.find(push)):
        assert told is not None
        assert bool(told.refused) is is_refused


@pytest.mark.parametrize("push", [YES, NO])
def test_open_request_shows_no_answer(push: ReturnAnswer) -> None:
    assert Wire(request(6)).outbound.find(push) is None


# --- money ---------------------------------------------------------------------------------

REFUND = RefundPush(
    key="refund-RF1",
    channel_order_no="6900000000000000002",
    refund_no="RF1",
    amount=Decimal("40.00"),
    currency="CNY",
    lines=(LineUnits(channel_line_no="6900000000000000004", quantity=1),),
)
ASKED = recorded("after_sales_page")["response"]["data"]["items"][0]


def asked(**changes: Any) -> dict[str, Any]:
    item = deepcopy(ASKED)
    item["aftersale_info"] |= changes
    return done(items=[item], has_more=False)


@pytest.mark.parametrize(("status", "kind", "operation"), [(6, 1, 201), (6, 2, 201), (11, 0, 111)])
def test_money_goes_back_by_a_yes_to_the_request(status: int, kind: int, operation: int) -> None:
    wire = Wire(asked(aftersale_status=status, aftersale_type=kind), OPERATED)
    told = wire.outbound.send(REFUND)
    assert told == Told(channel_ref="7200000000000000001", is_final=False)
    assert wire.params(0)["order_id"] == "6900000000000000002"
    assert wire.params()["type"] == operation


@pytest.mark.parametrize(
    ("money", "is_final", "is_refused"), [(1, False, False), (3, True, False), (4, False, True)]
)
def test_money_is_back_when_the_platform_says_so(
    money: int, is_final: bool, is_refused: bool
) -> None:
    wire = Wire(*[asked(aftersale_status=12, refund_status=money)] * 2)
    for told in (wire.outbound.send(REFUND), wire.outbound.find(REFUND)):
        assert told is not None
        assert (told.is_final, bool(told.refused)) == (is_final, is_refused)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (done(items=[]), "local:no_request"),
        (asked(aftersale_status=28), "local:no_request"),
        (asked(refund_amount=3999), "local:amount"),
        (asked(aftersale_status=7, aftersale_type=0), "local:not_its_turn"),
        (asked(aftersale_status=6, aftersale_type=0), "local:not_its_turn"),
    ],
)
def test_money_that_cannot_be_given_stays(answer: dict[str, Any], code: str) -> None:
    wire = Wire(answer)
    error = caught(lambda: wire.outbound.send(REFUND))
    assert (error.kind, error.code, len(wire.requests)) == (ErrorKind.FATAL, code, 1)


def test_request_about_another_line_is_not_ours() -> None:
    other = replace(REFUND, lines=(LineUnits(channel_line_no="1", quantity=1),))
    assert Wire(asked()).outbound.find(other) is None


def test_request_that_waits_shows_no_money() -> None:
    assert Wire(asked()).outbound.find(REFUND) is None


# --- memos, live check ---------------------------------------------------------------------

MEMO = MemoPush(key="memo-1", channel_order_no="6900000000000000001", memo="易碎", flag="red")


def test_memo_and_flag_are_told_together() -> None:
    wire = Wire(done())
    wire.outbound.send(MEMO)
    assert wire.path().endswith("/order/addOrderRemark")
    told = {"order_id": "6900000000000000001", "remark": "易碎"}
    assert wire.params() == told | {"is_add_star": "true", "star": "5"}


def test_flag_alone_keeps_the_memo_that_is_there() -> None:
    wire = Wire(shop_order(seller_words="在的"), done())
    wire.outbound.send(replace(MEMO, memo=None))
    assert wire.params()["remark"] == "在的"


def test_memo_that_is_too_long_is_not_cut() -> None:
    error = caught(lambda: Wire().outbound.send(replace(MEMO, memo="长" * 61)))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:memo")


@pytest.mark.parametrize(
    ("words", "stars", "is_found"), [("易碎", 5, True), ("易碎", 4, False), ("别的", 5, False)]
)
def test_memo_is_read_back(words: str, stars: int, is_found: bool) -> None:
    wire = Wire(shop_order(seller_words=words, seller_remark_stars=stars))
    assert (wire.outbound.find(MEMO) is not None) is is_found


def test_open_refunds_are_asked_about_at_the_last_moment() -> None:
    wire = Wire(shop_order(), shop_order(PART))
    numbers = ["6900000000000000001", "6900000000000000002"]
    assert wire.outbound.refunds_open(numbers) == frozenset({"6900000000000000002"})


def test_order_that_cannot_be_read_gives_no_answer() -> None:
    broken = shop_order(sku_order_list=[{"order_status": "x"}])
    assert caught(lambda: Wire(broken).outbound.refunds_open(["1"])).kind is ErrorKind.RETRY
