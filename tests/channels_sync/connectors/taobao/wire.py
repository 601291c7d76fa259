"""Our line to a Taobao shop over scripted answers, without sockets."""

from datetime import UTC, datetime
from typing import Any

from channels_sync.connectors.taobao.authorizer import TaobaoAuthorizer
from channels_sync.connectors.taobao.mailbox import TaobaoMailbox
from channels_sync.connectors.taobao.outbound import TaobaoOutbound
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.connectors.taobao.stock import TaobaoStock
from tests.channels_sync.connectors import scripted

TOKEN = "demo-session"
KEY, SECRET = "12345678", "demo-secret"
ADDRESS = "https://kapok.example.com/taobao"
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
CREDENTIALS = {"app_key": KEY, "app_secret": SECRET}


def recorded(name: str) -> Any:
    return scripted.recorded("taobao", name)


class Wire(scripted.Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: scripted.Step, base_url: str = ADDRESS) -> None:
        super().__init__(*steps, base_url=base_url)
        self.tokens = scripted.Tokens(TOKEN)

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

    def methods(self) -> list[str]:
        return [self.form(at).get("method", "") for at in range(len(self.requests))]


def refused(code: int, sub_code: str = "", words: str = "不行") -> dict[str, Any]:
    told = {"code": code, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": words}
    return {"error_response": told | {"request_id": "demo"}}


def answer(method: str, **told: Any) -> dict[str, Any]:
    """Write an answer that went well, under the method's own name."""
    return {f"{method.removeprefix('taobao.').replace('.', '_')}_response": told}
