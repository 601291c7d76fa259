"""Open what TOP answers: everything comes as HTTP 200, and ``error_response`` says what it is."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels_sync.connectors.taobao import codes
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

Node = Mapping[str, Any]
_WAIT = re.compile(r"(\d{1,5}) more seconds")
_SHORTEST_WAIT = timedelta(seconds=1)


def open_answer(method: str, response: HttpResponse) -> Node:
    """Return what stands under the method's own name, which ends in ``_response``.

    :raises IntegrationError: in TOP's words
    """
    answer = response.json()
    if not isinstance(answer, dict):
        raise malformed("淘宝的应答无法识别，结果未知")
    if isinstance(answer.get("error_response"), dict):
        raise _refused(method, answer["error_response"])
    name = f"{method.removeprefix('taobao.').replace('.', '_')}_response"
    inner = answer.get(name)
    if not isinstance(inner, dict):
        raise malformed("淘宝的应答无法识别，结果未知")
    return inner


def wrapped(node: Node, outer: str, inner: str) -> list[Node]:
    """Return a list that TOP wraps twice (``trades.trade[]``); an empty one may be left out."""
    around = node.get(outer)
    found = around.get(inner) if isinstance(around, dict) else around
    if found is None:
        return []
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise malformed("淘宝的应答无法识别，结果未知")
    return found


def _refused(method: str, error: Node) -> IntegrationError:
    code, sub_code = str(error.get("code") or ""), str(error.get("sub_code") or "")
    words = str(error.get("sub_msg") or error.get("msg") or sub_code or "refused")
    kind = _kind(method, code, sub_code, words)
    return IntegrationError(
        words[:300],
        kind=kind,
        code=sub_code if sub_code and kind is not ErrorKind.REFRESH_TOKEN else code,
        request_id=str(error.get("request_id") or ""),
        retry_after=_wait(words) if kind is ErrorKind.THROTTLE else None,
        # What failed behind the gateway may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY,
    )


def _kind(method: str, code: str, sub_code: str, words: str) -> ErrorKind:
    """``sub_code`` first: 15 stands for their trouble and for our mistakes alike."""
    if sub_code.startswith(codes.THROTTLED):
        return ErrorKind.THROTTLE
    if sub_code in codes.SUB_ERRORS:
        return codes.SUB_ERRORS[sub_code]
    if sub_code.startswith(codes.THEIR_TROUBLE):
        return ErrorKind.RETRY
    if method.startswith(codes.SHIPPING) and any(said in words for said in codes.SHIPPED_BEFORE):
        return ErrorKind.TREAT_AS_DONE
    number = int(code) if code.isdecimal() else 0
    return codes.ERRORS.get(number, ErrorKind.FATAL)


def _wait(words: str) -> timedelta:
    found = _WAIT.search(words)
    return max(timedelta(seconds=int(found[1])) if found else _SHORTEST_WAIT, _SHORTEST_WAIT)
