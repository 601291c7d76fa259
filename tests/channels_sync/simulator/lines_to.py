"""Our connectors on the line to a platform of the market, over real HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.outbound import Outbound
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.pulling import OrderPage, Puller
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.stocking import StockTaker
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.tokens import Authorizer, FixedToken
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.straight import straight
from oms.dto import IncomingOrder, IncomingRefund
from oms.integration.errors import IntegrationError
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE

from .bench import Bench
from .keys import keys_of

FIELDS = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2", "is_paid": "1"}


class Lines:
    """One platform's lines, with keys and a token that a test may spoil."""

    def __init__(self, bench: Bench, platform: type[Platform]) -> None:
        self.bench = bench
        self.platform = platform
        self.kind = platform.key
        self.app = platform.app
        self.credentials = keys_of(platform)
        self.token = self.app.access_token

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

    def fetch(self, cursor: str | None = None, *, until: datetime | None = None) -> OrderPage:
        """Ask for the orders of an hour, until now where nothing else is said."""
        end = until or self.bench.now
        return self.puller.fetch_orders(since=end - timedelta(hours=1), until=end, cursor=cursor)

    def refusal(self) -> IntegrationError:
        """Ask, and return the platform's no."""
        with pytest.raises(IntegrationError) as caught:
            self.fetch()
        return caught.value

    def read(self, order: Order) -> IncomingOrder:
        """Ask for one order, and read it as the system does."""
        pulled = self.puller.fetch_order(order.number)
        assert pulled is not None
        return connectors.get(self.kind).read_order(pulled.payload)

    def read_refund(self, number: str) -> IncomingRefund:
        """Ask for one refund by the number we know it by, and read it as the system does."""
        pulled = self.puller.fetch_refund(number)
        assert pulled is not None
        return connectors.get(self.kind).read_refund(pulled.payload)

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
            transport=straight(),
        )
        return {"credentials": self.credentials, "http": http, "tokens": FixedToken(self.token)}
