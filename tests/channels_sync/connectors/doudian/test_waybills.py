"""Numbers from Doudian's e-waybill service: asked for, found again, given back, printed."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from channels_sync.connectors.doudian import signing
from channels_sync.connectors.doudian.waybills import DoudianWaybills
from oms.dto import CipherReceiver, PlainReceiver, PlatformWaybill, PlatformWaybillRequest
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import Tokens, broken_line, caught
from tests.channels_sync.connectors.waybill_parcels import DOCUMENT, RECEIVER, REQUEST

from .wire import CREDENTIALS, KEY, NOW, SECRET, TOKEN, Wire, done, recorded, refused

ORDER, NUMBER = "6900000000000000001", "750000000000001"
TOLD = recorded("ebills")
ERRORS = recorded("errors")["cases"]
KINDS = {
    "refresh_token": ErrorKind.REAUTHORIZE,  # nothing newer can be had here
    "throttle": ErrorKind.THROTTLE,
    "retry": ErrorKind.RETRY,
    "fatal_param": ErrorKind.FATAL,
    "fatal_sign": ErrorKind.FATAL,
    "reauthorize": ErrorKind.REAUTHORIZE,
    "treat_as_done": ErrorKind.TREAT_AS_DONE,
}


def desk(wire: Wire) -> DoudianWaybills:
    return DoudianWaybills(
        credentials=CREDENTIALS, http=wire.http, tokens=wire.tokens, clock=lambda: NOW
    )


def request(**changes: Any) -> PlatformWaybillRequest:
    return replace(REQUEST, **({"channel_order_nos": (ORDER,)} | changes))


def asked(**changes: Any) -> dict[str, Any]:
    """Return what newCreateOrder is told."""
    wire = Wire(TOLD["created"], TOLD["print_data"])
    desk(wire).issue(request(**changes))
    told: dict[str, Any] = wire.params(0)
    return told


# --- asking for a number -------------------------------------------------------------------------


def test_number_comes_with_what_the_print_component_opens() -> None:
    wire = Wire(TOLD["created"], TOLD["print_data"])
    issued = desk(wire).issue(request())
    assert (issued.waybill_no, issued.issuer) == (NUMBER, "doudian")
    assert json.loads(issued.print_data) == {
        "encryptedData": "c2VhbGVkLWxhYmVsLWRlbW8=",
        "signature": "c2lnbi1kZW1v",
        "templateURL": "https://example.com/t/101",
    }
    assert [wire.query(at)["method"] for at in (0, 1)] == [
        "logistics.newCreateOrder",
        "logistics.waybillApply",
    ]
    applied = [{"logistics_code": "zhongtong", "track_no": NUMBER}]
    assert wire.params(1) == {"waybill_applies": applied}


def test_ciphertext_goes_as_it_came() -> None:
    (order,) = asked()["order_infos"]
    assert order["receiver_info"] == {
        "address": {
            "country_code": "CHN",
            "province_name": "浙江省",
            "city_name": "杭州市",
            "district_name": "西湖区",
            "street_name": "",
            "detail_address": RECEIVER.street_cipher,
        },
        "contact": {"name": RECEIVER.name_cipher, "mobile": RECEIVER.phone_cipher},
    }


def test_sender_is_told_as_the_branch_knows_him() -> None:
    told = asked()
    assert told["logistics_code"] == "zhongtong"
    assert told["sender_info"]["address"]["detail_address"] == "仓前路 1 号"
    assert told["sender_info"]["contact"] == {"name": "一号仓", "phone": "0571-88880000"}
    by_hand = replace(REQUEST.sender, phone="13900001111")
    assert asked(sender=by_hand)["sender_info"]["contact"]["mobile"] == "13900001111"


def test_our_number_is_the_pack_and_holds_no_sign_that_is_not_taken() -> None:
    (order,) = asked()["order_infos"]
    assert (order["order_id"], order["pack_id"]) == (ORDER, "PK261111_00000001_1")
    assert order["items"][0] == {"item_name": "卫衣", "item_count": 2}
    assert "combine_orders" not in order
    assert "product_type" not in order


def test_merged_orders_share_a_number() -> None:
    (order,) = asked(channel_order_nos=(ORDER, "6900000000000000002"))["order_infos"]
    assert (order["order_id"], order["combine_orders"]) == (ORDER, ["6900000000000000002"])


def test_only_sf_is_told_a_weight() -> None:
    assert "total_weight" not in asked()["order_infos"][0]
    by_sf = asked(carrier="sf", product="2")["order_infos"][0]
    assert (by_sf["total_weight"], by_sf["product_type"]) == ("600", "2")


def test_readable_receiver_is_told_readable() -> None:
    plain = PlainReceiver(name="李晓雨", phone="13800001234", street="文三路100号")
    (order,) = asked(receiver=plain)["order_infos"]
    assert order["receiver_info"]["contact"] == {"name": "李晓雨", "mobile": "13800001234"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cod_amount": Decimal("10.00")}, "local:cod"),
        ({"carrier": "unheard"}, "local:carrier"),
        ({"receiver": CipherReceiver(platform_ref="", name_mask="李**")}, "local:no_cipher"),
    ],
)
def test_what_the_service_cannot_take_calls_nobody(changes: dict[str, Any], code: str) -> None:
    wire = Wire()
    error = caught(lambda: desk(wire).issue(request(**changes)))
    assert (error.kind, error.code, wire.requests) == (ErrorKind.FATAL, code, [])


def test_number_without_a_document_is_good_all_the_same() -> None:
    wire = Wire(TOLD["created"], refused(20000, "dop.service-error"))
    issued = desk(wire).issue(request())
    assert (issued.waybill_no, issued.print_data) == (NUMBER, "")


# --- refusals ------------------------------------------------------------------------------------


def test_refusal_of_one_order_hides_in_an_answer_that_went_well() -> None:
    error = caught(lambda: desk(Wire(TOLD["sold_out"])).issue(request()))
    assert (error.kind, error.code, error.outcome_unknown) == (
        ErrorKind.FATAL,
        "ebill:10701",
        False,
    )
    assert "库存不足" in error.message


@pytest.mark.parametrize(
    ("words", "kind", "unknown"),
    [
        ("调用物流商接口超时", ErrorKind.RETRY, True),
        ("系统繁忙，请稍后重试", ErrorKind.RETRY, True),
        ("取号过于频繁", ErrorKind.THROTTLE, False),
        ("收件地址超区", ErrorKind.FATAL, False),
    ],
)
def test_words_of_a_refused_order_decide(words: str, kind: ErrorKind, unknown: bool) -> None:
    told = deepcopy(TOLD["sold_out"])
    told["data"]["err_infos"][0]["err_msg"] = words
    error = caught(lambda: desk(Wire(told)).issue(request()))
    assert (error.kind, error.outcome_unknown) == (kind, unknown)


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: str(case["kind"]))
def test_every_recorded_error_has_its_class(case: dict[str, Any]) -> None:
    wire = Wire(case["body"])
    assert caught(lambda: desk(wire).issue(request())).kind is KINDS[case["kind"]]


@pytest.mark.parametrize(
    "answer",
    [
        done(),
        done(ebill_infos=[], err_infos=[]),
        done(ebill_infos=[{"pack_id": "another", "track_no": "1"}]),
        done(ebill_infos={"track_no": "1"}),
        httpx.Response(200, text="<html>"),
        broken_line,
    ],
)
def test_answer_without_a_number_leaves_it_open(answer: Any) -> None:
    error = caught(lambda: desk(Wire(answer)).issue(request()))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


def test_refused_token_is_renewed_and_the_number_asked_for_once_more() -> None:
    wire = Wire(refused(40003, "isv.access-token-expired"), TOLD["created"], TOLD["print_data"])
    wire.tokens = Tokens("stale", "fresh")
    assert desk(wire).issue(request()).waybill_no == NUMBER
    assert [wire.query(at)["access_token"] for at in (0, 1, 2)] == ["stale", "fresh", "fresh"]


# --- afterwards ----------------------------------------------------------------------------------


def test_finding_says_the_same_again() -> None:
    wire = Wire(TOLD["created"], TOLD["print_data"], TOLD["created"], TOLD["print_data"])
    first, again = desk(wire).issue(request()), desk(wire).find(request())
    assert again == first
    assert wire.params(0) == wire.params(2)


def test_document_is_fetched_again() -> None:
    found = desk(Wire(TOLD["print_data"])).read(request(), NUMBER)
    assert found is not None
    assert json.loads(found.print_data)["encryptedData"] == "c2VhbGVkLWxhYmVsLWRlbW8="


def test_number_that_is_gone_has_no_document() -> None:
    assert desk(Wire(TOLD["no_print_data"])).read(request(), NUMBER) is None


def test_refused_document_is_told_in_doudians_words() -> None:
    told = deepcopy(TOLD["no_print_data"])
    told["data"]["err_infos"][0]["err_msg"] = "店铺没有打印权限"
    error = caught(lambda: desk(Wire(told)).read(request(), NUMBER))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "店铺没有打印权限")


def test_number_is_given_back() -> None:
    wire = Wire(TOLD["cancelled"])
    desk(wire).void(carrier="zto", waybill_no=NUMBER)
    assert wire.query()["method"] == "logistics.cancelOrder"
    assert wire.params() == {"logistics_code": "zhongtong", "track_no": NUMBER}


def test_giving_back_what_is_gone_is_harmless() -> None:
    wire = Wire(refused(50002, "isv.business-failed:1", "运单号已取消，请勿重复操作"))
    desk(wire).void(carrier="zto", waybill_no=NUMBER)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(50002, "isv.business-failed:1", "运单已揽收，不能取消"), ErrorKind.FATAL),
        (done(cancel_result={"success": False}), ErrorKind.FATAL),
        (done(), ErrorKind.RETRY),
        (refused(60000, "isv.traffic-limited"), ErrorKind.THROTTLE),
    ],
)
def test_number_that_is_not_taken_back_is_told(answer: Any, kind: ErrorKind) -> None:
    wire = Wire(answer)
    assert caught(lambda: desk(wire).void(carrier="zto", waybill_no=NUMBER)).kind is kind


# --- setting up, printing ------------------------------------------------------------------------


def test_branches_are_listed_by_address_with_what_is_left() -> None:
    one, two, direct = desk(Wire(TOLD["sites"])).branches("zto")
    assert (one.branch_code, one.branch_name, one.balance) == ("57101", "西湖文三网点", 88)
    assert (one.town, one.street, two.street) == ("文新街道", "木棉路1号", "木棉路2号")
    assert (direct.carrier, direct.balance) == ("sf", None)


def test_templates_of_the_company_are_listed() -> None:
    (template,) = desk(Wire(TOLD["templates"])).templates("zto")
    assert (template.name, template.url) == ("一联单", "https://templates.example.com/zto/1.xml")


def test_component_is_told_the_document_and_a_call_that_it_may_make() -> None:
    waybill = PlatformWaybill(waybill_no=NUMBER, issuer="doudian", print_data=DOCUMENT)
    job = desk(Wire()).print_job(waybill, task_no="PK1-1")
    told = json.loads(job.message)
    assert (job.url, job.key, told["requestID"]) == ("ws://127.0.0.1:13888", "PK1-1", "PK1-1")
    ((content,),) = [document["contents"] for document in told["task"]["documents"]]
    assert (content["encryptedData"], content["templateURL"]) == (
        "AES:x",
        "http://t/101",
    )
    call = dict(parse_qsl(content["params"]))
    assert (call["method"], call["param_json"]) == ("logistics.getShopKey", "{}")
    assert (call["access_token"], call["timestamp"]) == (TOKEN, str(int(NOW.timestamp())))
    assert call["sign"] == signing.sign(
        SECRET, app_key=KEY, method=call["method"], text="{}", timestamp=call["timestamp"]
    )


def test_kept_document_holds_no_token() -> None:
    issued = desk(Wire(TOLD["created"], TOLD["print_data"])).issue(request())
    assert TOKEN not in issued.print_data
