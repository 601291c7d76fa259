"""Our lines to the simulated Taobao shop, over real HTTP."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels_sync.connectors.outbound import LineUnits, ShipmentPush
from channels_sync.connectors.taobao.authorizer import TaobaoAuthorizer
from channels_sync.connectors.taobao.mailbox import TaobaoMailbox
from channels_sync.connectors.taobao.outbound import TaobaoOutbound
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.connectors.taobao.stock import TaobaoStock
from channels_sync.connectors.tokens import FixedToken
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.straight import straight
from channels_sync.simulator.taobao.platform import Taobao
from oms.dto import ShipmentNotice
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE
from tests.channels_sync.simulator.bench import Bench

APP = Taobao.app
FIELDS = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2", "is_paid": "1"}


@dataclass
class Shop:
    """The shop, and what we say to it with."""

    bench: Bench
    token: str = APP.access_token
    secret: str = APP.secret
    lines: dict[str, Any] = field(default_factory=dict)

    @property
    def market(self) -> Market:
        return self.bench.simulator.booths["taobao"].market

    @property
    def http(self) -> Http:
        return Http(
            kind="taobao",
            base_url=f"{self.bench.server.url}/taobao",
            log=self.bench.records.append,
            retry=ONCE,
            timeouts=Timeouts(read=5),
            transport=straight(),
        )

    @property
    def credentials(self) -> dict[str, str]:
        return {"app_key": APP.key, "app_secret": self.secret}

    def line(self) -> dict[str, Any]:
        return {
            "credentials": self.credentials,
            "http": self.http,
            "tokens": FixedToken(self.token),
        }

    @property
    def puller(self) -> TaobaoPuller:
        return TaobaoPuller(**self.line())

    @property
    def outbound(self) -> TaobaoOutbound:
        return TaobaoOutbound(**self.line(), clock=lambda: self.bench.now)

    @property
    def stock(self) -> TaobaoStock:
        return TaobaoStock(**self.line(), clock=lambda: self.bench.now)

    @property
    def mailbox(self) -> TaobaoMailbox:
        return TaobaoMailbox(**self.line(), clock=lambda: self.bench.now)

    @property
    def authorizer(self) -> TaobaoAuthorizer:
        return TaobaoAuthorizer(credentials=self.credentials, http=self.http)

    def place(self, **fields: str) -> Order:
        """Place an order through the control page."""
        assert self.bench.press("taobao/place", **(FIELDS | fields)).status_code == 303
        return self.market.store.orders()[0]

    def window(self) -> dict[str, datetime]:
        now = self.bench.now
        return {"since": now - timedelta(minutes=20), "until": now + timedelta(minutes=10)}


def parcel(order: Order, *lines: str, number: str = "SF1") -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no=order.number,
        carrier="sf",
        waybill_no=number,
        shipped_at=order.created_at,
    )
    chosen = lines or tuple(line.number for line in order.lines)
    units = tuple(LineUnits(channel_line_no=each, quantity=1) for each in chosen)
    return ShipmentPush(key=number, package_no="PK1", notice=notice, lines=units)
