"""Open what the GraphQL Admin API answers: data, refusals inside a 200, and the cost of it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

READ_HERE = frozenset({401, 403, 404, 423})
_KINDS = {
    "THROTTLED": ErrorKind.THROTTLE,
    "ACCESS_DENIED": ErrorKind.FATAL,
    "MAX_COST_EXCEEDED": ErrorKind.FATAL,
    "SHOP_INACTIVE": ErrorKind.REAUTHORIZE,
    "INTERNAL_SERVER_ERROR": ErrorKind.RETRY,
    "TIMEOUT": ErrorKind.RETRY,
}
_STATUSES = {401: ErrorKind.REFRESH_TOKEN, 404: ErrorKind.FATAL}
_LEAST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """``pause`` is how long to wait so that the same question can be paid for again."""

    data: Mapping[str, Any]
    pause: timedelta


def open_answer(response: HttpResponse) -> Answer:
    """Return the data of an answer.

    :raises IntegrationError: throttle with the wait by the cost bucket; else in Shopify's words
    """
    if response.status in READ_HERE:
        raise _refused(response)
    answer = response.json()
    if not isinstance(answer, dict):
        raise malformed("Shopify 的应答不是对象，结果未知")
    errors = answer.get("errors")
    if errors:
        raise _from_errors(errors, answer, _request_id(response))
    data = answer.get("data")
    if not isinstance(data, dict):
        raise malformed("Shopify 的应答里没有 data，结果未知", request_id=_request_id(response))
    return Answer(data, _pause(answer))


def check_user_errors(result: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what a mutation did.

    :raises IntegrationError: fatal, in Shopify's words, if it did nothing
    """
    if result is None:
        raise malformed("Shopify 的应答里没有操作结果，结果未知")
    errors = result.get("userErrors") or []
    if errors:
        words = "; ".join(str(error.get("message", "")) for error in errors)
        code = str(errors[0].get("code") or "user_error")
        raise IntegrationError(words, kind=ErrorKind.FATAL, code=code)
    return result


def _refused(response: HttpResponse) -> IntegrationError:
    kind = _STATUSES.get(response.status, ErrorKind.REAUTHORIZE)
    words = ""
    if response.content.lstrip().startswith(b"{"):
        told = response.json()
        words = str(told.get("errors") or "") if isinstance(told, dict) else ""
    text = words[:300] or f"HTTP {response.status}"
    return IntegrationError(
        text, kind=kind, code=f"http:{response.status}", request_id=_request_id(response)
    )


def _from_errors(errors: Any, answer: Mapping[str, Any], request_id: str) -> IntegrationError:
    first = errors[0] if isinstance(errors, list) else {}
    if not isinstance(first, dict):
        raise malformed("Shopify 的错误报文无法识别，结果未知", request_id=request_id)
    code = str((first.get("extensions") or {}).get("code") or "graphql")
    kind = _KINDS.get(code, ErrorKind.FATAL)
    return IntegrationError(
        str(first.get("message") or errors)[:300],
        kind=kind,
        code=code,
        request_id=request_id,
        retry_after=_pause(answer) if kind is ErrorKind.THROTTLE else None,
        # What failed inside Shopify may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY,
    )


def _pause(answer: Mapping[str, Any]) -> timedelta:
    """By the bucket of cost points (shopify.dev, "Rate limits"): what is missing for as much again,
    at the speed at which it fills."""
    cost = (answer.get("extensions") or {}).get("cost") or {}
    bucket = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(
        bucket.get("currentlyAvailable") or 0
    )
    speed = float(bucket.get("restoreRate") or 0)
    if not bucket or missing <= 0:
        return timedelta(0)
    return timedelta(seconds=max(missing / speed, _LEAST_PAUSE) if speed > 0 else 60)


def _request_id(response: HttpResponse) -> str:
    return response.headers.get("x-request-id", "")
