"""Our line to a Taobao shop over scripted answers, without sockets."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from channels_sync.connectors.taobao.authorizer import TaobaoAuthorizer
from channels_sync.connectors.taobao.mailbox import TaobaoMailbox
from channels_sync.connectors.taobao.outbound import TaobaoOutbound
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.connectors.taobao.stock import TaobaoStock
from channels_sync.connectors.tokens import FixedToken
from oms.integration.errors import IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

RECORDINGS = Path(__file__).parents[3] / "recordings"
TOKEN = "demo-session"
KEY, SECRET = "12345678", "demo-secret"
ADDRESS = "https://kapok.example.com/taobao"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {"app_key": KEY, "app_secret": SECRET}
Step = dict[str, Any] | httpx.Response | Callable[[httpx.Request], httpx.Response]


def recorded(name: str) -> Any:
    text = (RECORDINGS / "taobao" / f"{name}.json").read_text(encoding="utf-8")
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
            kind="taobao",
            base_url=base_url,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )

    @property
    def puller(self) -> TaobaoPuller:
        return TaobaoPuller(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def outbound(self) -> TaobaoOutbound:
        return TaobaoOutbound(
            credentials=CREDENTIALS, http=self.http, clock=lambda: NOW, tokens=self.tokens
        )

    @property
    def stock(self) -> TaobaoStock:
        return TaobaoStock(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def mailbox(self) -> TaobaoMailbox:
        return TaobaoMailbox(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def authorizer(self) -> TaobaoAuthorizer:
        return TaobaoAuthorizer(credentials=CREDENTIALS, http=self.http)

    def form(self, index: int = -1) -> Mapping[str, str]:
        body = self.requests[index].content.decode()
        return dict(parse_qsl(body, keep_blank_values=True))

    def methods(self) -> list[str]:
        return [self.form(at).get("method", "") for at in range(len(self.requests))]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        if callable(step):
            return step(request)
        return httpx.Response(200, json=step) if isinstance(step, dict) else step


def refused(code: int, sub_code: str = "", words: str = "不行") -> dict[str, Any]:
    told = {"code": code, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": words}
    return {"error_response": told | {"request_id": "demo"}}


def answer(method: str, **told: Any) -> dict[str, Any]:
    """Write an answer that went well, under the method's own name."""
    return {f"{method.removeprefix('taobao.').replace('.', '_')}_response": told}


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def caught(work: Callable[[], object]) -> IntegrationError:
    """Return the trouble that some work meets."""
    try:
        work()
    except IntegrationError as error:
        return error
    raise AssertionError("it went well")
