"""Which of the six classes each platform's recorded refusals belong to.

A label is the recording's own; the class is what this system makes of it. A token that is refused
may be renewable, whatever the recording calls it, so a fresh one is tried first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from oms.integration.errors import ErrorKind

RECORDINGS = Path(__file__).parents[2] / "recordings"
FILES = {path.parent.name: path for path in sorted(RECORDINGS.glob("*/errors.json"))}

CLASSES: dict[str, dict[str, ErrorKind]] = {
    "doudian": {
        "refresh_token": ErrorKind.REFRESH_TOKEN,
        "throttle": ErrorKind.THROTTLE,
        "retry": ErrorKind.RETRY,
        "fatal_param": ErrorKind.FATAL,
        "fatal_sign": ErrorKind.FATAL,
        "reauthorize": ErrorKind.REAUTHORIZE,
        "treat_as_done": ErrorKind.TREAT_AS_DONE,
    },
    "jd": {
        "throttle": ErrorKind.THROTTLE,
        "reauthorize": ErrorKind.REFRESH_TOKEN,
        "fatal_sign": ErrorKind.REAUTHORIZE,
        "retry": ErrorKind.RETRY,
        "business_inside_200": ErrorKind.FATAL,
    },
    "pinduoduo": {
        "refresh_token": ErrorKind.REFRESH_TOKEN,
        "throttle": ErrorKind.THROTTLE,
        "retry": ErrorKind.RETRY,
        "fatal_business": ErrorKind.FATAL,
    },
    "shopify": {
        "throttle_graphql": ErrorKind.THROTTLE,
        "throttle_rest": ErrorKind.THROTTLE,
        "reauthorize": ErrorKind.REAUTHORIZE,
        "access_denied": ErrorKind.FATAL,
    },
    "taobao": {
        "retry": ErrorKind.RETRY,
        "throttle": ErrorKind.THROTTLE,
        "reauthorize": ErrorKind.REFRESH_TOKEN,
        "fatal_sign": ErrorKind.FATAL,
        "fatal_business": ErrorKind.FATAL,
    },
    "weidian": {"refresh_token": ErrorKind.REFRESH_TOKEN, "fatal": ErrorKind.FATAL},
    "woocommerce": {
        "auth": ErrorKind.REAUTHORIZE,
        "not_found": ErrorKind.FATAL,
        "retry": ErrorKind.RETRY,
    },
    "youzan": {
        "refresh_token": ErrorKind.REFRESH_TOKEN,
        "throttle": ErrorKind.THROTTLE,
        "business": ErrorKind.FATAL,
        "legacy_v3": ErrorKind.RETRY,
    },
}
WITHOUT_ERRORS_OF_ITS_OWN = frozenset({"webhook"})
"""An own site answers with HTTP statuses; they are read in one place for all."""

FOR_ALL = frozenset({ErrorKind.RETRY, ErrorKind.THROTTLE, ErrorKind.REAUTHORIZE, ErrorKind.FATAL})
"""Classes that every platform has; a token is renewed where there is one."""

KNOWN_FROM_ELSEWHERE: dict[str, dict[ErrorKind, dict[str, Any]]] = {
    "pinduoduo": {
        ErrorKind.REAUTHORIZE: {
            "error_response": {"error_code": 20004, "error_msg": "签名错误", "request_id": "demo"}
        },
    },
    "shopify": {
        ErrorKind.RETRY: {"errors": [{"extensions": {"code": "INTERNAL_SERVER_ERROR"}}]},
    },
    "taobao": {
        ErrorKind.REAUTHORIZE: {"error_response": {"code": 26, "msg": "Missing session"}},
    },
    "weidian": {
        ErrorKind.THROTTLE: {"status": {"status_code": 99, "status_reason": "调用过于频繁"}},
        ErrorKind.RETRY: {"status": {"status_code": 98, "status_reason": "系统繁忙"}},
    },
    "youzan": {
        ErrorKind.REAUTHORIZE: {"gw_err_resp": {"err_code": 4007, "err_msg": "无权限访问该接口"}},
    },
}
"""Classes that a platform's file of errors lacks, in the shapes and words of its documents."""
BY_STATUS = {
    "weidian": {ErrorKind.REAUTHORIZE: 403},
    "woocommerce": {ErrorKind.THROTTLE: 429},
}
"""Classes that a platform, or the server in front of it, tells by its HTTP status alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One refusal of one platform."""

    platform: str
    label: str
    kind: ErrorKind
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.platform}-{self.label}"

    def answer(self) -> httpx.Response:
        if isinstance(self.body, str):
            return httpx.Response(self.status, text=self.body, headers=self.headers)
        return httpx.Response(self.status, json=self.body, headers=self.headers)

    @property
    def request_no(self) -> str:
        """Return the number that the platform gave the call; empty where it gives none."""
        text = json.dumps(self.body)
        return "demo" if any(f'"{key}": "demo"' in text for key in _NUMBERS) else ""


_NUMBERS = ("request_id", "log_id", "trace_id")


def recorded(platform: str) -> list[dict[str, Any]]:
    told = json.loads(FILES[platform].read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = told["cases"] if isinstance(told, dict) else told
    return rows


def cases() -> Iterator[Case]:
    for platform, kinds in CLASSES.items():
        for at, row in enumerate(recorded(platform)):
            yield Case(
                platform=platform,
                label=f"{row['kind']}-{at}",
                kind=kinds[row["kind"]],
                body=row["body"],
                status=row.get("http", 200),
                headers=row.get("headers", {}),
            )
        for kind, body in KNOWN_FROM_ELSEWHERE.get(platform, {}).items():
            yield Case(platform=platform, label=f"elsewhere-{kind}", kind=kind, body=body)
        for kind, status in BY_STATUS.get(platform, {}).items():
            yield Case(platform=platform, label=f"http-{status}", kind=kind, body="", status=status)
