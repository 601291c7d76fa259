"""What Pinduoduo is told: read first, told once, read back."""

import json
from dataclasses import replace
from datetime import UTC, datetime
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
from channels_sync.connectors.pinduoduo.outbound import PinduoduoOutbound
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import broken_line, recorded

from .wire import Wire, done, information, node, refusal

SENT = "logistics_online_send_response"
PLACE = ReturnAddress(
    name="退货组",
    phone="057188880000",
    province="浙江省",
    city="杭州市",
    district="余杭区",
    address="示范路1号",
)
SHIPMENT = ShipmentPush(
    key="ship-1",
    package_no="PK1",
    notice=ShipmentNotice(
        channel_order_no="260301-000000000000001",
        carrier="sf",
        waybill_no="SF1000000000001",
        shipped_at=datetime(2026, 3, 1, tzinfo=UTC),
    ),
    lines=(LineUnits(channel_line_no="600000001", quantity=1),),
)
ANSWER = ReturnAnswer(
    key="agree-1",
    channel_order_no="260301-000000000000002",
    channel_refund_no="900000001",
    case_no="AS1",
    is_agreed=True,
)
MEMO = MemoPush(key="memo-1", channel_order_no="260301-000000000000001", memo="易碎", flag="red")


def request(status: int) -> dict[str, Any]:
    told = {"id": 900000001, "after_sales_status": status, "refund_amount": 59}
    return {"refund_information_get_response": told}


def addresses(**changes: Any) -> dict[str, Any]:
    row = {
        "refund_address_id": "77",
        "id": 7,
        "refund_phone": "057188880000",
        "refund_tel": "",
        "refund_address": "示范路1号",
        "city_name": "杭州市",
    }
    return {"refund_address_list_get_response": {"refund_address_list": [row | changes]}}


def error_of(wire: Wire, push: Any) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        wire.outbound.send(push)
    return caught.value


def test_outbound_is_registered() -> None:
    assert outbounds.get("pinduoduo") is PinduoduoOutbound
    assert PinduoduoOutbound.takes == {ShipmentPush, ReturnAnswer, MemoPush}


def test_parcel_is_told_with_the_platforms_number_of_the_carrier() -> None:
    wire = Wire(information(node()), done(SENT))
    assert wire.outbound.send(SHIPMENT) == Told()
    form = wire.form()
    assert (form["type"], form["order_sn"]) == (
        "pdd.logistics.online.send",
        "260301-000000000000001",
    )
    assert (form["logistics_id"], form["tracking_number"]) == ("44", "SF1000000000001")


def test_number_that_is_there_is_not_told_again() -> None:
    wire = Wire(information(node(3, tracking_number="SF1000000000001")))
    assert wire.outbound.send(SHIPMENT) == Told(channel_ref="SF1000000000001")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(("lines", "sort"), [(SHIPMENT.lines, "1"), ((), "3")])
def test_further_parcel_is_told_beside_the_first(lines: Any, sort: str) -> None:
    wire = Wire(information(node(3)), {"upload_extra_logistics_response": {"success": True}})
    wire.outbound.send(replace(SHIPMENT, lines=lines))
    form = wire.form()
    assert (form["type"], form["extra_track_type"]) == ("pdd.order.upload.extra.logistics", sort)
    assert json.loads(form["extra_track_list"]) == [
        {"shipping_id": 44, "tracking_number": "SF1000000000001"}
    ]


def test_unknown_carrier_is_told_before_anything_is_sent() -> None:
    notice = replace(SHIPMENT.notice, carrier="pigeon")
    wire = Wire(information(node()))
    assert error_of(wire, replace(SHIPMENT, notice=notice)).code == "local:carrier"
    assert len(wire.requests) == 1


def test_lost_answer_leaves_it_open_and_the_order_shows_it() -> None:
    wire = Wire(
        information(node()), broken_line, information(node(3, tracking_number="SF1000000000001"))
    )
    assert error_of(wire, SHIPMENT).outcome_unknown
    assert wire.outbound.find(SHIPMENT) is not None


def test_order_without_the_number_shows_nothing() -> None:
    assert Wire(information(node(3))).outbound.find(SHIPMENT) is None


def test_further_number_is_found_beside_the_first() -> None:
    further = [{"logistics_id": 44, "tracking_number": "SF1000000000001"}]
    wire = Wire(information(node(3, extra_delivery_list=further)))
    assert wire.outbound.find(SHIPMENT) is not None


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (done(SENT, is_success=False), ErrorKind.FATAL),
        (refusal(50001, "订单已发货"), ErrorKind.TREAT_AS_DONE),
        (refusal(50001, "订单存在退款"), ErrorKind.FATAL),
        (refusal(70031), ErrorKind.THROTTLE),
    ],
)
def test_refusal_is_told_in_the_platforms_words(step: Any, kind: ErrorKind) -> None:
    assert error_of(Wire(information(node()), step), SHIPMENT).kind is kind


def test_missing_order_is_fatal() -> None:
    wire = Wire({"order_info_get_response": {"order_info": None}})
    assert error_of(wire, SHIPMENT).code == "local:no_order"


def test_expired_token_in_between_is_renewed() -> None:
    wire = Wire(information(node()), refusal(10019), done(SENT))
    assert wire.outbound.send(SHIPMENT) == Told()
    assert wire.form(-1)["access_token"] == "token-2"


def test_refund_is_agreed_to() -> None:
    wire = Wire(request(2), {"response": {"result": {"succ": True}}})
    wire.outbound.send(ANSWER)
    form = wire.form()
    assert form["type"] == "pdd.refund.agree"
    told = json.loads(form["request"])
    assert (told["after_sales_id"], told["order_sn"]) == (900000001, ANSWER.channel_order_no)


def test_return_is_agreed_to_with_the_platforms_number_of_our_address() -> None:
    wire = Wire(request(3), addresses(), {"response": {"result": {"success": True}}})
    wire.outbound.send(replace(ANSWER, return_to=PLACE))
    form = wire.form()
    assert form["type"] == "pdd.refund.returngoods.agree"
    assert json.loads(form["request"])["return_address_id"] == "77"


def test_street_in_our_city_is_our_address_too() -> None:
    rows = addresses(refund_phone="1", refund_address="余杭区示范路1号3楼")
    wire = Wire(request(3), rows, {"response": {"result": {"success": True}}})
    assert wire.outbound.send(replace(ANSWER, return_to=PLACE)) == Told()


def test_goods_are_never_sent_to_another_address() -> None:
    rows = addresses(refund_phone="1", refund_address="示范路1号", city_name="广州市")
    error = error_of(Wire(request(3), rows), replace(ANSWER, return_to=PLACE))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:return_address")


def test_refusing_is_a_persons_business() -> None:
    wire = Wire()
    error = error_of(wire, replace(ANSWER, is_agreed=False))
    assert (error.kind, error.code, wire.requests) == (ErrorKind.FATAL, "local:not_taken", [])


@pytest.mark.parametrize("status", [4, 7, 10, 11])
def test_request_that_waits_no_more_is_not_answered_again(status: int) -> None:
    wire = Wire(request(status))
    assert wire.outbound.send(ANSWER) == Told()
    assert len(wire.requests) == 1


def test_answer_is_read_back() -> None:
    assert Wire(request(2)).outbound.find(ANSWER) is None
    assert Wire(request(4)).outbound.find(ANSWER) == Told()
    refused = Wire(request(6)).outbound.find(ANSWER)
    assert refused is not None
    assert refused.refused


def test_memo_and_flag_are_written_together() -> None:
    wire = Wire(information(node()), {"response": {"success": True}})
    wire.outbound.send(MEMO)
    form = wire.form()
    assert (form["type"], form["note"]) == ("pdd.order.note.update", "易碎")
    assert (form["tag"], form["tag_name"]) == ("1", "红色")


def test_flag_alone_keeps_the_memo() -> None:
    wire = Wire(information(node(remark="先前的话")), {"response": {"success": True}})
    wire.outbound.send(replace(MEMO, memo=None, flag="blue"))
    assert (wire.form()["note"], wire.form()["tag"]) == ("先前的话", "4")


def test_memo_alone_keeps_the_flag() -> None:
    wire = Wire(information(node(remark_tag="3")), {"response": {"success": True}})
    wire.outbound.send(replace(MEMO, flag=None))
    assert (wire.form()["note"], wire.form()["tag"]) == ("易碎", "3")


def test_memo_is_read_back() -> None:
    assert Wire(information(node(remark="易碎", remark_tag=1))).outbound.find(MEMO) == Told()
    assert Wire(information(node(remark="易碎", remark_tag=2))).outbound.find(MEMO) is None
    assert Wire(information(node())).outbound.find(MEMO) is None


def test_open_refunds_are_asked_for_together() -> None:
    wire = Wire(recorded("pinduoduo", "refund_status"))
    numbers = ["260301-000000000000001", "260301-000000000000002"]
    assert wire.outbound.refunds_open(numbers) == frozenset({"260301-000000000000002"})
    assert wire.form()["order_sns"] == ",".join(numbers)


def test_many_orders_are_asked_for_in_parts() -> None:
    nothing: dict[str, Any] = {"refund_status_check_response": {"order_sns_exists_refund": []}}
    wire = Wire(nothing, nothing)
    assert wire.outbound.refunds_open([str(n) for n in range(51)]) == frozenset()
    assert wire.form()["order_sns"] == "50"


def test_money_is_not_sent_by_us() -> None:
    push = RefundPush(
        key="r", channel_order_no="1", refund_no="RF1", amount=Decimal(1), currency="CNY"
    )
    assert error_of(Wire(), push).code == "local:not_taken"
