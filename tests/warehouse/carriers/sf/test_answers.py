"""What SF tells us: each recorded answer as a value, each refusal as a class of error."""

import json
from datetime import timedelta
from typing import Any

import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse
from tests.warehouse.carriers.samples import recorded
from warehouse.carriers.sf import answers, codes
from warehouse.dto import FilterResult, IssuedWaybill, VoidResult

NUMBER = "SF7444496931331"
ORDER_ID = "PK20261122-0002-1"


def waybill(name: str) -> IssuedWaybill:
    return answers.to_waybill(answers.open_envelope(recorded(f"sf/{name}")))


def refusal(envelope: Any) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        answers.open_envelope(envelope)
    return caught.value


@pytest.mark.parametrize("name", ["create_ok", "create_ok_decoded", "search_ok"])
def test_order_is_read_however_it_is_wrapped(name: str) -> None:
    issued = waybill(name)
    assert (issued.waybill_no, issued.carrier_order_id) == (NUMBER, ORDER_ID)
    assert (issued.origin_code, issued.dest_code) == ("571", "755")
    assert issued.filter_result is FilterResult.DELIVERABLE
    assert not issued.needs_review
    assert issued.reason == ""


def test_label_data_is_typed() -> None:
    route = waybill("create_ok").route
    assert route is not None
    assert (route.sort_code, route.coding_in, route.product_code) == ("755W-F0-CK", "K35", "特快")
    assert (route.print_flag, route.print_icon) == ("000000000", "00010000")
    assert (route.limit_type, route.express_type, route.cargo_type) == ("T4", "B1", "C201")
    assert (route.dest_transfer_code, route.dest_dept_code) == ("755W", "755CK")
    assert f"'k5':'{NUMBER}'" in route.qr_payload
    assert route.check_code == "fe62b871"


def test_children_and_receipt_are_told_apart() -> None:
    issued = waybill("create_children")
    assert issued.waybill_no == NUMBER
    assert issued.child_nos == ("SF7444475423374", "SF7444491830026")
    assert issued.receipt_no == "SF7444437018298"


def test_label_data_is_the_mothers() -> None:
    route = waybill("create_children").route
    assert route is not None
    assert route.sort_code == "755W-F0-CK"


def test_number_under_review_is_good_but_flagged() -> None:
    issued = waybill("create_review")
    assert issued.needs_review
    assert issued.waybill_no == NUMBER
    assert issued.reason == "4：温馨提示"


def test_undeliverable_order_says_why() -> None:
    issued = waybill("create_undeliverable")
    assert issued.filter_result is FilterResult.UNDELIVERABLE
    assert issued.reason == "收方超范围"


def test_sort_code_of_one_part_needs_a_look() -> None:
    issued = waybill("create_one_part_sort_code")
    assert issued.needs_review
    assert issued.reason == codes.ONE_PART_SORT_CODE


def test_missing_filter_result_needs_a_look() -> None:
    answer = json.loads(recorded("sf/create_ok")["apiResultData"])
    del answer["msgData"]["filterResult"]
    assert answers.to_waybill(answer).needs_review


def test_order_without_label_data_has_no_route() -> None:
    assert waybill("create_label_failed").route is None


def test_people_in_the_answer_are_not_kept() -> None:
    kept = json.dumps(dict(waybill("search_ok").raw), ensure_ascii=False)
    assert "张三" not in kept
    assert "13800138000" not in kept
    assert "派件前请电话联系" not in kept
    assert NUMBER in kept


def test_order_without_a_number_is_asked_again_later() -> None:
    with pytest.raises(IntegrationError) as caught:
        waybill("create_no_number")
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.RETRY, True)


@pytest.mark.parametrize(
    ("name", "code", "kind", "request_id"),
    [
        ("create_duplicate", "8016", ErrorKind.TREAT_AS_DONE, "000196FAD4593D3F"),
        ("create_bad_phone", "8196", ErrorKind.FATAL, "000196FAD4593D3F"),
        ("search_not_found", "6150", ErrorKind.FATAL, "000196FAD4593D3F"),
        ("gateway_signature", "A1006", ErrorKind.REAUTHORIZE, "0001"),
        ("gateway_throttled", "A1005", ErrorKind.THROTTLE, "0002"),
        ("print_failed", "S0002", ErrorKind.FATAL, "000196FAD4593D3F"),
    ],
)
def test_refusal_keeps_their_code_words_and_id(
    name: str, code: str, kind: ErrorKind, request_id: str
) -> None:
    error = refusal(recorded(f"sf/{name}"))
    assert (error.code, error.kind, error.request_id) == (code, kind, request_id)
    assert error.message
    assert not error.outcome_unknown


def test_their_words_lose_the_phone_number() -> None:
    assert "13800138000" not in str(refusal(recorded("sf/create_bad_phone")))


def test_throttling_comes_with_a_hint() -> None:
    assert refusal(recorded("sf/gateway_throttled")).retry_after == timedelta(seconds=1)


@pytest.mark.parametrize("code", ["A1009", "A1099", "S0003", "A1007"])
def test_trouble_behind_the_gateway_leaves_the_outcome_unknown(code: str) -> None:
    error = answers.to_error(code, "系统异常", "r")
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


def test_unlisted_code_goes_to_a_person() -> None:
    error = answers.to_error("9999", "", "r")
    assert (error.kind, error.retryable) == (ErrorKind.FATAL, False)
    assert error.message == "顺丰未说明原因"


@pytest.mark.parametrize("data", [None, "", "null", "[]", "{", 7])
def test_missing_answer_leaves_the_outcome_unknown(data: object) -> None:
    envelope = {"apiResultCode": "A1000", "apiResultData": data}

    def read(response: HttpResponse) -> Any:
        return answers.open_envelope(response.json())

    # A text that is no JSON surfaces as ValueError, which the HTTP line classes in the same way.
    with pytest.raises((IntegrationError, ValueError)) as caught:
        read(HttpResponse(status=200, headers={}, content=json.dumps(envelope).encode()))
    assert getattr(caught.value, "outcome_unknown", True)


@pytest.mark.parametrize("success", [False, "false", None])
def test_success_must_be_said(success: object) -> None:
    data = {"success": success, "errorCode": "S0000", "errorMsg": "", "msgData": {}}
    assert refusal({"apiResultCode": "A1000", "apiResultData": data}).code == "S0000"


def test_cancel_is_read() -> None:
    answer = answers.open_envelope(recorded("sf/cancel_ok"))
    assert answers.to_void_result(answer, NUMBER) == VoidResult(
        waybill_no=NUMBER, carrier_order_id=ORDER_ID
    )


def test_cancel_of_another_orders_number_is_refused() -> None:
    answer = answers.open_envelope(recorded("sf/cancel_mismatch"))
    with pytest.raises(IntegrationError) as caught:
        answers.to_void_result(answer, NUMBER)
    assert (caught.value.code, caught.value.kind) == ("8017", ErrorKind.FATAL)


def test_label_files_are_read() -> None:
    answer = answers.open_envelope(recorded("sf/print_ok"))
    assert answers.to_label_files(answer) == [
        answers.LabelFile("https://print.example.com/files/1.pdf", "TESTtoken", NUMBER)
    ]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://print.example.com/1.pdf", True),
        ("http://127.0.0.1:9102/sf/print/1.pdf", True),
        ("http://127.0.0.1:9103/sf/print/1.pdf", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1:9102/1.pdf", False),
        ("//127.0.0.1:9102/1.pdf", False),
    ],
)
def test_label_is_fetched_encrypted_or_from_the_host_we_called(url: str, safe: bool) -> None:
    assert answers.is_safe_label_url(url, "http://127.0.0.1:9102/sf/std/service") is safe


def test_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(IntegrationError) as caught:
        answers.to_pdf(HttpResponse(status=200, headers={}, content=b"<html>"))
    assert caught.value.code == "malformed"
