"""Cainiao's e-waybills over scripted answers."""

import json
from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.taobao.waybills import (
    CANCEL,
    GET,
    QUERY,
    SEARCH,
    TEMPLATES,
    CainiaoWaybills,
)
from oms.dto import PlatformWaybill, WaybillBranch
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import broken_line, caught
from tests.channels_sync.connectors.taobao.wire import CREDENTIALS, NOW, Wire, answer, refused
from tests.channels_sync.connectors.waybill_parcels import CASH, DOCUMENT, RECEIVER, REQUEST

ROW = {"object_id": REQUEST.request_no, "waybill_code": "78310000000001", "print_data": DOCUMENT}
ISSUED = answer(GET, modules={"waybill_cloud_print_response": [ROW]})
PARAM = "param_waybill_cloud_print_apply_new_request"


def line(wire: Wire) -> CainiaoWaybills:
    return CainiaoWaybills(
        credentials=CREDENTIALS,
        http=wire.http,
        shop_id="2200000001",
        clock=lambda: NOW,
        tokens=wire.tokens,
    )


def asked(wire: Wire) -> Any:
    return json.loads(wire.form()[PARAM])


def test_number_is_asked_for_with_the_identity_of_the_address() -> None:
    wire = Wire(ISSUED)
    issued = line(wire).issue(REQUEST)
    assert issued == PlatformWaybill(
        waybill_no="78310000000001", issuer="taobao", print_data=DOCUMENT
    )
    told = asked(wire)
    (parcel,) = told["trade_order_info_dtos"]
    assert (told["cp_code"], told["shipping_branch_code"], told["need_encrypt"]) == (
        *("ZTO", "57101"),
        True,
    )
    assert (parcel["object_id"], parcel["package_info"]["id"], parcel["user_id"]) == (
        *("PK261111-00000001-1", "PK261111_00000001_1"),
        2200000001,
    )
    assert parcel["order_info"] == {
        "order_channels_type": "TB",
        "trade_order_list": list(REQUEST.channel_order_nos),
    }
    assert (parcel["recipient"]["oaid"], parcel["recipient"]["tid"]) == (
        "identity-1",
        REQUEST.channel_order_nos[0],
    )
    assert "product_code" not in told
    assert "logistics_services" not in parcel


def test_cash_on_delivery_and_the_contract_are_told() -> None:
    wire = Wire(ISSUED)
    line(wire).issue(CASH)
    told = asked(wire)
    assert (told["product_code"], told["customer_code"]) == ("2", "7550001")
    services = json.loads(told["trade_order_info_dtos"][0]["logistics_services"])
    assert services == {"SVC-COD": {"value": "99.50"}}


@pytest.mark.parametrize(
    "told",
    [
        answer(GET),
        answer(GET, modules={"waybill_cloud_print_response": []}),
        answer(GET, modules={"waybill_cloud_print_response": [ROW, ROW]}),
        answer(GET, modules={"waybill_cloud_print_response": [{**ROW, "waybill_code": ""}]}),
        answer(GET, modules={"waybill_cloud_print_response": [{**ROW, "print_data": "x"}]}),
        answer(GET, modules="what"),
    ],
)
def test_answer_that_cannot_be_read_leaves_the_outcome_open(told: dict[str, Any]) -> None:
    assert caught(lambda: line(Wire(told)).issue(REQUEST)).outcome_unknown


@pytest.mark.parametrize(
    ("step", "kind", "is_open"),
    [
        (refused(15, "isv.waybill-service-error", "余额不足"), ErrorKind.FATAL, False),
        (refused(15, "isp.remote-service-timeout"), ErrorKind.RETRY, True),
        (refused(7, "accesscontrol.limited-by-api-access-count"), ErrorKind.THROTTLE, False),
        (refused(26, "isv.missing-session"), ErrorKind.REAUTHORIZE, False),
        (broken_line, ErrorKind.RETRY, True),
    ],
)
def test_refusals_are_told_by_what_to_do(step: Any, kind: ErrorKind, is_open: bool) -> None:
    error = caught(lambda: line(Wire(step)).issue(REQUEST))
    assert (error.kind, error.outcome_unknown) == (kind, is_open)


def test_what_became_of_a_request_is_found_by_saying_it_again() -> None:
    wire = Wire(ISSUED, ISSUED)
    first, found = line(wire).issue(REQUEST), line(wire).find(REQUEST)
    assert first == found
    assert wire.form(0)[PARAM] == wire.form(1)[PARAM]


@pytest.mark.parametrize(
    "step",
    [
        answer(CANCEL, cancel_result=True),
        answer(CANCEL, cancel_result="true"),
        refused(15, "isv.waybill-already-cancelled", "面单已取消"),
        refused(15, "isv.waybill-not-exist", "面单号不存在"),
    ],
)
def test_void_that_was_done_or_has_nothing_to_do_is_done(step: Any) -> None:
    wire = Wire(step)
    line(wire).void(carrier="zto", waybill_no="78")
    assert (wire.form()["cp_code"], wire.form()["waybill_code"]) == ("ZTO", "78")


@pytest.mark.parametrize(
    "step",
    [answer(CANCEL, cancel_result=False), refused(15, "isv.x", "面单已揽收，不能取消")],
)
def test_void_that_is_refused_is_a_verdict(step: Any) -> None:
    error = caught(lambda: line(Wire(step)).void(carrier="zto", waybill_no="78"))
    assert error.is_verdict


def test_document_is_read_again_and_an_unknown_number_has_none() -> None:
    name = "waybill_cloud_print_with_result_desc_response"
    good = {"success": True, "waybill_cloud_print_response": ROW}
    bad = {"success": False, "error_code": "NOT_EXIST"}
    wire = Wire(
        answer(QUERY, modules={name: [good]}),
        answer(QUERY, modules={name: [bad]}),
        answer(QUERY),
    )
    found = line(wire).read(REQUEST, "78310000000001")
    assert found is not None
    assert found.print_data == DOCUMENT
    assert line(wire).read(REQUEST, "79") is None
    assert line(wire).read(REQUEST, "79") is None


def test_branches_are_listed_by_the_addresses_they_know() -> None:
    place = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "detail": "文一路 9 号"}
    account = {
        "branch_code": "57101",
        "branch_name": "西湖",
        "quantity": 12,
        "shipp_address_cols": {"address_dto": [place, {**place, "detail": "别处"}]},
    }
    uncounted = {"branch_code": "", "shipp_address_cols": {"address_dto": [place]}}
    infos = [
        {
            "cp_code": "ZTO",
            "branch_account_cols": {"waybill_branch_account": [account, uncounted]},
        },
        {"cp_code": "YTO", "branch_account_cols": {"waybill_branch_account": [account]}},
    ]
    cols = {"waybill_apply_subscription_info": infos}
    wire = Wire(answer(SEARCH, waybill_apply_subscription_cols=cols), answer(SEARCH))
    found = line(wire).branches("zto")
    assert found[0] == WaybillBranch(
        carrier="zto",
        branch_code="57101",
        branch_name="西湖",
        balance=12,
        province="浙江省",
        city="杭州市",
        district="西湖区",
        street="文一路 9 号",
    )
    assert [(each.street, each.balance) for each in found[1:]] == [
        ("别处", 12),
        ("文一路 9 号", None),
    ]
    assert list(line(wire).branches("zto")) == []


def test_labels_of_the_company_are_listed() -> None:
    row = {"standard_template_name": "二联", "standard_template_url": "http://t/1"}
    results = [
        {"cp_code": code, "standard_templates": {"standard_template_do": [row, {}]}}
        for code in ("ZTO", "YTO")
    ]
    told = answer(TEMPLATES, result={"datas": {"standard_template_result": results}})
    (label,) = line(Wire(told)).templates("zto")
    assert (label.name, label.url) == ("二联", "http://t/1")
    assert caught(lambda: line(Wire(answer(TEMPLATES))).templates("zto")).kind is ErrorKind.RETRY


def test_company_without_a_code_is_refused_without_a_call() -> None:
    wire = Wire()
    assert caught(lambda: line(wire).branches("pigeon")).code == "local:carrier"
    assert wire.requests == []


def test_address_without_its_identity_is_refused_without_a_call() -> None:
    wire = Wire()
    blank = replace(REQUEST, receiver=replace(RECEIVER, platform_ref=""))
    assert caught(lambda: line(wire).issue(blank)).code == "local:no_cipher"
    assert wire.requests == []


def test_stale_session_is_renewed_and_the_call_said_once_more() -> None:
    wire = Wire(refused(27, "session-expired"), ISSUED)
    wire.tokens.names = ["old", "new"]
    assert line(wire).issue(REQUEST).waybill_no == "78310000000001"
    assert [wire.form(at)["session"] for at in (0, 1)] == ["old", "new"]
