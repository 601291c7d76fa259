"""Open what Youzan answers. It refuses in three shapes, often inside an HTTP 200: the gateway's
``gw_err_resp``, the old methods' ``error_response``, and ``success: false`` with a code."""

import json
from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.youzan import codes, messages
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

Node = Mapping[str, Any]
READ_HERE = frozenset({400, 401, 403})
_BY_STATUS = {401: ErrorKind.REFRESH_TOKEN, 403: ErrorKind.REAUTHORIZE}


def open_answer(response: HttpResponse) -> Node:
    """Return the data of an answer, its fractions as text; ``{}`` where it has none.

    :raises IntegrationError: in Youzan's words
    """
    answer = _decode(response)
    for key in ("gw_err_resp", "error_response"):
        told = answer.get(key)
        if isinstance(told, dict) and not _is_done(told):
            raise _refused(told, at_gateway=True)
    if answer.get("success") is False or str(answer.get("code", codes.DONE)) != str(codes.DONE):
        raise _refused(answer, at_gateway=False)
    if response.status in READ_HERE:
        raise _by_status(response.status)
    if not {"data", "response", "success"} & answer.keys():
        raise malformed("有赞的应答无法识别，结果未知", request_id=_trace(answer))
    data = answer.get("data", answer.get("response"))
    return data if isinstance(data, dict) else {}


def check_success(data: Node) -> None:
    """Look whether a method did what it was asked for.

    :raises IntegrationError: fatal, if it says no without an error
    """
    if str(data.get("is_success", "true")).lower() != "true":
        raise IntegrationError("有赞没有执行该操作", kind=ErrorKind.FATAL, code="not_done")


def _decode(response: HttpResponse) -> Node:
    try:
        answer = json.loads(response.content, parse_float=str)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return answer
    if response.status in READ_HERE:
        raise _by_status(response.status)
    raise malformed("有赞的应答无法识别，结果未知")


def _refused(told: Node, *, at_gateway: bool) -> IntegrationError:
    code = str(told.get("err_code", told.get("code", "")))
    words = str(told.get("err_msg") or told.get("msg") or told.get("message") or code)
    kind = _kind(code, words, at_gateway=at_gateway)
    return IntegrationError(
        words[:300],
        kind=kind,
        code=code,
        request_id=_trace(told),
        # What failed behind the gateway may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY and code not in codes.NOTHING_DONE,
    )


def _kind(code: str, words: str, *, at_gateway: bool) -> ErrorKind:
    if code in codes.ERRORS:
        return codes.ERRORS[code]
    text = words.lower()
    if any(word in text for word in messages.THROTTLED):
        return ErrorKind.THROTTLE
    if any(word in text for word in messages.NOT_ALLOWED):
        return ErrorKind.REAUTHORIZE
    # A business error may speak of a token too, of a buyer's coupon for one.
    if at_gateway and any(word in text for word in messages.TOKEN):
        return ErrorKind.REFRESH_TOKEN
    if any(word in text for word in messages.TROUBLE):
        return ErrorKind.RETRY
    return ErrorKind.FATAL


def _is_done(told: Node) -> bool:
    return str(told.get("err_code", told.get("code", ""))) == "0"


def _by_status(status: int) -> IntegrationError:
    kind = _BY_STATUS.get(status, ErrorKind.FATAL)
    return IntegrationError(f"HTTP {status}", kind=kind, code=f"http:{status}")


def _trace(told: Node) -> str:
    return str(told.get("trace_id") or "")
