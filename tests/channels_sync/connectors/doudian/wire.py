"""Our line to a Douyin shop over scripted answers, without sockets."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from channels_sync.connectors.doudian.authorizer import DoudianAuthorizer
from channels_sync.connectors.doudian.outbound import DoudianOutbound
from channels_sync.connectors.doudian.puller import DoudianPuller
from channels_sync.connectors.doudian.stock import DoudianStock
from channels_sync.connectors.tokens import FixedToken
from oms.integration.errors import IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

RECORDINGS = Path(__file__).parents[3] / "recordings"
TOKEN = "dd-token-demo"
KEY, SECRET = "7000000000000000001", "dd-demo-secret-99887766"
ADDRESS = "https://kapok.example.com/doudian"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {"app_key": KEY, "app_secret": SECRET, "shop_id": "1234567"}
Step = dict[str, Any] | httpx.Response | Callable[[httpx.Request], httpx.Response]


def recorded(name: str) -> Any:
    text = (RECORDINGS / "doudian" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


class OtherToken:
    """A token that was refused once, and the one after it."""

    def __init__(self) -> None:
        self.renewed: list[str] = []

    def current(self) -> str:
        return "stale"

    def renew(self, stale: str) -> str:
        self.renewed.append(stale)
        return "fresh"


class Wire:
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: Step, base_url: str = ADDRESS) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.records: list[CallRecord] = []
        self.tokens: Any = FixedToken(TOKEN)
        self.http = Http(
            kind="doudian",
            base_url=base_url,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )

    @property
    def puller(self) -> DoudianPuller:
        return DoudianPuller(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def outbound(self) -> DoudianOutbound:
        return DoudianOutbound(
            credentials=CREDENTIALS, http=self.http, tokens=self.tokens, clock=lambda: NOW
        )

    @property
    def stock(self) -> DoudianStock:
        return DoudianStock(
            credentials=CREDENTIALS, http=self.http, tokens=self.tokens, clock=lambda: NOW
        )

    @property
    def authorizer(self) -> DoudianAuthorizer:
        return DoudianAuthorizer(credentials=CREDENTIALS, http=self.http)

    def params(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    def query(self, index: int = -1) -> Mapping[str, str]:
        return dict(self.requests[index].url.params)

    def path(self, index: int = -1) -> str:
        return self.requests[index].url.path

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        if callable(step):
            return step(request)
        return httpx.Response(200, json=step) if isinstance(step, dict) else step


def done(**data: object) -> dict[str, Any]:
    """Write an answer that went well, with this data."""
    return {"code": 10000, "msg": "success", "sub_code": "", "log_id": "demo", "data": data}


def refused(code: int, sub_code: str, words: str = "不行") -> dict[str, Any]:
    return {"code": code, "msg": "", "sub_code": sub_code, "sub_msg": words, "log_id": "demo"}


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def caught(work: Callable[[], object]) -> IntegrationError:
    """Return the trouble that some work meets."""
    try:
        work()
    except IntegrationError as error:
        return error
    raise AssertionError("it went well")
