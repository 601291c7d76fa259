"""What goes over the wire and what is written down about it, as values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from oms.integration.errors import ErrorKind, IntegrationError

FORM = "application/x-www-form-urlencoded;charset=UTF-8"
JSON = "application/json;charset=UTF-8"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, its body already the exact bytes that were signed.

    ``path`` is added to the base URL; an absolute URL is used as it is. ``accept`` names statuses
    outside 2xx whose body the caller wants to read itself (a platform that answers 400 with JSON).
    """

    operation: str
    method: str = "POST"
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    accept: frozenset[int] = frozenset()


def form_request(operation: str, fields: Mapping[str, str], *, path: str = "") -> HttpRequest:
    """Build a POST of form fields."""
    content = urlencode(fields).encode()
    return HttpRequest(operation=operation, path=path, content=content, content_type=FORM)


def multipart_request(
    operation: str, fields: Mapping[str, str], files: Mapping[str, bytes], *, path: str = ""
) -> HttpRequest:
    """Build a POST of form fields and JPEG photographs (RFC 7578)."""
    mark = uuid4().hex
    parts = [_part(mark, f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name, content in files.items():
        head = f'name="{name}"; filename="{name}.jpg"\r\nContent-Type: image/jpeg'
        parts.append(_part(mark, head, content))
    content = b"".join([*parts, f"--{mark}--\r\n".encode()])
    kind = f"{MULTIPART};boundary={mark}"
    return HttpRequest(operation=operation, path=path, content=content, content_type=kind)


def _part(mark: str, head: str, content: bytes) -> bytes:
    start = f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n"
    return start.encode() + content + b"\r\n"


def json_request(
    operation: str, text: str, *, path: str = "", headers: Mapping[str, str] | None = None
) -> HttpRequest:
    """Build a POST of JSON text that is sent as it stands: what was signed is what is sent."""
    return HttpRequest(
        operation=operation,
        path=path,
        headers=headers or {},
        content=text.encode(),
        content_type=JSON,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """An answer, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """Decode the body.

        :raises IntegrationError: not JSON; the request may have been carried out
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise malformed("对方的应答无法解析，结果未知") from error


def malformed(message: str, *, request_id: str = "") -> IntegrationError:
    """Build the error for an answer that says nothing we can read: done or not, nobody knows."""
    return IntegrationError(
        message,
        kind=ErrorKind.RETRY,
        code="malformed",
        request_id=request_id,
        outcome_unknown=True,
    )


class CallOutcome(StrEnum):
    """How a call ended, as far as we know."""

    OK = "ok"
    DONE_BEFORE = "done_before"
    REFUSED = "refused"
    THROTTLED = "throttled"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One attempt, fit to be stored: bodies masked, URL without its query, no headers."""

    kind: str
    operation: str
    method: str
    url: str
    attempt: int
    status: int | None
    duration_ms: int
    outcome: CallOutcome
    request_body: str = ""
    response_body: str = ""
    error_kind: str = ""
    error_code: str = ""
    error: str = ""
    request_id: str = ""


def outcome_of(error: IntegrationError) -> CallOutcome:
    """Say in one word what an error means for the work that was asked for."""
    if error.outcome_unknown:
        return CallOutcome.UNKNOWN
    match error.kind:
        case ErrorKind.THROTTLE:
            return CallOutcome.THROTTLED
        case ErrorKind.TREAT_AS_DONE:
            return CallOutcome.DONE_BEFORE
        case ErrorKind.RETRY:
            return CallOutcome.FAILED
    return CallOutcome.REFUSED
