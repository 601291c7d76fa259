"""Our line to a Youzan shop over scripted answers, without sockets."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from channels_sync.connectors.tokens import FixedToken
from channels_sync.connectors.youzan.authorizer import YouzanAuthorizer
from channels_sync.connectors.youzan.outbound import YouzanOutbound
from channels_sync.connectors.youzan.puller import YouzanPuller
from channels_sync.connectors.youzan.stock import YouzanStock
from oms.integration.errors import IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

RECORDINGS = Path(__file__).parents[3] / "recordings"
TOKEN = "yz-token-demo"
ADDRESS = "https://kapok.example.com/youzan"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {
    "client_id": "yzclient0001",
    "client_secret": "yz-demo-secret-0123456789abcdef",
    "kdt_id": "160",
}
Step = dict[str, Any] | httpx.Response | Callable[[httpx.Request], httpx.Response]


def recorded(name: str) -> Any:
    text = (RECORDINGS / "youzan" / f"{name}.json").read_text(encoding="utf-8")
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
            kind="youzan",
            base_url=base_url,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )

    @property
    def puller(self) -> YouzanPuller:
        return YouzanPuller(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def outbound(self) -> YouzanOutbound:
        return YouzanOutbound(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def stock(self) -> YouzanStock:
        return YouzanStock(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def authorizer(self) -> YouzanAuthorizer:
        return YouzanAuthorizer(credentials=CREDENTIALS, http=self.http)

    def params(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    def query(self, index: int = -1) -> Mapping[str, str]:
        return dict(self.requests[index].url.params)

    def method(self, index: int = -1) -> str:
        return self.requests[index].url.path.removeprefix("/youzan/api/")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        if callable(step):
            return step(request)
        return httpx.Response(200, json=step) if isinstance(step, dict) else step


def done(**data: object) -> dict[str, Any]:
    """Write an answer that went well, with this data."""
    return {"success": True, "code": 200, "message": "successful", "data": data}


def refused(code: int, words: str) -> dict[str, Any]:
    return {"success": False, "code": code, "message": words, "data": None, "trace_id": "t"}


def at_gateway(code: int, words: str) -> dict[str, Any]:
    return {"gw_err_resp": {"err_code": code, "err_msg": words, "trace_id": "t"}}


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def caught(work: Callable[[], object]) -> IntegrationError:
    """Return the trouble that some work meets."""
    try:
        work()
    except IntegrationError as error:
        return error
    raise AssertionError("it went well")
