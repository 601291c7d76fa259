"""Our line to a Youzan shop over scripted answers, without sockets."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_sync.connectors.youzan.authorizer import YouzanAuthorizer
from channels_sync.connectors.youzan.outbound import YouzanOutbound
from channels_sync.connectors.youzan.puller import YouzanPuller
from channels_sync.connectors.youzan.stock import YouzanStock
from tests.channels_sync.connectors import scripted

TOKEN = "yz-token-demo"
ADDRESS = "https://kapok.example.com/youzan"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {
    "client_id": "yzclient0001",
    "client_secret": "yz-demo-secret-0123456789abcdef",
    "kdt_id": "160",
}


def recorded(name: str) -> Any:
    return scripted.recorded("youzan", name)


class Wire(scripted.Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: scripted.Step, base_url: str = ADDRESS) -> None:
        super().__init__(*steps, base_url=base_url)
        self.tokens = scripted.Tokens(TOKEN)

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


def done(**data: object) -> dict[str, Any]:
    """Write an answer that went well, with this data."""
    return {"success": True, "code": 200, "message": "successful", "data": data}


def refused(code: int, words: str) -> dict[str, Any]:
    return {"success": False, "code": code, "message": words, "data": None, "trace_id": "t"}


def at_gateway(code: int, words: str) -> dict[str, Any]:
    return {"gw_err_resp": {"err_code": code, "err_msg": words, "trace_id": "t"}}
