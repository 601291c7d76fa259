"""Open what Weidian answers: always HTTP 200, and ``status.status_code`` says whether it is one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from channels_sync.connectors.weidian import codes
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

Node = Mapping[str, Any]
_DONE = "0"


@dataclass(frozen=True, slots=True)
class Answer:
    """``told_at`` is the platform's clock as it answered; None where it does not show it."""

    result: Any
    told_at: datetime | None


def open_answer(response: HttpResponse) -> Answer:
    """Return the result of an answer.

    :raises IntegrationError: in Weidian's words
    """
    try:
        answer = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise malformed("微店的应答无法解析，结果未知") from None
    status = answer.get("status") if isinstance(answer, dict) else None
    if not isinstance(status, dict) or status.get("status_code") is None:
        raise malformed("微店的应答里没有状态，结果未知")
    code = str(status["status_code"])
    if code != _DONE:
        raise _refused(code, str(status.get("status_reason") or ""))
    return Answer(answer.get("result"), _clock(response))


def _refused(code: str, words: str) -> IntegrationError:
    kind = _kind(code, words.lower())
    return IntegrationError(
        words[:300] or f"微店返回错误 {code}",
        kind=kind,
        code=code,
        # What failed behind the gateway may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY,
    )


def _kind(code: str, words: str) -> ErrorKind:
    if code in codes.ERRORS:
        return codes.ERRORS[code]
    if any(word in words for word in codes.THROTTLED):
        return ErrorKind.THROTTLE
    if any(word in words for word in codes.TROUBLE):
        return ErrorKind.RETRY
    return ErrorKind.FATAL


def _clock(response: HttpResponse) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
