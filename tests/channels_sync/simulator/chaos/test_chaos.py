"""Orders of all platforms through a bad day: none lost, none doubled, every sum right.

`make chaos` runs it with 10,000 orders; among the other tests it has a few.
"""

import logging
import os
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync import tasks
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.flows import RawOrderStatus
from channels_sync.models import ChannelHint, Finding, RawOrder, ReconciledDay, SyncCursor
from channels_sync.services.reconciling import running as reconciling
from channels_sync.simulator.goods import PRODUCTS, fill_cart
from channels_sync.simulator.platforms import PLATFORMS
from channels_sync.simulator.settings import Settings
from oms.dto import ChannelStatus
from oms.models import Order
from tests.channels_sync.simulator.bench import Bench, running
from tests.channels_sync.simulator.chaos.stalls import Stall, Truth, build
from tests.channels_sync.simulator.chaos.weather import Weather
from tests.factories.basics import SkuFactory, UserFactory

logger = logging.getLogger(__name__)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]

ORDERS = int(os.environ.get("OMS_TEST_CHAOS", "40"))
SEED = int(os.environ.get("OMS_TEST_CHAOS_SEED", "20261122"))
DAY = date(2026, 11, 22)
MINUTES = 8 if ORDERS < 1000 else 60
PATIENCE = 180
"""Minutes after the storm within which everything must have come."""


class Storm:
    """Time goes by on both sides; the worker does what it does each minute."""

    def __init__(self, bench: Bench, clock: time_machine.Traveller) -> None:
        self.bench, self.clock = bench, clock
        self.chance = random.Random(SEED)  # noqa: S311 - a seed makes it the same each time
        self.weather = Weather(bench, self.chance)
        clock.move_to(bench.now)
        for product in PRODUCTS:
            SkuFactory.create(code=product.sku_code)
        self.stalls = build(bench, PLATFORMS)
        self.unpaid: list[tuple[Stall, str]] = []
        self.placed = 0

    def blow(self) -> None:
        """Have all orders placed, some changed, while everything goes wrong."""
        for minute in range(MINUTES):
            self._trade(ORDERS * (minute + 1) // MINUTES)
            busy = max(2, ORDERS // MINUTES // 4)
            self.weather.spoil(answers=min(busy, 12), messages=busy)
            for stall in self.stalls:
                self.weather.lose(stall)
            self.minute()

    def calm(self) -> int:
        """Go on without trouble until nothing is on its way; return the minutes it took."""
        self.weather.clear()
        for stall, number in self.unpaid:
            stall.pay(number)
        for minute in range(PATIENCE):
            self.minute()
            if minute > 10 and not self._is_on_its_way():
                return minute
        return PATIENCE

    def minute(self) -> None:
        """Let messages be posted and the worker ask, read again and take in."""
        for _third in range(3):
            self.bench.wait(seconds=20)
            self.clock.move_to(self.bench.now)
        tasks.fetch_messages()
        tasks.reread_hints()
        tasks.pull_orders()
        while RawOrder.objects.filter(
            status=RawOrderStatus.RECEIVED, not_before__lte=self.bench.now
        ).exists():
            tasks.drain_raw_orders()

    def _trade(self, due: int) -> None:
        while self.placed < due:
            stall = self.stalls[self.placed % len(self.stalls)]
            buyer, cart = self.chance.randrange(40), fill_cart(self.chance)
            is_paid = self.chance.random() > 0.1
            number = stall.place(buyer, cart, is_paid=is_paid)
            self.placed += 1
            if not is_paid:
                self.unpaid.append((stall, number))
            elif self.chance.random() < 0.1:
                stall.cancel(number)
            else:
                stall.numbers.append(number)
        for stall in self.stalls:
            if stall.numbers and self.chance.random() < 0.3:
                stall.move(self.chance.choice(stall.numbers), self.chance.randrange(40))

    def _is_on_its_way(self) -> bool:
        waiting = any(stall.outbox.due(now=self.bench.now, limit=1) for stall in self.stalls)
        behind = SyncCursor.objects.filter(failures__gt=0).exists()
        return waiting or behind or ChannelHint.objects.exists() or _held_back(self.stalls)


def _held_back(stalls: list[Stall]) -> bool:
    return any(
        message.state == "waiting" for stall in stalls for message in stall.outbox.messages()
    )


@pytest.fixture
def storm(
    tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller
) -> Iterator[Storm]:
    with running(tmp_path / "db", Settings(oms_url=live_server.url, seed=1)) as bench:
        yield Storm(bench, clock)


def ours(stall: Stall) -> dict[str, Truth]:
    rows = Order.objects.filter(store=stall.connection.store)
    told = rows.values_list("channel_order_no", "channel_status", "paid_amount")
    return {str(number): Truth(ChannelStatus(status), paid) for number, status, paid in told}


def reconcile(storm: Storm) -> list[Stall]:
    """Let the night come and hold every day against its shop's list; return whose was held."""
    actor = UserFactory.create(superuser=True)
    kinds = {ledger.kind for ledger in ledgers}
    listed = [stall for stall in storm.stalls if stall.connection.kind in kinds]
    storm.bench.now = storm.bench.now.replace(hour=20, minute=0)
    storm.clock.move_to(storm.bench.now)
    for stall in listed:
        reconciling.ask(stall.connection.store_id, day=DAY, actor=actor, now=storm.bench.now)
    for _round in range(50):
        reconciling.run_due(now=storm.bench.now)
        if not ReconciledDay.objects.exclude(state=ReconciledDay.State.DONE).exists():
            break
        storm.bench.wait(minutes=1)
        storm.clock.move_to(storm.bench.now)
    return listed


def test_every_order_comes_once_with_its_sum(storm: Storm) -> None:
    storm.blow()
    took = storm.calm()
    assert took < PATIENCE, storm.weather.seen
    assert Order.objects.count() == storm.placed == ORDERS
    assert not RawOrder.objects.filter(status=RawOrderStatus.EXCEPTION).exists()
    for stall in storm.stalls:
        truth, mine = stall.truth(), ours(stall)
        wrong = {number for number in truth | mine if truth.get(number) != mine.get(number)}
        assert not wrong, (stall.connection.kind, [(truth.get(n), mine.get(n)) for n in wrong][:5])
        sums = [sum((row.paid for row in side.values()), Decimal(0)) for side in (truth, mine)]
        assert sums[0] == sums[1] > 0
    held = reconcile(storm)
    assert not Finding.objects.exists()
    days = {day.store_id: day.matched for day in ReconciledDay.objects.all()}
    assert days == {stall.connection.store_id: len(stall.truth()) for stall in held}
    logger.error(
        "%d orders of %d shops; calm %d minutes after the storm: %s",
        ORDERS,
        len(storm.stalls),
        took,
        dict(storm.weather.seen),
    )
