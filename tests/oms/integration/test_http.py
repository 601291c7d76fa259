"""One call: what is sent, what comes back, what is written down."""

import json
import logging
from dataclasses import asdict

import httpx
import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.wire import (
    CallOutcome,
    CallRecord,
    HttpRequest,
    HttpResponse,
    form_request,
    json_request,
)

from .doubles import BASE, Line, Trickle, fails, says

POST = json_request("create", '{"orderId":"PK1-1","mobile":"13800138000"}')


def read_json(response: HttpResponse) -> object:
    return response.json()


def failure_of(line: Line, request: HttpRequest = POST) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        line.http.call(request, read_json)
    return caught.value


def test_answer_is_what_the_reader_makes_of_it() -> None:
    line = Line(says('{"ok": 1}'))
    assert line.http.call(POST, read_json) == {"ok": 1}


def test_bytes_and_headers_go_out_as_given() -> None:
    line = Line(says("{}"))
    request = HttpRequest(
        operation="get",
        method="GET",
        path="/label/1",
        params={"a": "1 2"},
        headers={"X-Auth-token": "t"},
    )
    line.http.call(request, read_json)
    sent = line.requests[0]
    assert (sent.method, str(sent.url)) == ("GET", f"{BASE}/label/1?a=1+2")
    assert sent.headers["X-Auth-token"] == "t"


def test_form_is_posted_to_the_base_address() -> None:
    line = Line(says("{}"))
    line.http.call(form_request("create", {"msgData": "{}"}), read_json)
    sent = line.requests[0]
    assert (sent.method, str(sent.url), sent.content) == ("POST", BASE, b"msgData=%7B%7D")
    assert sent.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_absolute_address_replaces_the_base() -> None:
    line = Line(says("{}"))
    request = HttpRequest(operation="file", method="GET", path="https://files.example.com/1.pdf")
    line.http.call(request, read_json)
    assert str(line.requests[0].url) == "https://files.example.com/1.pdf"


@pytest.mark.parametrize(
    ("broken", "unknown"),
    [
        (httpx.ConnectError, False),
        (httpx.ConnectTimeout, False),
        (httpx.PoolTimeout, False),
        (httpx.ProxyError, False),
        (httpx.WriteTimeout, True),
        (httpx.WriteError, True),
        (httpx.ReadTimeout, True),
        (httpx.ReadError, True),
        (httpx.RemoteProtocolError, True),
        (httpx.DecodingError, True),
    ],
)
def test_broken_line_tells_whether_the_request_had_left(
    broken: type[httpx.HTTPError], unknown: bool
) -> None:
    error = failure_of(Line(fails(broken)))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, unknown)
    assert error.code == f"net:{broken.__name__}"


def test_address_that_is_none_is_refused_before_sending() -> None:
    line = Line(says("{}"))
    error = failure_of(line, HttpRequest(operation="x", path="https://host:port/?token=hush"))
    assert (error.code, error.kind, error.outcome_unknown) == (
        "local:address",
        ErrorKind.FATAL,
        False,
    )
    assert line.requests == []
    assert [record.url for record in line.records] == ["<invalid address>"]


def test_bad_status_never_reaches_the_reader() -> None:
    assert failure_of(Line(says('{"ok": 1}', status=500))).outcome_unknown


def test_accepted_status_is_read_by_the_caller() -> None:
    line = Line(says('{"errors": "Not Found"}', status=404))
    request = HttpRequest(operation="get", method="GET", accept=frozenset({404}))
    assert line.http.call(request, read_json) == {"errors": "Not Found"}


def test_redirect_is_not_followed() -> None:
    line = Line(says("", status=302, location="https://elsewhere.example.com/"))
    assert failure_of(line).code == "http:302"
    assert len(line.requests) == 1


def test_answer_beyond_the_limit_is_refused() -> None:
    error = failure_of(Line(says('"' + "x" * 20_000 + '"')))
    assert (error.code, error.kind, error.outcome_unknown) == ("too_large", ErrorKind.FATAL, True)


def test_answer_that_trickles_past_the_time_limit_is_given_up() -> None:
    line = Line(says("{}"))
    line._answers = [lambda _r: httpx.Response(200, stream=Trickle(line.time, 9, seconds=8))]
    error = failure_of(line)
    assert (error.code, error.outcome_unknown) == ("net:deadline", True)
    assert line.time.now == 32


@pytest.mark.parametrize("shape", ["[]", '{"data": null}', '{"data": {"n": "x"}}'])
def test_unknown_shape_leaves_the_outcome_unknown(shape: str) -> None:
    line = Line(says(shape))
    with pytest.raises(IntegrationError) as caught:
        line.http.call(POST, lambda response: int(response.json()["data"]["n"]))
    assert (caught.value.code, caught.value.outcome_unknown) == ("malformed", True)


def test_call_is_written_down_masked_and_without_query() -> None:
    line = Line(says('{"waybillNo":"SF1","contact":"张三"}'))
    request = HttpRequest(
        operation="create",
        path="https://user:secret@h.example.com/a?token=x#f",
        content=b'{"orderId":"PK1-1","mobile":"13800138000"}',
        content_type="application/json",
    )
    line.http.call(request, read_json)
    (record,) = line.records
    assert record == CallRecord(
        kind="test",
        operation="create",
        method="POST",
        url="https://h.example.com/a",
        attempt=1,
        status=200,
        duration_ms=0,
        outcome=CallOutcome.OK,
        request_body='{"orderId":"PK1-1","mobile":"***"}',
        response_body='{"waybillNo":"SF1","contact":"***"}',
    )


def test_failure_is_written_down_with_its_class() -> None:
    line = Line(fails(httpx.ReadTimeout))
    failure_of(line)
    (record,) = line.records
    assert (record.status, record.outcome) == (None, CallOutcome.UNKNOWN)
    assert (record.error_kind, record.error_code) == ("retry", "net:ReadTimeout")
    assert record.error


def test_refused_answer_is_written_down_with_its_body() -> None:
    line = Line(says('{"why":"busy"}', status=429, retry_after="3600"))
    failure_of(line)
    (record,) = line.records
    assert (record.status, record.outcome) == (429, CallOutcome.THROTTLED)
    assert record.response_body == '{"why":"busy"}'


def test_secrets_of_headers_and_query_are_nowhere_in_the_record() -> None:
    line = Line(says("{}"))
    request = HttpRequest(
        operation="x", headers={"X-Auth-token": "hush-1"}, params={"sign": "hush-2"}
    )
    line.http.call(request, read_json)
    assert "hush" not in json.dumps(asdict(line.records[0]))


def test_http_library_writes_no_address_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(says("{}"))
    with caplog.at_level(logging.DEBUG):
        line.http.call(HttpRequest(operation="x", params={"sign": "hush"}), read_json)
    assert "hush" not in caplog.text


def test_duration_is_told_in_milliseconds() -> None:
    line = Line(says("{}"))

    def answer(_request: httpx.Request) -> httpx.Response:
        line.time.now += 1.25
        return httpx.Response(200, text="{}")

    line._answers = [answer]
    line.http.call(POST, read_json)
    assert line.records[0].duration_ms == 1250


def test_broken_log_does_not_lose_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_record: CallRecord) -> None:
        raise OSError("disk full")

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, text='{"ok": 1}'))
    line = Http(kind="test", base_url=BASE, log=broken, transport=transport)
    with line as http, caplog.at_level(logging.ERROR):
        assert http.call(POST, read_json) == {"ok": 1}
    assert "create" in caplog.text
    assert "13800138000" not in caplog.text
