"""Our connectors on the line to a platform of the market, over real HTTP."""

from typing import Any

import httpx

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.outbound import Outbound
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.pulling import Puller
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.stocking import StockTaker
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.tokens import Authorizer, FixedToken
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.platform import App
from channels_sync.simulator.weidian.platform import HOOK_KEY
from channels_sync.simulator.woocommerce.platform import WEBHOOK_SECRET
from channels_sync.simulator.woocommerce.writing import COMPANY, NUMBER
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE

from .bench import Bench

FIELDS = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2", "is_paid": "1"}


class Lines:
    """One platform's lines, with keys and a token that a test may spoil."""

    def __init__(self, bench: Bench, kind: str, credentials: dict[str, str]) -> None:
        self.bench = bench
        self.kind = kind
        self.credentials = credentials
        self.token = self.app.access_token

    @property
    def app(self) -> App:
        return self.bench.simulator.booths[self.kind].platform.app

    @property
    def market(self) -> Market:
        return self.bench.simulator.booths[self.kind].market

    @property
    def puller(self) -> Puller:
        return pullers.get(self.kind)(**self.line())

    @property
    def outbound(self) -> Outbound:
        return outbounds.get(self.kind)(**self.line())

    @property
    def stock(self) -> StockTaker:
        return stock_takers.get(self.kind)(**self.line())

    @property
    def authorizer(self) -> Authorizer:
        line = self.line()
        return authorizers.get(self.kind)(credentials=line["credentials"], http=line["http"])

    def order(self, **fields: str) -> Order:
        """Place an order through the control page; fields may be overridden, "" leaves one out."""
        told = {key: value for key, value in (FIELDS | fields).items() if value}
        assert self.bench.press(f"{self.kind}/place", **told).status_code == 303
        return self.market.store.orders()[0]

    def now(self, number: str) -> Order:
        return self.market.order(number)

    def line(self) -> dict[str, Any]:
        """Return what a connector is built of."""
        http = Http(
            kind=self.kind,
            base_url=f"{self.bench.server.url}/{self.kind}",
            log=self.bench.records.append,
            retry=ONCE,
            timeouts=Timeouts(read=5),
            transport=httpx.HTTPTransport(),
        )
        return {"credentials": self.credentials, "http": http, "tokens": FixedToken(self.token)}


def doudian(bench: Bench) -> Lines:
    """Connect to the Douyin shop."""
    app = bench.simulator.booths["doudian"].platform.app
    keys = {"app_key": app.key, "app_secret": app.secret, "shop_id": app.shop_id}
    return Lines(bench, "doudian", keys)


def weidian(bench: Bench) -> Lines:
    """Connect to the Weidian shop."""
    app = bench.simulator.booths["weidian"].platform.app
    keys = {"app_key": app.key, "app_secret": app.secret, "hook_key": HOOK_KEY}
    return Lines(bench, "weidian", keys)


def taobao(bench: Bench) -> Lines:
    """Connect to the Taobao shop."""
    app = bench.simulator.booths["taobao"].platform.app
    return Lines(bench, "taobao", {"app_key": app.key, "app_secret": app.secret})


def pinduoduo(bench: Bench) -> Lines:
    """Connect to the shop at Pinduoduo."""
    app = bench.simulator.booths["pinduoduo"].platform.app
    return Lines(bench, "pinduoduo", {"client_id": app.key, "client_secret": app.secret})


def jd(bench: Bench) -> Lines:
    """Connect to the shop at JD."""
    app = bench.simulator.booths["jd"].platform.app
    return Lines(bench, "jd", {"app_key": app.key, "app_secret": app.secret})


def woocommerce(bench: Bench) -> Lines:
    """Connect to the shop on WordPress."""
    app = bench.simulator.booths["woocommerce"].platform.app
    keys = {
        "consumer_key": app.key,
        "consumer_secret": app.secret,
        "webhook_secret": WEBHOOK_SECRET,
        "tracking_meta": f"{COMPANY},{NUMBER}",
    }
    return Lines(bench, "woocommerce", keys)


def youzan(bench: Bench) -> Lines:
    """Connect to the Youzan shop."""
    app = bench.simulator.booths["youzan"].platform.app
    keys = {"client_id": app.key, "client_secret": app.secret, "kdt_id": app.shop_id}
    return Lines(bench, "youzan", keys)
