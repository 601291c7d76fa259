"""Scripted answers in place of a platform, without sockets."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

RECORDINGS = Path(__file__).parents[2] / "recordings"
CLOCK = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
Step = dict[str, Any] | httpx.Response | Callable[[httpx.Request], httpx.Response]


def recorded(platform: str, name: str) -> Any:
    return json.loads((RECORDINGS / platform / f"{name}.json").read_text(encoding="utf-8"))


def clock() -> datetime:
    return CLOCK


class Tokens:
    """A token that can be renewed as often as there are names left."""

    def __init__(self, *names: str) -> None:
        self.names = list(names or ("token-1", "token-2"))
        self.refused: list[str] = []

    def current(self) -> str:
        return self.names[0]

    def renew(self, stale: str) -> str:
        self.refused.append(stale)
        self.names.pop(0)
        if not self.names:
            raise IntegrationError("gone", kind=ErrorKind.REAUTHORIZE)
        return self.names[0]


class Script:
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: Step, base_url: str = "https://platform.example.com") -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.records: list[CallRecord] = []
        self.tokens = Tokens()
        self.http = Http(
            kind="scripted",
            base_url=base_url,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )

    def form(self, index: int = -1) -> Mapping[str, str]:
        return dict(parse_qsl(self.requests[index].content.decode(), keep_blank_values=True))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        if callable(step):
            return step(request)
        return httpx.Response(200, json=step) if isinstance(step, dict) else step


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def caught(work: Callable[[], object]) -> IntegrationError:
    """Return the trouble that some work meets."""
    with pytest.raises(IntegrationError) as trouble:
        work()
    return trouble.value
