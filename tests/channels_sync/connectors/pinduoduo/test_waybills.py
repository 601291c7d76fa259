"""Pinduoduo's e-waybills over scripted answers."""

import json
from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.pinduoduo.waybills import PinduoduoWaybills
from oms.dto import PlatformWaybill, WaybillBranch
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors import scripted
from tests.channels_sync.connectors.pinduoduo.wire import KEYS, Wire, refusal
from tests.channels_sync.connectors.scripted import broken_line, caught
from tests.channels_sync.connectors.waybill_parcels import CASH, DOCUMENT, RECEIVER, REQUEST

ROW = {"object_id": REQUEST.request_no, "waybill_code": "YT880000000001", "print_data": DOCUMENT}
ISSUED = {"pdd_waybill_get_response": {"modules": [ROW]}}
PARAM = "param_waybill_cloud_print_apply_new_request"


def line(wire: Wire, shop_id: str = "880001") -> PinduoduoWaybills:
    return PinduoduoWaybills(
        credentials=KEYS,
        http=wire.http,
        shop_id=shop_id,
        clock=scripted.clock,
        tokens=wire.tokens,
    )


def refused(sub_code: str, words: str) -> dict[str, Any]:
    told = refusal(50001, words)
    told["error_response"]["sub_code"] = sub_code
    return told


def test_number_is_asked_for_with_the_ciphertext_as_it_came() -> None:
    wire = Wire(ISSUED)
    assert line(wire).issue(REQUEST) == PlatformWaybill(
        waybill_no="YT880000000001", issuer="pinduoduo", print_data=DOCUMENT
    )
    told = json.loads(wire.form()[PARAM])
    (parcel,) = told["trade_order_info_dtos"]
    assert (told["wp_code"], told["need_encrypt"]) == ("ZTO", True)
    assert told["sender"]["address"]["detail"] == "仓前路 1 号"
    assert (parcel["object_id"], parcel["package_info"]["id"], parcel["user_id"]) == (
        *("PK261111-00000001-1", "PK261111_00000001_1"),
        880001,
    )
    assert parcel["recipient"] == {
        "name": "~n~0~",
        "mobile": "~p~0~",
        "address": {
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "detail": "~s~0~",
        },
    }


def test_cash_on_delivery_is_told() -> None:
    wire = Wire(ISSUED)
    line(wire, shop_id="").issue(CASH)
    (parcel,) = json.loads(wire.form()[PARAM])["trade_order_info_dtos"]
    assert json.loads(parcel["logistics_services"]) == {"SVC-COD": {"value": "99.50"}}
    assert parcel["user_id"] == 0


@pytest.mark.parametrize(
    "modules",
    [None, [], [ROW, ROW], [{**ROW, "waybill_code": None}], [{**ROW, "print_data": "x"}], "what"],
)
def test_answer_that_cannot_be_read_leaves_the_outcome_open(modules: Any) -> None:
    wire = Wire({"pdd_waybill_get_response": {"modules": modules}})
    assert caught(lambda: line(wire).issue(REQUEST)).outcome_unknown


@pytest.mark.parametrize(
    ("step", "kind", "is_open"),
    [
        (refused("isv.service-error", "电子面单余额不足"), ErrorKind.FATAL, False),
        (refusal(70031, "调用过于频繁"), ErrorKind.THROTTLE, False),
        (refusal(20031, "用户没有授权访问此接口"), ErrorKind.REAUTHORIZE, False),
        (broken_line, ErrorKind.RETRY, True),
    ],
)
def test_refusals_are_told_by_what_to_do(step: Any, kind: ErrorKind, is_open: bool) -> None:
    error = caught(lambda: line(Wire(step)).issue(REQUEST))
    assert (error.kind, error.outcome_unknown) == (kind, is_open)


def test_ciphertext_that_was_blanked_is_refused_without_a_call() -> None:
    wire = Wire()
    blank = replace(REQUEST, receiver=replace(RECEIVER, name_cipher=""))
    assert caught(lambda: line(wire).issue(blank)).code == "local:no_cipher"
    assert wire.requests == []


def test_what_became_of_a_request_is_found_by_saying_it_again() -> None:
    wire = Wire(ISSUED, ISSUED)
    assert line(wire).issue(REQUEST) == line(wire).find(REQUEST)
    assert wire.form(0)[PARAM] == wire.form(1)[PARAM]


@pytest.mark.parametrize(
    "step",
    [
        {"pdd_waybill_cancel_response": {"cancel_result": True}},
        refused("isv.waybill-already-cancelled", "面单已取消"),
        refused("isv.waybill-not-exist", "没能查询到面单存在记录"),
    ],
)
def test_void_that_was_done_or_has_nothing_to_do_is_done(step: Any) -> None:
    wire = Wire(step)
    line(wire).void(carrier="yto", waybill_no="YT1")
    assert (wire.form()["wp_code"], wire.form()["waybill_code"]) == ("YTO", "YT1")


@pytest.mark.parametrize(
    "step",
    [
        {"pdd_waybill_cancel_response": {"cancel_result": False}},
        refused("isv.waybill-cancel-fail", "取消面单失败，面单已经被揽收、签收、或回收"),
    ],
)
def test_void_that_is_refused_is_a_verdict(step: Any) -> None:
    assert caught(lambda: line(Wire(step)).void(carrier="yto", waybill_no="YT1")).is_verdict


def test_document_is_read_again_and_an_unknown_number_has_none() -> None:
    root = "pdd_waybill_query_by_waybillcode_response"
    wire = Wire(
        {root: {"modules": [{"object_id": "x", "waybill_cloud_print_response": ROW}]}},
        {root: {"modules": [{"object_id": "x", "waybill_cloud_print_response": None}]}},
        refused("isv.waybill-not-exist", "没能查询到"),
        refused("isv.service-error", "系统异常"),
    )
    found = line(wire).read(REQUEST, "YT880000000001")
    assert found is not None
    assert found.print_data == DOCUMENT
    assert line(wire).read(REQUEST, "YT2") is None
    assert line(wire).read(REQUEST, "YT2") is None
    assert caught(lambda: line(wire).read(REQUEST, "YT2")).code == ("isv.service-error")


def test_branches_and_labels_of_the_company_are_listed() -> None:
    place = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "detail": "文一路 9 号"}
    account = {
        "branch_code": "57101",
        "branch_name": "西湖",
        "quantity": 3,
        "shipp_address_cols": [place],
    }
    cols = [{"wp_code": code, "branch_account_cols": [account]} for code in ("YTO", "ZTO")]
    row = {"standard_template_name": "一联", "standard_template_url": "https://t/1"}
    datas = [{"wp_code": code, "standard_templates": [row]} for code in ("YTO", "ZTO")]
    wire = Wire(
        {"pdd_waybill_search_response": {"waybill_apply_subscription_cols": cols}},
        {"pdd_cloudprint_stdtemplates_get_response": {"result": {"datas": datas}}},
        {"pdd_waybill_search_response": {"waybill_apply_subscription_cols": "what"}},
        {"pdd_cloudprint_stdtemplates_get_response": {"result": {"datas": [7]}}},
    )
    (branch,) = line(wire).branches("yto")
    assert branch == WaybillBranch(
        carrier="yto",
        branch_code="57101",
        branch_name="西湖",
        balance=3,
        province="浙江省",
        city="杭州市",
        district="西湖区",
        street="文一路 9 号",
    )
    (label,) = line(wire).templates("yto")
    assert (label.name, label.url) == ("一联", "https://t/1")
    assert caught(lambda: line(wire).branches("yto")).kind is ErrorKind.RETRY
    assert caught(lambda: line(wire).templates("yto")).kind is ErrorKind.RETRY
