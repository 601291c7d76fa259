from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import (
    CallOutcome,
    HttpResponse,
    form_request,
    json_request,
    multipart_request,
    outcome_of,
)


def test_form_round_trips_special_characters() -> None:
    fields = {"msgData": '{"a":"x&y=z +*~中"}', "empty": ""}
    request = form_request("op", fields)
    assert dict(parse_qsl(request.content.decode(), keep_blank_values=True)) == fields


def test_json_text_is_sent_byte_for_byte() -> None:
    text = '{"b":1,  "a":"中"}'
    assert json_request("op", text).content == text.encode()


def test_request_does_not_show_its_content() -> None:
    assert "13800138000" not in repr(form_request("op", {"mobile": "13800138000"}))


@pytest.mark.parametrize("content", [b"", b"{", b"<html>", b"\xff", b"[" * 100_000])
def test_answer_that_is_no_json_leaves_the_outcome_unknown(content: bytes) -> None:
    with pytest.raises(IntegrationError) as caught:
        HttpResponse(status=200, headers={}, content=content).json()
    assert caught.value.outcome_unknown
    assert caught.value.kind is ErrorKind.RETRY


@pytest.mark.parametrize(
    ("kind", "unknown", "outcome"),
    [
        (ErrorKind.RETRY, True, CallOutcome.UNKNOWN),
        (ErrorKind.FATAL, True, CallOutcome.UNKNOWN),
        (ErrorKind.RETRY, False, CallOutcome.FAILED),
        (ErrorKind.THROTTLE, False, CallOutcome.THROTTLED),
        (ErrorKind.TREAT_AS_DONE, False, CallOutcome.DONE_BEFORE),
        (ErrorKind.FATAL, False, CallOutcome.REFUSED),
        (ErrorKind.REAUTHORIZE, False, CallOutcome.REFUSED),
        (ErrorKind.REFRESH_TOKEN, False, CallOutcome.REFUSED),
    ],
)
def test_outcome_in_one_word(kind: ErrorKind, unknown: bool, outcome: CallOutcome) -> None:
    assert outcome_of(IntegrationError("x", kind=kind, outcome_unknown=unknown)) is outcome


def test_form_in_parts_holds_fields_and_photographs_as_they_are() -> None:
    request = multipart_request("x", {"words": "已拆封", "id": "1"}, {"proof": b"\xff\xd8\r\n--x"})
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode()
    whole = BytesParser(policy=HTTP).parsebytes(head + request.content)
    told = {
        str(part.get_param("name", header="content-disposition")): part
        for part in whole.iter_parts()
    }
    assert {name: part.get_payload(decode=True) for name, part in told.items()} == {
        "words": "已拆封".encode(),
        "id": b"1",
        "proof": b"\xff\xd8\r\n--x",
    }
    assert (told["proof"].get_content_type(), told["id"].get_filename()) == ("image/jpeg", None)
