"""What goes back over the line."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels_sync.simulator.faults import Fault, FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whole."""

    body: bytes
    status: int = 200
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Write a value as JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(body=body, status=status, headers=headers or {})


def troubled(
    fault: Fault | None, work: Callable[[], Reply], *, sleep: Callable[[float], None]
) -> Reply | None:
    """Answer by doing the work, or as the fault says; None: the line breaks without an answer."""
    match fault:
        case Fault(kind=FaultKind.SERVER_ERROR):
            return Reply(body=b"Internal Server Error", status=500, content_type="text/plain")
        case Fault(kind=FaultKind.THROTTLE, seconds=seconds):
            wait = {"Retry-After": str(int(seconds or 1))}
            return json_reply({"error": "too fast"}, status=429, headers=wait)
        case Fault(kind=FaultKind.REFUSE):
            return json_reply({"error": "refused", "text": "店铺拒绝了这个请求"}, status=422)
        case Fault(kind=FaultKind.DROP_BEFORE):
            return None
    reply = work()
    match fault:
        case Fault(kind=FaultKind.DROP_AFTER):
            return None
        case Fault(kind=FaultKind.DELAY, seconds=seconds):
            sleep(seconds)
        case Fault(kind=FaultKind.MALFORMED):
            return Reply(body=reply.body[: len(reply.body) // 2])
    return reply
