"""An SF carrier over a scripted gateway, without sockets."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from oms.integration.http import Clockwork, Http
from oms.integration.pacing import RetryPolicy
from oms.integration.wire import CallRecord
from tests.warehouse.carriers.samples import recorded
from warehouse.carriers.sf.carrier import SfCarrier

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CREDENTIALS = {
    "partner_id": "TESTPARTNER",
    "checkword": "TESTcheckword0123456789abcdefGHIJ",
    "monthly_card": "7551234567",
    "base_url": "https://sf.example.com/std/service",
}
Step = str | Callable[[httpx.Request], httpx.Response]


class Wire:
    """Answers in turn with recordings (by name) or with what a function makes."""

    def __init__(self, *steps: Step, tries: int = 1, **credentials: str) -> None:
        self.steps = list(steps)
        self.calls: list[dict[str, str]] = []
        self.requests: list[httpx.Request] = []
        self.records: list[CallRecord] = []
        self.slept: list[float] = []
        self.carrier = self._carrier({**CREDENTIALS, **credentials}, tries)

    @property
    def services(self) -> list[str]:
        return [call["serviceCode"] for call in self.calls]

    def message(self, index: int = -1) -> Any:
        """Decode the msgData of a call."""
        return json.loads(self.calls[index]["msgData"])

    def _carrier(self, credentials: dict[str, str], tries: int) -> SfCarrier:
        http = Http(
            kind="sf",
            base_url=credentials["base_url"],
            log=self.records.append,
            retry=RetryPolicy(tries=tries),
            transport=httpx.MockTransport(self._answer),
            clockwork=Clockwork(clock=lambda: 0.0, sleep=self.slept.append, jitter=lambda: 0.0),
        )
        return SfCarrier(credentials=credentials, http=http, clock=lambda: NOW)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "POST":
            self.calls.append(dict(parse_qsl(request.read().decode())))
        step = self.steps.pop(0)
        return step(request) if callable(step) else httpx.Response(200, json=recorded(f"sf/{step}"))


def timeout(request: httpx.Request) -> httpx.Response:
    """Take the request and never answer."""
    raise httpx.ReadTimeout("no answer", request=request)


def unreachable(request: httpx.Request) -> httpx.Response:
    """Never take the request."""
    raise httpx.ConnectError("nobody there", request=request)


def code(value: str) -> Step:
    """Answer with a gateway code."""
    envelope = {"apiErrorMsg": value, "apiResultCode": value, "apiResultData": None}
    return lambda _request: httpx.Response(200, json=envelope)
