"""Our line to a WooCommerce shop over scripted answers, without sockets."""

import json
from typing import Any

import httpx

from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.ledger import WooCommerceLedger
from channels_sync.connectors.woocommerce.outbound import WooCommerceOutbound
from channels_sync.connectors.woocommerce.puller import WooCommercePuller
from channels_sync.connectors.woocommerce.stock import WooCommerceStock
from tests.channels_sync.connectors.scripted import Script, clock
from tests.channels_sync.connectors.scripted import recorded as recording

ADDRESS = "https://kapok.example.com"
CREDENTIALS = {
    "consumer_key": "ck_invented",
    "consumer_secret": "cs_invented",
    "webhook_secret": "woo-webhook-secret",
}


def recorded(name: str) -> Any:
    return recording("woocommerce", name)


def listed(*rows: Any, total: int | None = None, pages: int = 1) -> httpx.Response:
    """Answer with a list, its length in the headers."""
    headers = {"X-WP-Total": str(total or len(rows)), "X-WP-TotalPages": str(pages)}
    return httpx.Response(200, json=list(rows), headers=headers)


class Wire(Script):
    """Answers in turn; a dictionary is the whole body of an HTTP 200."""

    def __init__(self, *steps: Any, base_url: str = ADDRESS) -> None:
        super().__init__(*steps, base_url=base_url)
        self.more: dict[str, str] = {}

    @property
    def api(self) -> Api:
        return Api(CREDENTIALS, self.http, clock=clock)

    @property
    def puller(self) -> WooCommercePuller:
        return WooCommercePuller(credentials=CREDENTIALS, http=self.http)

    @property
    def outbound(self) -> WooCommerceOutbound:
        return WooCommerceOutbound(credentials=CREDENTIALS | self.more, http=self.http, clock=clock)

    @property
    def stock(self) -> WooCommerceStock:
        return WooCommerceStock(credentials=CREDENTIALS, http=self.http, clock=clock)

    @property
    def ledger(self) -> WooCommerceLedger:
        return WooCommerceLedger(credentials=CREDENTIALS, http=self.http)

    def asked(self, index: int = -1) -> tuple[str, str]:
        request = self.requests[index]
        return request.method, request.url.path.removeprefix("/wp-json/wc/v3")

    def params(self, index: int = -1) -> dict[str, str]:
        return dict(self.requests[index].url.params)

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)
