"""Our line to a Douyin shop over scripted answers, without sockets."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_sync.connectors.doudian.authorizer import DoudianAuthorizer
from channels_sync.connectors.doudian.outbound import DoudianOutbound
from channels_sync.connectors.doudian.puller import DoudianPuller
from channels_sync.connectors.doudian.stock import DoudianStock
from tests.channels_sync.connectors import scripted

TOKEN = "dd-token-demo"
KEY, SECRET = "7000000000000000001", "dd-demo-secret-99887766"
ADDRESS = "https://kapok.example.com/doudian"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {"app_key": KEY, "app_secret": SECRET, "shop_id": "1234567"}


def recorded(name: str) -> Any:
    return scripted.recorded("doudian", name)


class Wire(scripted.Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: scripted.Step, base_url: str = ADDRESS) -> None:
        super().__init__(*steps, base_url=base_url)
        self.tokens = scripted.Tokens(TOKEN)

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


def done(**data: object) -> dict[str, Any]:
    """Write an answer that went well, with this data."""
    return {"code": 10000, "msg": "success", "sub_code": "", "log_id": "demo", "data": data}


def refused(code: int, sub_code: str, words: str = "不行") -> dict[str, Any]:
    return {"code": code, "msg": "", "sub_code": sub_code, "sub_msg": words, "log_id": "demo"}
