"""What we tell SF: every message as the API pages want it, and what is refused before the call."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from tests.warehouse.carriers.samples import RECEIVER, REQUEST, SENDER
from warehouse.carriers.sf import codes, mapper
from warehouse.carriers.sf.account import SfAccount
from warehouse.dto import CargoLine, FilterResult, IssuedWaybill, PayMethod, WaybillRequest

ACCOUNT = SfAccount(partner_id="TESTPARTNER", checkword="x", monthly_card="7551234567")


def create(request: WaybillRequest = REQUEST, account: SfAccount = ACCOUNT) -> mapper.Message:
    return mapper.to_create_order(request, account)


def test_order_is_told_in_their_words_and_units() -> None:
    assert create() == {
        "language": "zh-CN",
        "orderId": "PK20261122-0002-1",
        "cargoDetails": [
            {
                "name": "纯棉短袖T恤",
                "count": 2,
                "unit": "件",
                "weight": 0.18,
                "amount": 59.9,
                "currency": "CNY",
            }
        ],
        "contactInfoList": [
            {
                "contactType": 1,
                "company": "测试小店",
                "contact": "仓库",
                "tel": "0571-26881234",
                "country": "CN",
                "province": "浙江省",
                "city": "杭州市",
                "county": "余杭区",
                "address": "仓前街道1号",
            },
            {
                "contactType": 2,
                "contact": "张三",
                "mobile": "13800138000",
                "country": "CN",
                "province": "广东省",
                "city": "深圳市",
                "county": "南山区",
                "address": "粤海街道科技园1号",
            },
        ],
        "expressTypeId": 2,
        "payMethod": 1,
        "parcelQty": 1,
        "totalWeight": 1.25,
        "isDocall": 0,
        "isReturnRoutelabel": 1,
        "isUnifiedWaybillNo": 1,
        "custReferenceNo": "PK20261122-0002",
        "remark": "",
        "serviceList": [],
        "monthlyCard": "7551234567",
    }


def test_next_attempt_is_another_order() -> None:
    assert create(replace(REQUEST, attempt=2))["orderId"] == "PK20261122-0002-2"


def test_size_goes_out_in_centimetres() -> None:
    message = create(replace(REQUEST, size_mm=(305, 200, 155)))
    sides = [message[name] for name in ("totalLength", "totalWidth", "totalHeight")]
    assert sides == [30.5, 20.0, 15.5]


def test_services_carry_exact_amounts() -> None:
    request = replace(REQUEST, cod_amount=Decimal("128.50"), insured_amount=Decimal(1000))
    assert create(request)["serviceList"] == [
        {"name": "INSURE", "value": "1000"},
        {"name": "COD", "value": "128.50", "value1": "7551234567"},
    ]


@pytest.mark.parametrize(
    ("method", "number", "card"),
    [
        (PayMethod.SENDER, 1, "7551234567"),
        (PayMethod.RECEIVER, 2, None),
        (PayMethod.THIRD_PARTY, 3, "7551234567"),
    ],
)
def test_card_is_told_unless_the_receiver_pays(
    method: PayMethod, number: int, card: str | None
) -> None:
    message = create(replace(REQUEST, pay_method=method))
    assert (message["payMethod"], message.get("monthlyCard")) == (number, card)


def test_account_without_card_sends_none() -> None:
    assert "monthlyCard" not in create(account=SfAccount(partner_id="P", checkword="x"))


def test_courier_is_called_where_the_account_says_so() -> None:
    account = replace(ACCOUNT, call_courier=True)
    assert create(account=account)["isDocall"] == 1


@pytest.mark.parametrize(
    ("phone", "field"),
    [
        ("13800138000", "mobile"),
        ("13800138000-1234", "tel"),
        ("1380013800转1234", "tel"),
        ("0755-26881234", "tel"),
    ],
)
def test_virtual_number_keeps_its_extension(phone: str, field: str) -> None:
    receiver = create(replace(REQUEST, receiver=replace(RECEIVER, phone=phone)))["contactInfoList"][
        1
    ]
    assert receiver[field] == phone
    assert len({"mobile", "tel"} & set(receiver)) == 1


def test_long_texts_that_may_be_cut_are_cut() -> None:
    request = replace(REQUEST, remark="注" * 300, cargo=(CargoLine(name="长" * 300, quantity=1),))
    message = create(request)
    assert (len(message["remark"]), len(message["cargoDetails"][0]["name"])) == (100, 128)


REFUSED = [
    ("order_id", replace(REQUEST, package_no="P" * 63)),
    ("product", replace(REQUEST, product_code="fast")),
    ("product", replace(REQUEST, product_code="")),
    ("cargo", replace(REQUEST, cargo=())),
    ("weight", replace(REQUEST, weight_g=0)),
    ("parcels", replace(REQUEST, parcel_count=0)),
    ("receiver", replace(REQUEST, receiver=replace(RECEIVER, name=""))),
    ("receiver", replace(REQUEST, receiver=replace(RECEIVER, town="", street=" "))),
    ("sender", replace(REQUEST, sender=replace(SENDER, name=""))),
    ("phone", replace(REQUEST, receiver=replace(RECEIVER, phone=""))),
    ("phone", replace(REQUEST, receiver=replace(RECEIVER, phone="1" * 21))),
    ("sender_phone", replace(REQUEST, sender=replace(SENDER, phone=""))),
    ("address", replace(REQUEST, receiver=replace(RECEIVER, street="路" * 200))),
]


@pytest.mark.parametrize(("name", "request_"), REFUSED)
def test_what_they_would_refuse_is_refused_before_the_call(
    name: str, request_: WaybillRequest
) -> None:
    with pytest.raises(IntegrationError) as caught:
        create(request_)
    error = caught.value
    assert (error.code, error.kind) == (f"local:{name}", ErrorKind.FATAL)
    assert error.message == codes.LOCAL_REFUSALS[name]
    assert not error.outcome_unknown


def test_every_local_refusal_has_words_and_a_case() -> None:
    assert {name for name, _ in REFUSED} == set(codes.LOCAL_REFUSALS)


def test_search_names_the_order() -> None:
    assert mapper.to_search_order("PK1-1") == {
        "orderId": "PK1-1",
        "searchType": "1",
        "language": "zh-CN",
    }


def test_cancel_names_order_and_number() -> None:
    assert mapper.to_cancel_order("PK1-1", "SF7444496931331") == {
        "orderId": "PK1-1",
        "dealType": 2,
        "waybillNoInfoList": [{"waybillType": 1, "waybillNo": "SF7444496931331"}],
    }


def test_tracks_are_asked_for_by_number() -> None:
    message = mapper.to_search_routes(("SF1", "SF2"), "")
    assert message["trackingNumber"] == ["SF1", "SF2"]
    assert "checkPhoneNo" not in message


def test_foreign_number_is_asked_for_with_the_phone_tail() -> None:
    assert mapper.to_search_routes(("SF1",), "8000")["checkPhoneNo"] == "8000"


def test_cloud_print_asks_for_mother_and_children() -> None:
    waybill = IssuedWaybill(
        waybill_no="SF1",
        carrier_order_id="PK1-1",
        filter_result=FilterResult.DELIVERABLE,
        child_nos=("SF2", "SF3"),
    )
    message = mapper.to_cloud_print(waybill, replace(ACCOUNT, label_size="150"))
    assert message["templateCode"] == "fm_150_standard_TESTPARTNER"
    assert message["documents"] == [
        {"masterWaybillNo": "SF1"},
        {"masterWaybillNo": "SF1", "branchWaybillNo": "SF2", "seq": "2", "sum": "3"},
        {"masterWaybillNo": "SF1", "branchWaybillNo": "SF3", "seq": "3", "sum": "3"},
    ]


def test_text_is_compact_and_keeps_chinese() -> None:
    text = mapper.to_text({"a": "中", "b": 1})
    assert text == '{"a":"中","b":1}'
    assert json.loads(text) == {"a": "中", "b": 1}
