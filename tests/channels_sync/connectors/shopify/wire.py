"""Our line to a Shopify shop over scripted answers, without sockets."""

import json
from typing import Any

from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from channels_sync.connectors.shopify.puller import ShopifyPuller
from channels_sync.connectors.shopify.stock import ShopifyStock
from tests.channels_sync.connectors import scripted

TOKEN = "shpat_invented"
ADDRESS = "https://kapok.example.com"


def recorded(name: str) -> Any:
    return scripted.recorded("shopify", name)


class Wire(scripted.Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: scripted.Step, token: str = TOKEN) -> None:
        super().__init__(*steps, base_url=ADDRESS)
        self.credentials = {"access_token": token}

    @property
    def puller(self) -> ShopifyPuller:
        return ShopifyPuller(credentials=self.credentials, http=self.http)

    @property
    def puller_with_tokens(self) -> ShopifyPuller:
        """Ask with tokens that can be renewed."""
        return ShopifyPuller(credentials=self.credentials, http=self.http, tokens=self.tokens)

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


def data(**roots: object) -> dict[str, Any]:
    """Write an answer with these root fields."""
    return {"data": roots}
