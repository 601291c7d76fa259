"""One shop of the market, connected to the system: the worker's turns, over real HTTP."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.tokens import TokenReply
from channels_sync.models import ChannelHint, ChannelToken, Lane, StoreConnection, SyncCursor
from channels_sync.services import hints, intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.services.tokens import keep_token, token_source
from channels_sync.simulator.goods import BY_CODE
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.market.refunds import Refund, RefundKind
from channels_sync.simulator.straight import straight
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.models import Order
from tests.channels_sync.push.parcels import parcel, whole
from tests.factories.oms import SkuFactory, StoreFactory

from .bench import Bench
from .keys import keys_of

_NO_END = float("inf")


@dataclass
class Journey:
    """Time goes by on both sides together."""

    bench: Bench
    clock: time_machine.Traveller
    platform: type[Platform]
    connection: StoreConnection = field(init=False)

    def __post_init__(self) -> None:
        self.clock.move_to(self.bench.now)
        app, now = self.platform.app, self.bench.now
        store = StoreFactory.create(code=app.store, maps_by_code=True)
        self.connection = StoreConnection.objects.create(
            store=store,
            kind=self.platform.key,
            base_url=f"{self.bench.server.url}/{self.platform.key}",
            credentials=keys_of(self.platform),
        )
        token = TokenReply(
            access_token=app.access_token,
            access_expires_at=now + timedelta(days=1),
            refresh_token=app.refresh_token,
        )
        keep_token(self.connection.pk, reply=token, now=now)
        for lane in (Lane.ORDERS, Lane.REFUNDS):
            SyncCursor.objects.create(store=store, lane=lane, since=now, not_before=now)
        for code in ("HOOD-02", "TEES-01"):
            SkuFactory.create(code=code)

    @property
    def market(self) -> Market:
        return self.bench.simulator.booths[self.platform.key].market

    def place(
        self,
        code: str = "HOOD-02",
        *,
        quantity: int = 2,
        note: str = "",
        is_paid: bool = True,
        is_cod: bool = False,
    ) -> MarketOrder:
        cart, at = ((BY_CODE[code], quantity),), self.bench.now
        return self.market.place(7, cart, is_paid=is_paid, is_cod=is_cod, note=note, at=at)

    def wait(self, **duration: float) -> None:
        self.bench.wait(**duration)
        self.clock.move_to(self.bench.now)

    def pull(self, **later: float) -> None:
        """Let time pass, then ask and take in."""
        self.wait(**later)
        pulling.pull_store(self.connection, now=self.bench.now, end=_NO_END)
        self._take_in()

    def knock(self, number: str) -> None:
        """Have a push hint at an order."""
        hint = Hint(subject=Subject.ORDER, channel_no=number)
        hints.note(self.connection.store_id, hints=[hint], now=self.bench.now)
        hints.reread_due(now=self.bench.now)
        assert not ChannelHint.objects.exists()
        self._take_in()

    def hear(self) -> int:
        """Read again what was pushed, and take it in; return how much was news."""
        self.wait(minutes=1)
        fresh = hints.reread_due(now=self.bench.now)
        self._take_in()
        return fresh

    def push(self, **later: float) -> None:
        self.wait(**later)
        draining.drain(now=self.bench.now)

    def ship(self, placed: MarketOrder) -> str:
        """Let an order leave here, tell, and look whether it is shown; return its number."""
        shipment = parcel(whole(self.order(placed.number)), at=self.bench.now)
        queueing.queue_shipments([shipment.pk], now=self.bench.now)
        self.push(minutes=1)
        self.push(minutes=3)
        return shipment.waybill_no or ""

    def ask(self, placed: MarketOrder, kind: RefundKind = RefundKind.REFUND_ONLY) -> Refund:
        """Have the buyer ask for the first line's money back."""
        line, now = placed.lines[0].number, self.bench.now
        requests = self.market.requests
        return requests.ask(placed.number, line, kind=kind, reason="不想要了", at=now)

    def order(self, number: str) -> Order:
        return Order.objects.get(channel_order_no=number)

    def token(self) -> ChannelToken:
        return ChannelToken.objects.get(connection=self.connection)

    def http(self) -> Http:
        return Http(
            kind=self.platform.key,
            base_url=self.connection.base_url,
            log=self.bench.records.append,
            retry=ONCE,
            transport=straight(),
        )

    def line(self) -> dict[str, Any]:
        """Return what a connector is built of."""
        http = self.http()
        tokens = token_source(self.connection, http=http, clock=lambda: self.bench.now)
        return {
            "credentials": self.connection.credentials,
            "http": http,
            "tokens": tokens,
            "clock": lambda: self.bench.now,
        }

    def _take_in(self) -> None:
        while intake.drain(now=self.bench.now):
            pass
