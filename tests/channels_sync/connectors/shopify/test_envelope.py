"""Refusals: some come inside an HTTP 200, and throttling says by its bucket how long to wait."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.shopify import graph
from channels_sync.connectors.shopify.api import Api
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import broken_line

from .wire import ADDRESS, TOKEN, Wire, data, recorded

ERRORS = {each["kind"]: each for each in recorded("errors")}


def refusal(step: Any, *, token: str = TOKEN) -> IntegrationError:
    wire = Wire(step, token=token)
    api = Api(wire.credentials, wire.http)
    with pytest.raises(IntegrationError) as caught:
        api.call("orders", graph.ORDERS, {}, bool)
    return caught.value


def answer(case: dict[str, Any]) -> httpx.Response:
    return httpx.Response(case["http"], json=case["body"], headers=case.get("headers"))


@pytest.mark.parametrize("case", ERRORS.values(), ids=ERRORS)
def test_every_recorded_error_has_its_class(case: dict[str, Any]) -> None:
    kinds = {
        "throttle_graphql": ErrorKind.THROTTLE,
        "throttle_rest": ErrorKind.THROTTLE,
        "reauthorize": ErrorKind.REAUTHORIZE,
        "access_denied": ErrorKind.FATAL,
    }
    error = refusal(answer(case))
    assert error.kind is kinds[case["kind"]]
    assert not error.outcome_unknown


def test_throttle_waits_until_the_bucket_holds_the_query() -> None:
    error = refusal(answer(ERRORS["throttle_graphql"]))
    assert error.retry_after == timedelta(seconds=(1002 - 10) / 100)


def test_refusal_is_told_in_shopifys_words() -> None:
    assert "Access denied" in refusal(answer(ERRORS["access_denied"])).message


@pytest.mark.parametrize(
    ("step", "kind", "unknown"),
    [
        (httpx.Response(404), ErrorKind.FATAL, False),
        (httpx.Response(423, text="locked"), ErrorKind.REAUTHORIZE, False),
        (httpx.Response(502), ErrorKind.RETRY, True),
        (broken_line, ErrorKind.RETRY, True),
        ({"data": None}, ErrorKind.RETRY, True),
        (httpx.Response(200, text="<html>"), ErrorKind.RETRY, True),
        (httpx.Response(200, json=[]), ErrorKind.RETRY, True),
        ({"errors": ["x"]}, ErrorKind.RETRY, True),
        ({"errors": "Not Found"}, ErrorKind.FATAL, False),
        (
            {"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]},
            ErrorKind.RETRY,
            True,
        ),
        ({"errors": [{"message": "syntax"}]}, ErrorKind.FATAL, False),
    ],
)
def test_other_trouble_has_its_class(step: Any, kind: ErrorKind, unknown: bool) -> None:
    error = refusal(step)
    assert (error.kind, error.outcome_unknown) == (kind, unknown)


def test_without_a_token_nobody_is_called() -> None:
    assert refusal(data(), token="").code == "local:no_token"


def test_call_carries_the_token_and_names_the_version() -> None:
    wire = Wire(data(orders=1))
    Api(wire.credentials, wire.http).call("orders", graph.ORDERS, {"first": 1}, bool)
    (request,) = wire.requests
    assert str(request.url) == f"{ADDRESS}/admin/api/2026-04/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == TOKEN
    assert wire.variables() == {"first": 1}
    assert TOKEN not in repr(wire.records)


def test_another_version_can_be_chosen() -> None:
    wire = Wire(data())
    Api(wire.credentials | {"api_version": "2026-07"}, wire.http).call("x", "q", {}, bool)
    assert "/api/2026-07/" in str(wire.requests[0].url)
