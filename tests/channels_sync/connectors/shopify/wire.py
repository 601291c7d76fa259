"""Our line to a Shopify shop over scripted answers, without sockets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from channels_sync.connectors.shopify.puller import ShopifyPuller
from channels_sync.connectors.shopify.stock import ShopifyStock
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

RECORDINGS = Path(__file__).parents[3] / "recordings"
TOKEN = "shpat_invented"
ADDRESS = "https://kapok.example.com"
Step = dict[str, Any] | httpx.Response | Callable[[httpx.Request], httpx.Response]


def recorded(name: str) -> Any:
    text = (RECORDINGS / "shopify" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


class Wire:
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: Step, token: str = TOKEN) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.records: list[CallRecord] = []
        self.http = Http(
            kind="shopify",
            base_url=ADDRESS,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )
        self.credentials = {"access_token": token}

    @property
    def puller(self) -> ShopifyPuller:
        return ShopifyPuller(credentials=self.credentials, http=self.http)

    @property
    def outbound(self) -> ShopifyOutbound:
        return ShopifyOutbound(credentials=self.credentials, http=self.http)

    @property
    def stock(self) -> ShopifyStock:
        return ShopifyStock(credentials=self.credentials, http=self.http)

    def variables(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)["variables"]

    def document(self, index: int = -1) -> str:
        return str(json.loads(self.requests[index].content)["query"])

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        if callable(step):
            return step(request)
        return httpx.Response(200, json=step) if isinstance(step, dict) else step


def data(**roots: object) -> dict[str, Any]:
    """Write an answer with these root fields."""
    return {"data": roots}


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)
