"""SF's gateway as the simulator plays it: who is let in, and in which words the others are not."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from tests.warehouse.carriers.samples import REQUEST
from warehouse.carriers.sf import mapper
from warehouse.carriers.sf.signing import SignMode, sign
from warehouse.simulator.faults import FaultKind
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.simulator.sf.refusals import GATEWAY_TEXTS

from .bench import Bench, running

SEARCH = "EXP_RECE_SEARCH_ORDER_RESP"


def envelope(bench: Bench, text: str = '{"orderId":"none"}', **changes: str) -> dict[str, str]:
    timestamp = str(int(bench.now.timestamp() * 1000))
    fields = {
        "partnerID": bench.settings.partner,
        "requestID": "11111111-1111-4111-8111-111111111111",
        "serviceCode": SEARCH,
        "timestamp": timestamp,
        "msgData": text,
    } | changes
    mode = SignMode.STANDARD
    digest = sign(fields["msgData"], fields["timestamp"], bench.settings.checkword, mode=mode)
    return {"msgDigest": digest} | fields


def post(bench: Bench, fields: dict[str, str]) -> dict[str, Any]:
    headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    reply = bench.browser.post(SERVICE_PATH, content=urlencode(fields), headers=headers)
    assert reply.status_code == 200
    return dict(reply.json())


def refusal(bench: Bench, **credentials: str) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        bench.connect(credentials).create_waybill(REQUEST)
    return caught.value


@pytest.mark.parametrize("mode", SignMode)
def test_every_sign_mode_is_let_in(bench: Bench, mode: SignMode) -> None:
    assert bench.connect({"sign_mode": mode}).create_waybill(REQUEST).waybill_no


@pytest.mark.parametrize("mode", SignMode)
def test_account_of_one_mode_refuses_the_others(tmp_path: Path, mode: SignMode) -> None:
    with running(tmp_path / "db", Settings(sign_mode=mode)) as bench:
        for other in set(SignMode) - {mode}:
            assert refusal(bench, sign_mode=other).code == "A1006"
        assert bench.connect({"sign_mode": mode}).create_waybill(REQUEST).waybill_no


def test_bad_signature_is_refused_and_nothing_happens(bench: Bench) -> None:
    error = refusal(bench, checkword="another-checkword")
    assert (error.code, error.kind) == ("A1006", ErrorKind.REAUTHORIZE)
    assert not error.outcome_unknown
    assert bench.numbers() == []


def test_changed_message_breaks_the_signature(bench: Bench) -> None:
    fields = envelope(bench) | {"msgData": '{"orderId":"other"}'}
    assert post(bench, fields)["apiResultCode"] == "A1006"


def test_unknown_partner_has_no_rights(bench: Bench) -> None:
    error = refusal(bench, partner_id="STRANGER")
    assert (error.code, error.kind) == ("A1004", ErrorKind.REAUTHORIZE)


def test_unknown_service_is_refused(bench: Bench) -> None:
    fields = envelope(bench, serviceCode="EXP_RECE_MAKE_TEA")
    assert post(bench, fields)["apiResultCode"] == "A1004"


@pytest.mark.parametrize(
    "name", ["partnerID", "requestID", "serviceCode", "timestamp", "msgData", "msgDigest"]
)
def test_missing_field_is_refused(bench: Bench, name: str) -> None:
    fields = envelope(bench)
    del fields[name]
    reply = post(bench, fields)
    assert (reply["apiResultCode"], reply["apiErrorMsg"]) == ("A1001", GATEWAY_TEXTS["A1001"])
    assert reply["apiResultData"] is None


def test_token_that_was_never_given_is_refused(bench: Bench) -> None:
    assert post(bench, envelope(bench, accessToken="t"))["apiResultCode"] == "A1011"


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        ("1795334400", "A1000"),
        ("1795334400000", "A1000"),
        ("1795334100", "A1000"),
        ("1795334099", "A1002"),
        ("1795334701", "A1002"),
        ("0", "A1002"),
        ("now", "A1002"),
        ("9" * 15, "A1002"),
    ],
)
def test_timestamp_in_seconds_or_milliseconds_must_be_recent(
    bench: Bench, timestamp: str, code: str
) -> None:
    assert post(bench, envelope(bench, timestamp=timestamp))["apiResultCode"] == code


def test_rate_limit_is_a_throttle_that_passes_with_time(bench: Bench) -> None:
    calls = [post(bench, envelope(bench))["apiResultCode"] for _ in range(31)]
    assert calls == ["A1000"] * 30 + ["A1005"]
    with pytest.raises(IntegrationError) as caught:
        bench.carrier.find_waybill("none")
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.THROTTLE, False)
    bench.wait(seconds=1)
    assert bench.carrier.find_waybill("none") is None


def test_rate_limit_counts_each_service_apart(tmp_path: Path) -> None:
    with running(tmp_path / "db", Settings(calls_per_second=1)) as bench:
        assert bench.carrier.create_waybill(REQUEST).waybill_no
        assert bench.carrier.find_waybill(REQUEST.client_order_id) is not None


def test_daily_limit_lasts_until_the_next_day(tmp_path: Path) -> None:
    with running(tmp_path / "db", Settings(calls_per_day=2)) as bench:
        codes = []
        for minutes in (0, 1, 1, 24 * 60):
            bench.wait(minutes=minutes)
            codes.append(post(bench, envelope(bench))["apiResultCode"])
    assert codes == ["A1000", "A1000", "A1005", "A1000"]


@pytest.mark.parametrize("code", sorted(GATEWAY_TEXTS))
def test_every_gateway_code_can_be_ordered_and_is_understood(bench: Bench, code: str) -> None:
    bench.plan(FaultKind.CODE, SEARCH, code=code)
    bench.plan(FaultKind.CODE, SEARCH, code=code)
    with pytest.raises(IntegrationError) as caught:
        bench.carrier.find_waybill("none")
    assert caught.value.code == code
    assert caught.value.message == GATEWAY_TEXTS[code]


def test_business_answer_is_a_string_inside_the_envelope(bench: Bench) -> None:
    reply = post(bench, envelope(bench))
    assert isinstance(reply["apiResultData"], str)
    assert json.loads(reply["apiResultData"]) == {
        "success": False,
        "errorCode": "6150",
        "errorMsg": "找不到该订单",
        "msgData": None,
    }


@pytest.mark.parametrize(("text", "code"), [("{", "S0001"), ("[]", "S0001")])
def test_message_that_is_no_object_is_refused(bench: Bench, text: str, code: str) -> None:
    reply = post(bench, envelope(bench, text))
    assert json.loads(reply["apiResultData"])["errorCode"] == code


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"language": ""}, "S0002"),
    ({"orderId": "x" * 65}, "S0002"),
    ({"cargoDetails": []}, "1023"),
    ({"contactInfoList": []}, "1010"),
    ({"parcelQty": 2, "totalWeight": 0}, "S0002"),
    ({"monthlyCard": "123"}, "6126"),
    ({"monthlyCard": "0000000000"}, "8119"),
    ({"parcelQty": "many"}, "S0003"),
    ({"contactInfoList": "nobody"}, "S0003"),
]
PARTY_CHANGES = [
    (0, {"address": ""}, "1010"),
    (0, {"contact": "", "company": ""}, "1011"),
    (0, {"tel": ""}, "1012"),
    (1, {"country": ""}, "1014"),
    (1, {"contact": ""}, "1015"),
    (1, {"mobile": ""}, "1016"),
    (1, {"mobile": "call me"}, "8196"),
]


def create_code(bench: Bench, message: dict[str, Any]) -> str:
    text = mapper.to_text(message)
    reply = post(bench, envelope(bench, text, serviceCode="EXP_RECE_CREATE_ORDER"))
    return str(json.loads(reply["apiResultData"])["errorCode"])


def order(bench: Bench) -> dict[str, Any]:
    return mapper.to_create_order(REQUEST, bench.carrier.account)


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_order_that_lacks_something_is_refused(
    bench: Bench, change: dict[str, Any], code: str
) -> None:
    assert create_code(bench, order(bench) | change) == code
    assert bench.numbers() == []


@pytest.mark.parametrize(("index", "change", "code"), PARTY_CHANGES)
def test_party_that_lacks_something_is_refused(
    bench: Bench, index: int, change: dict[str, str], code: str
) -> None:
    message = order(bench)
    message["contactInfoList"][index] |= change
    assert create_code(bench, message) == code


def test_complete_order_is_taken(bench: Bench) -> None:
    assert create_code(bench, order(bench)) == "S0000"


def test_used_order_id_is_answered_exactly(bench: Bench) -> None:
    create_code(bench, order(bench))
    assert create_code(bench, order(bench)) == "8016"
