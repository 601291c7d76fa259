"""Open what JOS answers: refusals of the gateway, and those that hide in a success.

An HTTP 200 with the code "0" may still hold ``success`` false, as a truth value or as a text.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from channels_sync.connectors.jd import codes
from channels_sync.connectors.loose import Loose
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

Answer = Mapping[str, Any]

_KINDS = {
    "2": ErrorKind.THROTTLE,
    "11": ErrorKind.REAUTHORIZE,
    "12": ErrorKind.REAUTHORIZE,
    "19": ErrorKind.REFRESH_TOKEN,
    "43": ErrorKind.RETRY,
    "67": ErrorKind.RETRY,
}
"""By the gateway's ``code``: 2 too many calls, 11 and 12 the signature, 19 the token; of 43 and 67
(a service behind the gateway did not answer in time) no document was at hand."""
_HINT = timedelta(seconds=60)
_YES, _NO = (True, "true", "True"), (False, "false", "False")


def decode(response: HttpResponse) -> Answer:
    """Return the answer's object.

    :raises IntegrationError: if it is none
    """
    try:
        told = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise malformed("京东的应答无法解析，结果未知") from error
    if not isinstance(told, dict):
        raise malformed("京东的应答不是对象，结果未知")
    return told


def open_answer(response: HttpResponse) -> Answer:
    """Return the object inside an answer; JD spells its root ``..._responce``.

    :raises IntegrationError: in JD's words
    """
    told = decode(response)
    if "error_response" in told:
        raise _refused(told["error_response"])
    roots = [value for value in told.values() if isinstance(value, dict)]
    if len(roots) != 1:
        raise malformed("京东的应答里没有结果，结果未知")
    root: Answer = roots[0]
    code = str(root.get("code", "0"))
    if code != "0":
        raise _refused(root)
    results = [value for value in root.values() if isinstance(value, dict)]
    result: Answer = results[0] if len(results) == 1 else root
    verdict = result.get("apiResult") or result.get("api_jos_result")
    _check(verdict if isinstance(verdict, dict) else result)
    return result


def open_result(response: HttpResponse) -> Answer:
    """Return what an e-waybill method answers: an object with ``statusCode`` 0.

    It stands in ``resultInfo`` inside the root; of ``waybill.receive`` it was also seen without
    either around it.

    :raises IntegrationError: in JD's words
    """
    told = decode(response)
    if "error_response" in told:
        raise _refused(told["error_response"])
    result = _with_status(told)
    if result is None:
        raise malformed("京东电子面单的应答无法识别，结果未知")
    if str(result["statusCode"]) != "0":
        words = str(result.get("statusMessage") or codes.NO_WORDS)
        raise _not_done(words, f"status:{result['statusCode']}")
    return result


def open_printing(response: HttpResponse) -> Answer:
    """Return what a method of the cloud printing answers: ``returnType`` with a code of success.

    :raises IntegrationError: in JD's words
    """
    told = open_answer(response)
    if "code" not in told:
        raise malformed("京东云打印的应答无法识别，结果未知")
    if str(told["code"]) not in codes.PRINTING_DONE:
        raise _not_done(str(told.get("message") or codes.NO_WORDS), f"printing:{told['code']}")
    return told


def _with_status(node: Any) -> Answer | None:
    """Look as deep as three envelopes: the root, ``resultInfo``, and the result itself."""
    level = [node]
    for _depth in range(3):
        for each in level:
            if "statusCode" in each:
                found: Answer = each
                return found
        level = [one for each in level for one in each.values() if isinstance(one, dict)]
    return None


def _not_done(words: str, code: str) -> IntegrationError:
    is_late = any(word in words.lower() for word in codes.TIMEOUTS)
    return IntegrationError(
        words[:300],
        kind=ErrorKind.RETRY if is_late else ErrorKind.FATAL,
        code=code,
        outcome_unknown=is_late,
    )


def _check(verdict: Answer) -> None:
    """The verdict is ``success``; some answers tell only what was asked for, and that is a yes."""
    success = verdict.get("success", True)
    if success in _YES:
        return
    if success not in _NO:
        raise malformed("京东的应答里没有操作结果，结果未知")
    words = [verdict.get(key) for key in ("chineseErrCode", "englishErrCode", "errorMsg", "msg")]
    text = next((str(word) for word in words if word), codes.NO_WORDS)
    raise _not_done(text, str(verdict.get("numberCode") or verdict.get("code") or "not_done"))


def _refused(told: Any) -> IntegrationError:
    try:
        error = Loose.of(told, "error_response")
        code = error.text("code", limit=32)
        words = [error.text(key, limit=1000) for key in ("zh_desc", "en_desc", "msg")]
        request_id = error.text("requestId", limit=128)
    except Unreadable:
        raise malformed("京东的错误报文无法识别，结果未知") from None
    kind = _KINDS.get(code, ErrorKind.FATAL)
    return IntegrationError(
        next(filter(None, words), codes.NO_WORDS)[:300],
        kind=kind,
        code=code or "error_response",
        request_id=request_id,
        retry_after=_HINT if kind is ErrorKind.THROTTLE else None,
        # What timed out behind the gateway may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY,
    )
