"""The simulated platforms behind their door: no sockets here but the poster's."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels_sync.simulator.database import Database
from channels_sync.simulator.faults import Faults
from channels_sync.simulator.ownsite.automatic import Automatic
from channels_sync.simulator.ownsite.callbacks import Call, Callbacks
from channels_sync.simulator.ownsite.mailing import Mailing
from channels_sync.simulator.ownsite.posting import Poster
from channels_sync.simulator.ownsite.shop import Shop
from channels_sync.simulator.ownsite.store import ShopStore
from channels_sync.simulator.replies import Reply, troubled
from channels_sync.simulator.settings import Settings


class Simulator:
    """All simulated platforms over one file."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.faults = Faults()
        self.store = ShopStore(database)
        self._sleep = sleep
        self._poster = Poster(settings)
        self.mailing = Mailing(self.store, self._poster, self.faults, shop=settings.shop)
        self.shop = Shop(self.store, self.mailing)
        chance = random.Random(settings.seed)  # noqa: S311 - invented buyers
        self.automatic = Automatic(self.shop, chance=chance)
        self._chance = chance
        self._next_scene = clock() + timedelta(seconds=settings.first_scene_seconds)

    def call_shop(self, call: Call, place: str, number: str) -> Reply | None:
        """Answer a call of the shop's address; None: the line breaks without an answer."""
        fault = self.faults.take_for_call(place)
        return troubled(
            fault,
            lambda: self._callbacks().answer(call, place, number, now=self.clock()),
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
            self.automatic.begin(at=now)
            mean = 60 / self.settings.rate
            self._next_scene = now + timedelta(seconds=mean * self._chance.uniform(0.5, 1.5))
        self.mailing.send_due(now=now)

    def close(self) -> None:
        self._poster.close()

    def _callbacks(self) -> Callbacks:
        return Callbacks(self.store, self.settings)
