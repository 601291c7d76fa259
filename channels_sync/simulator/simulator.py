"""The simulated platforms behind their door: no sockets here but the posters'."""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels_sync.simulator import outbox
from channels_sync.simulator.buyers import COUNT
from channels_sync.simulator.database import Database
from channels_sync.simulator.faults import FaultKind, Faults
from channels_sync.simulator.goods import fill_cart
from channels_sync.simulator.market import store as market_store
from channels_sync.simulator.market import tokens
from channels_sync.simulator.market.automatic import MarketScenes
from channels_sync.simulator.market.booth import Booth
from channels_sync.simulator.market.platform import Call as PlatformCall
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.market.tokens import Tokens
from channels_sync.simulator.outbox import Mailing, Outbox
from channels_sync.simulator.ownsite import announcing
from channels_sync.simulator.ownsite import store as shop_store
from channels_sync.simulator.ownsite.announcing import Announcer
from channels_sync.simulator.ownsite.automatic import Automatic
from channels_sync.simulator.ownsite.callbacks import Call, Callbacks
from channels_sync.simulator.ownsite.posting import ShopPoster
from channels_sync.simulator.ownsite.shop import Shop
from channels_sync.simulator.ownsite.store import ShopStore
from channels_sync.simulator.platforms import PLATFORMS
from channels_sync.simulator.replies import Reply, troubled
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.shopify import store as shopify_store
from channels_sync.simulator.shopify import webhooks
from channels_sync.simulator.shopify.gateway import Gateway
from channels_sync.simulator.shopify.granting import RULES, Granting
from channels_sync.simulator.shopify.shop import ShopifyShop
from channels_sync.simulator.shopify.store import ShopifyStore
from channels_sync.simulator.shopify.webhooks import ShopifyPoster

SCHEMAS = (
    outbox.SCHEMA,
    shop_store.SCHEMA,
    shopify_store.SCHEMA,
    market_store.SCHEMA,
    tokens.SCHEMA,
)

_OPERATION = re.compile(rb"(?:query|mutation)\s+(\w+)")
_SHOPIFY_SHARE = 0.2
"""Of the scenes of the automatic mode, how many are played abroad."""


class Simulator:
    """All simulated platforms over one file."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        platforms: Sequence[type[Platform]] = PLATFORMS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.faults = Faults()
        self._sleep = sleep
        self._chance = random.Random(settings.seed)  # noqa: S311 - invented buyers
        self._posters = (ShopPoster(settings), ShopifyPoster(settings))
        self._build_shop(database, self._posters[0])
        self._build_shopify(database, self._posters[1])
        self.booths = {kind.key: self._booth(kind, database) for kind in platforms}
        self._market_scenes = MarketScenes(self._chance)
        self._next_scene = clock() + timedelta(seconds=settings.first_scene_seconds)

    def _build_shop(self, database: Database, poster: ShopPoster) -> None:
        self.store = ShopStore(database)
        self.outbox = Outbox(database, "shop")
        announcer = Announcer(
            self.outbox, shop=self.settings.shop, next_number=database.next_number
        )
        self.shop = Shop(self.store, announcer)
        self.automatic = Automatic(self.shop, chance=self._chance)
        self._mailing = Mailing(self.outbox, poster, self.faults, steps=announcing.STEPS)

    def _build_shopify(self, database: Database, poster: ShopifyPoster) -> None:
        self.shopify_outbox = Outbox(database, "shopify")
        self.shopify = ShopifyShop(ShopifyStore(database), self.shopify_outbox)
        self.shopify_tokens = Tokens(database, "shopify", RULES)
        self.granting = Granting(self.settings, self.shopify_tokens)
        self.gateway = Gateway(self.shopify, self.granting)
        self._shopify_mailing = Mailing(
            self.shopify_outbox, poster, self.faults, steps=webhooks.STEPS
        )

    def _booth(self, kind: type[Platform], database: Database) -> Booth:
        return Booth(
            kind,
            database,
            self.faults,
            oms_url=self.settings.oms_url,
            clock=self.clock,
            sleep=self._sleep,
        )

    def call_platform(self, key: str, call: PlatformCall) -> Reply | None:
        """Answer a call below ``/<key>/``; None: the line breaks without an answer."""
        return self.booths[key].call(call)

    def call_shop(self, call: Call, place: str, number: str) -> Reply | None:
        """Answer a call of the shop's address; None: the line breaks without an answer."""
        callbacks = Callbacks(self.store, self.settings, self.shop.requests)
        return troubled(
            self.faults.take_for_call(place),
            lambda: callbacks.answer(call, place, number, now=self.clock()),
            sleep=self._sleep,
        )

    def call_shopify(self, body: bytes, *, version: str, token: str) -> Reply | None:
        """Answer a call of the Admin API; None: the line breaks without an answer."""
        found = _OPERATION.search(body)
        fault = self.faults.take_for_call(found[1].decode() if found else "")
        if fault is not None and fault.kind is FaultKind.THROTTLE:
            # Here it is no status but an empty bucket.
            self.gateway.throttled(now=self.clock())
            fault = None
        return troubled(
            fault,
            lambda: self.gateway.answer(body, version=version, token=token, now=self.clock()),
            sleep=self._sleep,
        )

    def authorize_shopify(self, query: Mapping[str, str]) -> Reply:
        """Draw the page on which the merchant lets an app in."""
        return self.granting.page(query, now=self.clock())

    def grant_shopify(self, body: bytes) -> Reply | None:
        """Give an app its token; None: the line breaks without an answer."""
        return troubled(
            self.faults.take_for_call("access_token"),
            lambda: self.granting.grant(body, now=self.clock()),
            sleep=self._sleep,
        )

    def set_automatic(self, *, is_on: bool, rate: float) -> None:
        """Switch the automatic mode; ``rate`` is in scenes a minute."""
        self.settings = replace(self.settings, is_automatic=is_on, rate=max(rate, 0.01))
        self._next_scene = self.clock()

    def tick(self) -> None:
        """Do what is due by the clock: planned acts, a new scene, messages on their way."""
        now = self.clock()
        self.automatic.go_on(now=now)
        if self.settings.is_automatic and now >= self._next_scene:
            self._begin_scene(now)
            mean = 60 / self.settings.rate
            self._next_scene = now + timedelta(seconds=mean * self._chance.uniform(0.5, 1.5))
        self._mailing.send_due(now=now)
        self._shopify_mailing.send_due(now=now)
        for booth in self.booths.values():
            booth.send_due(now=now)

    def close(self) -> None:
        for poster in self._posters:
            poster.close()
        for booth in self.booths.values():
            booth.close()

    def _begin_scene(self, now: datetime) -> None:
        connected = [booth for booth in self.booths.values() if booth.is_connected(now=now)]
        if connected:
            # One of them at a time: more shops do not make more buyers.
            self._market_scenes.begin(self._chance.choice(connected).market, at=now)
        if self._chance.random() < _SHOPIFY_SHARE:
            buyer, cart = self._chance.randrange(COUNT), fill_cart(self._chance)
            self.shopify.place(buyer, cart, is_paid=True, at=now)
        else:
            self.automatic.begin(at=now)
