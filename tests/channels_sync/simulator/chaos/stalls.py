"""Shops of every kind under one hand: what buyers do there, and what is true there."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from channels_sync.connectors.tokens import TokenReply
from channels_sync.models import Lane, StoreConnection, SyncCursor
from channels_sync.services.tokens import keep_token
from channels_sync.simulator.goods import Cart
from channels_sync.simulator.market.platform import App, Platform
from channels_sync.simulator.outbox import Outbox
from channels_sync.simulator.weidian.platform import HOOK_KEY
from channels_sync.simulator.woocommerce.platform import WEBHOOK_SECRET
from oms.dto import ChannelStatus
from tests.channels_sync.simulator.bench import Bench
from tests.factories.oms import StoreFactory

ALL = 1_000_000
MARKET_STATUS = {"partially_shipped": ChannelStatus.PARTLY_SHIPPED}


@dataclass(frozen=True, slots=True)
class Truth:
    """What an order is at its shop; ``paid``: what the buyer pays, in the shop's currency."""

    status: ChannelStatus
    paid: Decimal


class Stall(ABC):
    """One shop, connected to one store of ours."""

    outbox: Outbox
    is_asked: bool = True
    """Whether the shop can be asked what there is: what it tells may get lost then."""

    def __init__(self, bench: Bench, connection: StoreConnection) -> None:
        self.bench = bench
        self.connection = connection
        self.numbers: list[str] = []

    @abstractmethod
    def place(self, buyer: int, cart: Cart, *, is_paid: bool) -> str: ...
    @abstractmethod
    def pay(self, number: str) -> None: ...
    @abstractmethod
    def cancel(self, number: str) -> None: ...
    @abstractmethod
    def move(self, number: str, door: int) -> None: ...
    @abstractmethod
    def truth(self) -> dict[str, Truth]: ...


class MarketStall(Stall):
    """A shop of a platform of the market."""

    def __init__(self, bench: Bench, connection: StoreConnection, key: str) -> None:
        super().__init__(bench, connection)
        self.market = bench.simulator.booths[key].market
        self.outbox = bench.simulator.booths[key].outbox

    def place(self, buyer: int, cart: Cart, *, is_paid: bool) -> str:
        return self.market.place(buyer, cart, is_paid=is_paid, at=self.bench.now).number

    def pay(self, number: str) -> None:
        self.market.pay(number, at=self.bench.now)

    def cancel(self, number: str) -> None:
        self.market.cancel(number, at=self.bench.now)

    def move(self, number: str, door: int) -> None:
        self.market.change_address(number, door=door, at=self.bench.now)

    def truth(self) -> dict[str, Truth]:
        return {
            order.number: Truth(
                MARKET_STATUS.get(order.status) or ChannelStatus(order.status), order.paid_amount
            )
            for order in self.market.store.orders(limit=ALL)
        }


class OwnStall(Stall):
    """A shop of the merchant's own: it only tells, again and again until it is heard."""

    is_asked = False

    def __init__(self, bench: Bench, connection: StoreConnection) -> None:
        super().__init__(bench, connection)
        self.shop, self.outbox = bench.simulator.shop, bench.simulator.outbox

    def place(self, buyer: int, cart: Cart, *, is_paid: bool) -> str:
        order = self.shop.place(buyer, cart, is_paid=is_paid, at=self.bench.now)
        return str(order["order_id"])

    def pay(self, number: str) -> None:
        self.shop.pay(number, at=self.bench.now)

    def cancel(self, number: str) -> None:
        self.shop.cancel(number, at=self.bench.now)

    def move(self, number: str, door: int) -> None:
        self.shop.move(number, at=self.bench.now)

    def truth(self) -> dict[str, Truth]:
        return {
            order["order_id"]: Truth(
                ChannelStatus(order["status"]), Decimal(order["amounts"]["paid_cents"]) / 100
            )
            for order in self.shop.store.orders(limit=ALL)
        }


class ShopifyStall(Stall):
    """The shop abroad."""

    def __init__(self, bench: Bench, connection: StoreConnection) -> None:
        super().__init__(bench, connection)
        self.shop, self.outbox = bench.simulator.shopify, bench.simulator.shopify_outbox

    def place(self, buyer: int, cart: Cart, *, is_paid: bool) -> str:
        order = self.shop.place(buyer, cart, is_paid=is_paid, at=self.bench.now)
        return str(order["legacyResourceId"])

    def pay(self, number: str) -> None:
        self.shop.pay(number, at=self.bench.now)

    def cancel(self, number: str) -> None:
        self.shop.cancel(number, at=self.bench.now)

    def move(self, number: str, door: int) -> None:
        """It has no such act."""

    def truth(self) -> dict[str, Truth]:
        return {
            str(order["legacyResourceId"]): _shopify_truth(order)
            for order in self.shop.store.orders(limit=ALL)
        }


def _shopify_truth(order: Mapping[str, Any]) -> Truth:
    paid = Decimal(order["totalPriceSet"]["shopMoney"]["amount"])
    if order["cancelledAt"]:
        return Truth(ChannelStatus.CANCELLED, paid)
    is_paid = order["displayFinancialStatus"] == "PAID"
    return Truth(ChannelStatus.PAID if is_paid else ChannelStatus.UNPAID, paid)


def build(bench: Bench, platforms: Sequence[type[Platform]]) -> list[Stall]:
    """Connect a store of ours to every shop."""
    settings = bench.simulator.settings
    own = _connect(bench, "webhook", settings.shop, "shops", {"hook_secret": settings.secret})
    keys = {
        "access_token": settings.access_token,
        "client_secret": settings.client_secret,
        "shop_domain": settings.shop_domain,
    }
    abroad = _connect(bench, "shopify", settings.shopify_store, "shopify", keys)
    stalls: list[Stall] = [OwnStall(bench, own), ShopifyStall(bench, abroad)]
    for platform in platforms:
        row = _connect(bench, platform.key, platform.app.store, "", _keys(platform.app))
        _consent(row, platform.app, bench)
        stalls.append(MarketStall(bench, row, platform.key))
    return stalls


def _keys(app: App) -> dict[str, str]:
    """Fill in every name that a platform's keys may go by; each connector takes its own."""
    return {
        "app_key": app.key,
        "client_id": app.key,
        "consumer_key": app.key,
        "app_secret": app.secret,
        "client_secret": app.secret,
        "consumer_secret": app.secret,
        "webhook_secret": WEBHOOK_SECRET,
        "shop_id": app.shop_id,
        "kdt_id": app.shop_id,
        "hook_key": HOOK_KEY,
    }


def _connect(
    bench: Bench, kind: str, code: str, path: str, credentials: dict[str, str]
) -> StoreConnection:
    place = f"{path}/{code}" if path else kind
    return StoreConnection.objects.create(
        store=StoreFactory.create(code=code, maps_by_code=True),
        kind=kind,
        base_url=f"{bench.server.url}/{place}",
        credentials=credentials,
    )


def _consent(connection: StoreConnection, app: App, bench: Bench) -> None:
    reply = TokenReply(
        access_token=app.access_token,
        refresh_token=app.refresh_token,
        access_expires_at=bench.now + timedelta(days=1),
    )
    keep_token(connection.pk, reply=reply, now=bench.now)
    for lane in (Lane.ORDERS, Lane.REFUNDS):
        SyncCursor.objects.create(
            store=connection.store, lane=lane, since=bench.now, not_before=bench.now
        )
