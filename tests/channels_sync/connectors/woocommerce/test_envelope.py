"""What a shop refuses and how, and how a call is proved with and without TLS."""

from typing import Any

import httpx
import pytest

from channels_sync.connectors.woocommerce import signing
from channels_sync.connectors.woocommerce.api import Api
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import broken_line, caught

from .wire import CREDENTIALS, Wire, recorded

ERRORS = {each["kind"]: each for each in recorded("errors")}
KINDS = {
    "auth": ErrorKind.REAUTHORIZE,
    "not_found": ErrorKind.FATAL,
    "retry": ErrorKind.RETRY,
}
PROOF = "woocommerce_rest_authentication_error"


def answer(case: Any) -> httpx.Response:
    body = case["body"]
    if isinstance(body, str):
        return httpx.Response(case["http"], text=body, headers={"Content-Type": "text/html"})
    return httpx.Response(case["http"], json=body)


def refused(status: int, code: str, words: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": words, "data": {}})


@pytest.mark.parametrize("case", ERRORS.values(), ids=ERRORS)
def test_every_recorded_error_has_its_class(case: Any) -> None:
    error = caught(lambda: Wire(answer(case)).api.get("/orders", bool))
    assert error.kind is KINDS[case["kind"]]
    assert not error.outcome_unknown


@pytest.mark.parametrize(
    ("step", "kind", "unknown"),
    [
        (refused(401, PROOF, "Invalid signature - provided signature does not match."), "R", False),
        (refused(401, PROOF, "Invalid nonce - nonce has already been used."), "T", False),
        (refused(401, PROOF, "Invalid timestamp."), "T", False),
        (refused(403, "woocommerce_rest_cannot_edit"), "R", False),
        (refused(400, "rest_invalid_param", "Invalid parameter(s): status"), "F", False),
        (refused(404, "rest_no_route"), "F", False),
        (httpx.Response(403, text="<html>blocked</html>"), "T", False),
        (httpx.Response(404, text="<html>not here</html>"), "T", False),
        (httpx.Response(429), "S", False),
        (httpx.Response(500, json={"code": "internal_server_error"}), "T", True),
        (httpx.Response(200, text="<html>maintenance</html>"), "T", True),
        (broken_line, "T", True),
    ],
)
def test_trouble_has_its_class(step: Any, kind: str, unknown: bool) -> None:
    kinds = {
        "R": ErrorKind.REAUTHORIZE,
        "T": ErrorKind.RETRY,
        "F": ErrorKind.FATAL,
        "S": ErrorKind.THROTTLE,
    }
    error = caught(lambda: Wire(step).api.post("/orders/1/notes", {}, bool))
    assert (error.kind, error.outcome_unknown) == (kinds[kind], unknown)


def test_question_that_failed_changed_nothing() -> None:
    error = caught(lambda: Wire(httpx.Response(502)).api.get("/orders/1", bool))
    assert error.kind is ErrorKind.RETRY
    assert not error.outcome_unknown


def test_over_tls_the_keys_go_as_basic() -> None:
    wire = Wire({"id": 1})
    wire.api.get("/orders/1", bool)
    assert wire.requests[0].headers["Authorization"] == "Basic Y2tfaW52ZW50ZWQ6Y3NfaW52ZW50ZWQ="
    assert wire.params() == {}
    assert "invented" not in repr(wire.records)


def test_without_tls_the_call_is_signed_and_the_secret_stays() -> None:
    wire = Wire({"id": 1}, base_url="http://127.0.0.1:8099/shop")
    wire.api.get("/orders", bool, status="any", modified_after="2026-03-01T07:30:00")
    (request,) = wire.requests
    told = wire.params()
    given = told.pop("oauth_signature")
    oauth = {key: value for key, value in told.items() if key.startswith("oauth_")}
    query = str(httpx.QueryParams({key: told[key] for key in told if key not in oauth}))
    url = f"http://127.0.0.1:8099/shop/wp-json/wc/v3/orders?{query}"
    assert given == signing.oauth_signature("cs_invented", method="GET", url=url, oauth=oauth)
    assert "Authorization" not in request.headers
    assert "cs_invented" not in str(request.url)


def test_each_signed_call_has_a_nonce_of_its_own() -> None:
    wire = Wire({"id": 1}, {"id": 1}, base_url="http://127.0.0.1:8099")
    wire.api.get("/orders/1", bool)
    wire.api.get("/orders/1", bool)
    assert wire.params(0)["oauth_nonce"] != wire.params(1)["oauth_nonce"]


@pytest.mark.parametrize("missing", ["consumer_key", "consumer_secret"])
def test_without_keys_nobody_is_called(missing: str) -> None:
    wire = Wire()
    api = Api(CREDENTIALS | {missing: ""}, wire.http)
    assert caught(lambda: api.get("/orders", bool)).code == "local:no_keys"
    assert wire.requests == []
