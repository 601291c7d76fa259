"""Numbers from JD's e-waybill service: asked for, found again, given back, printed."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from channels_sync.connectors.jd.waybills import JdWaybills
from oms.dto import CipherReceiver, PlatformWaybill, PlatformWaybillRequest
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import (
    Tokens,
    broken_line,
    caught,
    clock,
    recorded,
)
from tests.channels_sync.connectors.waybill_parcels import RECEIVER, REQUEST

from .wire import ERRORS, KEYS, Wire, refusal

ORDER, NUMBER = "200000000000001", "750000000000001"
TOLD = recorded("jd", "ebills")
VENDER = TOLD["vender"]
KINDS = {
    "throttle": ErrorKind.THROTTLE,
    "reauthorize": ErrorKind.REAUTHORIZE,
    "fatal_sign": ErrorKind.REAUTHORIZE,
    "retry": ErrorKind.RETRY,
    "business_inside_200": ErrorKind.RETRY,  # no status, so nobody knows what became of it
}
_RECEIVE = "jingdong_ldop_alpha_waybill_receive_responce"


def desk(wire: Wire) -> JdWaybills:
    return JdWaybills(credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=clock)


def request(**changes: Any) -> PlatformWaybillRequest:
    return replace(REQUEST, **({"channel_order_nos": (ORDER,)} | changes))


def asked(**changes: Any) -> dict[str, Any]:
    """Return what waybill.receive is told: JSON in one text."""
    wire = Wire(VENDER, TOLD["received"], TOLD["print_data"])
    desk(wire).issue(request(**changes))
    told: dict[str, Any] = json.loads(wire.params(1)["content"])
    return told


def failed(words: str, status: int = -1) -> dict[str, Any]:
    return {_RECEIVE: {"code": "0", "resultInfo": {"statusCode": status, "statusMessage": words}}}


# --- asking for a number -------------------------------------------------------------------------


def test_number_comes_with_what_the_print_client_opens() -> None:
    wire = Wire(VENDER, TOLD["received"], TOLD["print_data"])
    issued = desk(wire).issue(request())
    assert (issued.waybill_no, issued.issuer) == (NUMBER, "jd")
    assert json.loads(issued.print_data) == {
        "printData": "c2VhbGVkLWxhYmVsLWRlbW8=",
        "tempUrl": "https://example.com/t/101",
    }
    assert [wire.form(at)["method"] for at in range(3)] == [
        "jingdong.seller.vender.info.get",
        "jingdong.ldop.alpha.waybill.receive",
        "jingdong.printing.printData.pullData",
    ]


def test_answer_without_a_root_is_understood_too() -> None:
    wire = Wire(VENDER, TOLD["received_bare"], TOLD["print_data"])
    assert desk(wire).issue(request()).waybill_no == NUMBER


def test_ciphertext_goes_as_it_came_with_the_orders_number() -> None:
    told = asked()
    assert (told["platformOrderNo"], told["salePlatform"]) == (ORDER, "0010001")
    place = told["toAddress"]
    assert (place["contact"], place["mobile"], place["address"]) == (
        RECEIVER.name_cipher,
        RECEIVER.phone_cipher,
        RECEIVER.street_cipher,
    )
    assert (place["provinceName"], place["countrysideName"]) == ("浙江省", "")


def test_parcel_is_told_as_the_document_wants_it() -> None:
    told = asked()
    assert (told["vendorOrderCode"], told["vendorCode"]) == ("PK261111-00000001-1", "10010001")
    assert (told["providerCode"], told["branchCode"]) == ("ZTO", "57101")
    assert (told["weight"], told["goodsName"], told["waybillCount"]) == ("0.60", "卫衣", 1)
    assert "settlementCode" not in told


def test_merged_orders_are_told_together() -> None:
    assert asked(channel_order_nos=(ORDER, "2002"))["platformOrderNo"] == f"{ORDER},2002"


def test_carrier_without_branches_is_told_the_contract() -> None:
    told = asked(carrier="sf", branch_code="5710000001", product="2")
    assert (told["settlementCode"], told["expressType"]) == ("5710000001", "2")
    assert told["expressPayMethod"] == "1"
    assert "branchCode" not in told


def test_number_of_the_merchant_is_asked_for_once() -> None:
    wire = Wire(VENDER, TOLD["received"], TOLD["print_data"], TOLD["signed"])
    line = desk(wire)
    line.issue(request())
    line.branches("zto")
    assert wire.params(3) == {"venderCode": "10010001"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cod_amount": Decimal("10.00")}, "local:cod"),
        ({"carrier": "unheard"}, "local:carrier"),
        ({"receiver": CipherReceiver(platform_ref="", name_mask="李**")}, "local:no_cipher"),
    ],
)
def test_what_the_service_cannot_take_asks_for_no_number(
    changes: dict[str, Any], code: str
) -> None:
    wire = Wire(VENDER)
    error = caught(lambda: desk(wire).issue(request(**changes)))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)
    assert all(form.get("method") != "jingdong.ldop.alpha.waybill.receive" for form in forms(wire))


def forms(wire: Wire) -> list[Any]:
    return [wire.form(at) for at in range(len(wire.requests))]


def test_number_without_a_document_is_good_all_the_same() -> None:
    wire = Wire(VENDER, TOLD["received"], refusal("67", "超时"))
    issued = desk(wire).issue(request())
    assert (issued.waybill_no, issued.print_data) == (NUMBER, "")


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["sold_out", "sold_out_bare"])
def test_refusal_hides_in_an_answer_that_went_well(shape: str) -> None:
    error = caught(lambda: desk(Wire(VENDER, TOLD[shape])).issue(request()))
    assert (error.kind, error.code, error.outcome_unknown) == (
        ErrorKind.FATAL,
        "status:-1",
        False,
    )
    assert "库存不足" in error.message


def test_time_out_inside_an_answer_leaves_it_open() -> None:
    error = caught(lambda: desk(Wire(VENDER, failed("调用承运商超时"))).issue(request()))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: str(case["kind"]))
def test_every_recorded_error_has_its_class(case: dict[str, Any]) -> None:
    wire = Wire(VENDER, case["body"])
    wire.tokens = Tokens("only")
    assert caught(lambda: desk(wire).issue(request())).kind is KINDS[case["kind"]]


@pytest.mark.parametrize(
    "answer",
    [
        {_RECEIVE: {"code": "0", "resultInfo": {"statusCode": 0, "data": {}}}},
        {_RECEIVE: {"code": "0", "resultInfo": {"statusCode": 0, "data": None}}},
        {_RECEIVE: {"code": "0"}},
        {"statusCode": 0, "data": {"waybillCodeList": [""]}},
        httpx.Response(200, text="<html>"),
        broken_line,
    ],
)
def test_answer_without_a_number_leaves_it_open(answer: Any) -> None:
    error = caught(lambda: desk(Wire(VENDER, answer)).issue(request()))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


def test_refused_token_is_renewed_and_the_number_asked_for_once_more() -> None:
    wire = Wire(VENDER, refusal("19"), TOLD["received"], TOLD["print_data"])
    assert desk(wire).issue(request()).waybill_no == NUMBER
    assert [wire.form(at)["access_token"] for at in (1, 2)] == ["token-1", "token-2"]


# --- afterwards ----------------------------------------------------------------------------------


def test_finding_says_the_same_again() -> None:
    answers = [TOLD["received"], TOLD["print_data"]]
    wire = Wire(VENDER, *answers, *answers)
    line = desk(wire)
    assert line.issue(request()) == line.find(request())
    assert wire.params(1) == wire.params(3)


def test_document_is_asked_for_by_number_and_order() -> None:
    wire = Wire(VENDER, TOLD["print_data"])
    found = desk(wire).read(request(), NUMBER)
    assert found is not None
    told = wire.params()["param1"]
    assert (told["cpCode"], told["parameters"]) == ("ZTO", {"eCustomerCode": "10010001"})
    (info,) = told["wayBillInfos"]
    assert (info["orderNo"], info["wayBillCode"], info["popFlag"]) == (ORDER, NUMBER, 1)


def test_jds_own_parcels_name_the_merchant_by_another_key() -> None:
    wire = Wire(VENDER, TOLD["print_data"])
    desk(wire).read(request(carrier="jd"), NUMBER)
    assert wire.params()["param1"]["parameters"] == {"ewCustomerCode": "10010001"}


def test_refused_document_is_told_in_jds_words() -> None:
    wire = Wire(VENDER, TOLD["no_print_data"])
    error = caught(lambda: desk(wire).read(request(), NUMBER))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "运单号与订单不符")


def test_printing_says_no_by_a_code() -> None:
    told = deepcopy(TOLD["print_data"])
    told["jingdong_printing_printData_pullData_responce"]["returnType"] = {
        "code": "1005",
        "message": "参数错误",
    }
    error = caught(lambda: desk(Wire(VENDER, told)).read(request(), NUMBER))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "printing:1005")


def test_number_is_given_back() -> None:
    wire = Wire(TOLD["unbound"])
    desk(wire).void(carrier="zto", waybill_no=NUMBER)
    assert wire.form()["method"] == "jingdong.ldop.alpha.waybill.api.unbind"
    assert wire.params() == {"providerCode": "ZTO", "waybillCode": NUMBER}


@pytest.mark.parametrize("words", ["运单不存在", "该运单已解绑"])
def test_giving_back_what_is_gone_is_harmless(words: str) -> None:
    wire = Wire(failed(words))
    desk(wire).void(carrier="zto", waybill_no=NUMBER)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failed("运单已揽收，不允许解绑"), ErrorKind.FATAL),
        (failed("系统超时"), ErrorKind.RETRY),
        (refusal("2"), ErrorKind.THROTTLE),
        ({"x_responce": {"code": "0"}}, ErrorKind.RETRY),
    ],
)
def test_number_that_is_not_taken_back_is_told(answer: Any, kind: ErrorKind) -> None:
    wire = Wire(answer)
    assert caught(lambda: desk(wire).void(carrier="zto", waybill_no=NUMBER)).kind is kind


# --- setting up, printing ------------------------------------------------------------------------


def test_contracts_with_the_company_are_listed_with_what_is_left() -> None:
    (branch,) = desk(Wire(VENDER, TOLD["signed"])).branches("zto")
    assert (branch.branch_code, branch.branch_name, branch.balance) == (
        "57101",
        "西湖文三网点",
        88,
    )
    assert (branch.district, branch.town, branch.street) == ("西湖区", "文新街道", "木棉路1号")
    (direct,) = desk(Wire(VENDER, TOLD["signed"])).branches("sf")
    assert (direct.branch_code, direct.balance) == ("5710000001", None)


@pytest.mark.parametrize("code", ["1", 1000])
def test_templates_of_the_company_are_listed(code: object) -> None:
    told = deepcopy(TOLD["templates"])
    told["jingdong_printing_template_getTemplateList_responce"]["returnType"]["code"] = code
    (template,) = desk(Wire(told)).templates("zto")
    assert (template.name, template.url) == (
        "中通一联单 76×130",
        "https://templates.example.com/zto76x130",
    )


def test_print_client_is_told_the_document() -> None:
    kept = '{"printData":"sealed","tempUrl":"https://t.example.com"}'
    waybill = PlatformWaybill(waybill_no=NUMBER, issuer="jd", print_data=kept)
    job = desk(Wire()).print_job(waybill, task_no="PK1-1")
    told = json.loads(job.message)
    assert (job.url, job.key, told["key"]) == ("ws://127.0.0.1:9113", "PK1-1", "PK1-1")
    assert told["orderType"] == "PRINT"
    (content,) = told["parameters"]["contents"]
    assert (content["printData"], content["tempUrl"]) == ("sealed", "https://t.example.com")
