"""Our line to a Weidian shop over scripted answers, without sockets."""

import json
from datetime import UTC, datetime
from typing import Any

from channels_sync.connectors.weidian.api import Api
from channels_sync.connectors.weidian.authorizer import WeidianAuthorizer
from channels_sync.connectors.weidian.ledger import WeidianLedger
from channels_sync.connectors.weidian.outbound import WeidianOutbound
from channels_sync.connectors.weidian.puller import WeidianPuller
from channels_sync.connectors.weidian.stock import WeidianStock
from tests.channels_sync.connectors.scripted import Script
from tests.channels_sync.connectors.scripted import recorded as recording

NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
ADDRESS = "https://kapok.example.com/weidian"
CREDENTIALS = {
    "app_key": "demo",
    "app_secret": "wd-invented-secret",
    "hook_key": "invented-hook-key",
    "carriers": "sf=3",
}


def recorded(name: str) -> Any:
    return recording("weidian", name)


def done(result: Any) -> dict[str, Any]:
    return {"status": {"status_code": 0, "status_reason": ""}, "result": result}


def refused(code: int, words: str) -> dict[str, Any]:
    return {"status": {"status_code": code, "status_reason": words}}


class Wire(Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: Any, base_url: str = ADDRESS) -> None:
        super().__init__(*steps, base_url=base_url)

    @property
    def api(self) -> Api:
        return Api(self.http, self.tokens)

    @property
    def puller(self) -> WeidianPuller:
        return WeidianPuller(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def outbound(self) -> WeidianOutbound:
        return WeidianOutbound(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def stock(self) -> WeidianStock:
        return WeidianStock(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def ledger(self) -> WeidianLedger:
        return WeidianLedger(credentials=CREDENTIALS, http=self.http, tokens=self.tokens)

    @property
    def authorizer(self) -> WeidianAuthorizer:
        return WeidianAuthorizer(credentials=CREDENTIALS, http=self.http)

    def params(self, index: int = -1) -> Any:
        return json.loads(self.form(index)["param"])

    def public(self, index: int = -1) -> Any:
        return json.loads(self.form(index)["public"])
