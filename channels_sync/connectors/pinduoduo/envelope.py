"""Open what POP answers: a failure comes inside an HTTP 200, under ``error_response``."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.pinduoduo import codes
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

_KINDS = {
    10016: ErrorKind.REAUTHORIZE,
    10018: ErrorKind.REAUTHORIZE,
    10019: ErrorKind.REFRESH_TOKEN,
    20004: ErrorKind.REAUTHORIZE,
    20005: ErrorKind.REAUTHORIZE,
    20031: ErrorKind.REAUTHORIZE,
    20032: ErrorKind.REAUTHORIZE,
    30000: ErrorKind.REAUTHORIZE,
    30001: ErrorKind.REAUTHORIZE,
    52101: ErrorKind.RETRY,
    52102: ErrorKind.RETRY,
    52103: ErrorKind.RETRY,
    70031: ErrorKind.THROTTLE,
    70032: ErrorKind.THROTTLE,
    70033: ErrorKind.THROTTLE,
}
"""By ``error_code``: 10016-20032 and 30000-30001 are an app or shop that is switched off, an
address that is not listed, a signature that does not fit, a right that was not given. Which of
these it is stands in the words; each needs a person. Everything else will not succeed as it is."""

_HINT = timedelta(seconds=10)
"""The platform names no wait; its windows are 10 and 60 seconds long."""


def open_answer(response: HttpResponse) -> Mapping[str, Any]:
    """Return the object inside an answer's only root.

    :raises IntegrationError: in Pinduoduo's words
    """
    try:
        told = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise malformed("拼多多的应答无法解析，结果未知") from error
    if not isinstance(told, dict):
        raise malformed("拼多多的应答不是对象，结果未知")
    if "error_response" in told:
        raise _refused(told["error_response"])
    roots = [value for value in told.values() if isinstance(value, dict)]
    if len(roots) != 1:
        raise malformed("拼多多的应答里没有结果，结果未知")
    return dict(roots[0])


def check_done(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer to an act.

    :raises IntegrationError: fatal if it says that it did nothing
    """
    inner = answer.get("result")
    result = inner if isinstance(inner, dict) else answer
    flags = [result[key] for key in ("is_success", "success", "succ") if key in result]
    if not flags:
        raise malformed("拼多多的应答里没有操作结果，结果未知")
    if flags[0] not in (True, "true"):
        words = str(result.get("message") or result.get("error_msg") or codes.NO_WORDS)
        raise IntegrationError(words[:300], kind=ErrorKind.FATAL, code="not_done")
    return result


def _refused(told: Any) -> IntegrationError:
    try:
        error = Loose.of(told, "error_response")
        code = error.whole("error_code", 0)
        words = [error.text(key, limit=1000) for key in ("error_msg", "sub_msg")]
        sub_code = error.text("sub_code", limit=64)
        request_id = error.text("request_id", limit=128)
    except Unreadable:
        raise malformed("拼多多的错误报文无法识别，结果未知") from None
    text = ": ".join(dict.fromkeys(filter(None, words)))[:300] or codes.NO_WORDS
    kind = _kind(code, text)
    return IntegrationError(
        text,
        kind=kind,
        code=sub_code or str(code),
        request_id=request_id,
        retry_after=_HINT if kind is ErrorKind.THROTTLE else None,
    )


def _kind(code: int, text: str) -> ErrorKind:
    if any(words in text for words in codes.SHIPPED_BEFORE):
        return ErrorKind.TREAT_AS_DONE
    return _KINDS.get(code, ErrorKind.FATAL)
