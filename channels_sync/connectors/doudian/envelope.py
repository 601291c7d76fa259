"""Open what Doudian answers: everything comes as HTTP 200, and ``code`` says what it is."""

from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.doudian import codes
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

Node = Mapping[str, Any]


def open_answer(response: HttpResponse) -> Node:
    """Return the ``data`` of an answer; an empty object where it has none.

    :raises IntegrationError: in Doudian's words
    """
    answer = response.json()
    if not isinstance(answer, dict) or "code" not in answer:
        raise malformed("抖店的应答无法识别，结果未知")
    if answer["code"] != codes.DONE:
        raise _refused(answer)
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _refused(answer: Node) -> IntegrationError:
    sub_code = str(answer.get("sub_code") or "")
    kind = _kind(answer["code"], sub_code)
    words = str(answer.get("sub_msg") or answer.get("msg") or sub_code or "refused")
    return IntegrationError(
        words[:300],
        kind=kind,
        code=sub_code or str(answer["code"]),
        request_id=str(answer.get("log_id") or ""),
        # What failed behind the gateway may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY and sub_code not in codes.NOTHING_DONE,
    )


def _kind(code: object, sub_code: str) -> ErrorKind:
    """``sub_code`` first: 40003 stands for a token, a signature and a wrong field alike."""
    if sub_code.startswith(codes.NO_TOKEN_GIVEN):
        return ErrorKind.REAUTHORIZE
    by_code = codes.ERRORS.get(code, ErrorKind.FATAL) if isinstance(code, int) else ErrorKind.FATAL
    return codes.SUB_ERRORS.get(sub_code, by_code)
