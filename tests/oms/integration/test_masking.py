import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.integration.masking import mask_body, mask_text, truncated

JSON = "application/json"
FORM = "application/x-www-form-urlencoded;charset=UTF-8"
SECRET = "张三丰-13800138000"


def masked_json(value: object) -> str:
    return mask_body(JSON, json.dumps(value, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "key",
    [
        *(
            "name",
            "contact",
            "mobile",
            "tel",
            "phone",
            "address",
            "receiverName",
            "receiver_mobile",
        ),
        *("buyerNick", "recipientAddress", "checkword", "sign", "msgDigest", "token", "session"),
        *("access_token", "appSecret", "Authorization", "X-Auth-token", "data_digest", "remark"),
    ],
)
def test_personal_and_secret_keys_are_masked(key: str) -> None:
    assert SECRET not in masked_json({key: SECRET})
    assert SECRET not in masked_json({"a": [{key: {"deep": [SECRET]}}]})


def test_what_helps_to_find_a_fault_stays() -> None:
    text = masked_json({"orderId": "PK1-1", "errorCode": "8016", "count": 2, "ok": True, "n": None})
    assert json.loads(text) == {
        "orderId": "PK1-1",
        "errorCode": "8016",
        "count": 2,
        "ok": True,
        "n": None,
    }


def test_region_inside_an_address_stays() -> None:
    text = masked_json({"contactInfoList": [{"province": "广东省", "address": "科技园1号"}]})
    assert "广东省" in text
    assert "科技园" not in text


def test_region_key_cannot_carry_a_person_along() -> None:
    assert SECRET not in masked_json({"address": {"city": {"name": SECRET}, "province": [SECRET]}})


def test_number_under_a_personal_key_is_masked() -> None:
    assert "13800138000" not in masked_json({"mobile": 13800138000})


def test_json_inside_a_json_string_is_masked() -> None:
    inner = json.dumps({"msgData": {"contact": SECRET, "orderId": "PK1-1"}})
    text = masked_json({"apiResultData": inner})
    assert SECRET not in text
    assert "PK1-1" in text


def test_json_inside_a_form_field_is_masked() -> None:
    fields = {
        "partnerID": "P1",
        "msgDigest": "AFKuBOe1A0awkOh4t9NeNw==",
        "msgData": json.dumps({"contact": SECRET, "orderId": "PK1-1"}),
    }
    text = mask_body(FORM, urlencode(fields).encode())
    assert SECRET not in text
    assert "AFKu" not in text
    assert "partnerID=P1" in text
    assert "PK1-1" in text


def test_phone_in_free_text_is_masked() -> None:
    text = masked_json({"text": "快递员电话：13900139000，座机 0755-26881234"})
    assert "13900139000" not in text
    assert "26881234" not in text


def test_waybill_numbers_are_no_phone_numbers() -> None:
    assert mask_text("SF7444496931331 444003077898") == "SF7444496931331 444003077898"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/xml", b"<name>" + SECRET.encode() + b"</name>"),
        ("", SECRET.encode()),
        (JSON, b'{"name": "' + SECRET.encode()),
        (JSON, b"\xff\xfe"),
        ("application/pdf", b"%PDF-1.4"),
    ],
)
def test_body_that_cannot_be_masked_is_told_by_its_size(content_type: str, body: bytes) -> None:
    text = mask_body(content_type, body)
    assert text.startswith(f"<{len(body)} bytes of ")
    assert SECRET not in text


def test_huge_body_is_told_by_its_size() -> None:
    body = json.dumps({"a": "x" * 300_000}).encode()
    assert mask_body(JSON, body) == f"<{len(body)} bytes of {JSON}>"


def test_deeply_nested_body_is_told_by_its_size() -> None:
    body = b"[" * 100_000 + b"]" * 100_000
    assert mask_body(JSON, body) == f"<{len(body)} bytes of {JSON}>"


def test_empty_body_is_empty() -> None:
    assert mask_body(JSON, b"") == ""


def test_cutting_comes_after_masking() -> None:
    masker = truncated(mask_body, 12)
    text = masker(JSON, json.dumps({"orderId": "PK1", "mobile": SECRET}).encode())
    assert text == '{"orderId":"…'


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below, max_size=3)
    ),
    max_leaves=8,
)


@given(TREES, st.sampled_from(["mobile", "Receiver_Name", "checkword", "access-token"]))
def test_nothing_below_a_sensitive_key_gets_out(tree: object, key: str) -> None:
    assert SECRET not in masked_json({"rows": [tree, {key: [tree, SECRET, {"x": SECRET}]}]})


@given(st.text(max_size=30))
def test_masking_text_hides_every_mobile_number(text: str) -> None:
    assert "13712345678" not in mask_text(f"{text} 13712345678 {text}")


def test_long_list_shows_its_first_items_and_how_many_there_are() -> None:
    written = mask_body("application/json", json.dumps({"rows": list(range(100))}).encode())
    assert json.loads(written)["rows"] == [*range(10), "… 100"]


def test_token_that_a_platform_quotes_in_its_words_is_hidden() -> None:
    token = "6101b0b2f8e0f4d1-c0aa7e55d2b14c9e"
    assert mask_text(f"会话非法:{token},请重试") == "会话非法:***,请重试"
    assert mask_body("application/json", f'{{"msg":"no {token}"}}'.encode()) == '{"msg":"no ***"}'


def test_number_that_stands_by_itself_is_judged_by_its_key() -> None:
    trace = "20261122160512010204077116123ABCDE"
    assert mask_text(trace) == trace
    assert (
        mask_text(f"订单 {'4' * 40} 运单 SF7444496931331")
        == f"订单 {'4' * 40} 运单 SF7444496931331"
    )
