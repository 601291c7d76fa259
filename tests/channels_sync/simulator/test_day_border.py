"""An order of the day's last second and one of the next day's first stay each on its day: at every
platform, whatever our clock says, and in the store's own zone (S12)."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.models import Finding, ReconciledDay
from channels_sync.services import intake
from channels_sync.services.pull import pulling
from channels_sync.services.reconciling import running as reconciling
from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.platforms import PLATFORMS
from channels_sync.simulator.settings import Settings
from oms.models import Order, Store
from tests.channels_sync.simulator.bench import Bench, running
from tests.channels_sync.simulator.chaos.stalls import Stall, build
from tests.factories.basics import SkuFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = date(2026, 11, 22), date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)
SKEW = timedelta(minutes=4)
"""Our clock is ahead of every platform's by that."""
ABROAD = timedelta(hours=13)
"""New York's midnight comes so much later than Beijing's."""


@pytest.fixture
def bench(tmp_path: Path, live_server: LiveServer) -> Iterator[Bench]:
    with running(tmp_path / "db", Settings(oms_url=live_server.url, seed=1)) as serving:
        serving.now = MIDNIGHT - timedelta(minutes=1)
        for product in PRODUCTS:
            SkuFactory.create(code=product.sku_code)
        yield serving


def placed_around(stalls: list[Stall], midnight: datetime, bench: Bench) -> None:
    """Have two orders placed in the day's last second and one in the first of the next."""
    cart = ((PRODUCTS[0], 1),)
    for at, count in ((midnight - timedelta(seconds=1), 2), (midnight, 1)):
        bench.now = at
        for stall in stalls:
            stall.numbers += [stall.place(buyer, cart, is_paid=True) for buyer in range(count)]


def pull_all(stalls: list[Stall], *, now: datetime) -> None:
    for stall in stalls:
        pulling.pull_store(stall.connection, now=now, end=float("inf"))
    while intake.drain(now=now):
        pass


def test_order_stays_on_its_day(bench: Bench, clock: time_machine.Traveller) -> None:
    clock.move_to(bench.now + SKEW)
    kinds = {ledger.kind for ledger in ledgers}
    stalls = [stall for stall in build(bench, PLATFORMS) if stall.connection.kind in kinds]
    abroad = [stall for stall in stalls if stall.connection.kind == "shopify"]
    Store.objects.filter(pk__in=[each.connection.store_id for each in abroad]).update(
        timezone="America/New_York", currency="CNY"
    )
    placed_around([each for each in stalls if each not in abroad], MIDNIGHT, bench)
    placed_around(abroad, MIDNIGHT + ABROAD, bench)
    for _minute in range(3):
        bench.now += timedelta(minutes=6)
        clock.move_to(bench.now + SKEW)
        pull_all(stalls, now=bench.now + SKEW)
    assert Order.objects.count() == 3 * len(stalls)

    bench.now += timedelta(days=1)
    clock.move_to(bench.now + SKEW)
    actor = UserFactory.create(superuser=True)
    for stall in stalls:
        for day in (BEFORE, AFTER):
            reconciling.ask(stall.connection.store_id, day=day, actor=actor, now=bench.now + SKEW)
    for _round in range(20):
        reconciling.run_due(now=bench.now + SKEW)
        if not ReconciledDay.objects.exclude(state=ReconciledDay.State.DONE).exists():
            break
        bench.now += timedelta(minutes=1)
        clock.move_to(bench.now + SKEW)
    assert not Finding.objects.exists()
    matched = Counter(ReconciledDay.objects.values_list("day", "matched"))
    assert matched == {(BEFORE, 2): len(stalls), (AFTER, 1): len(stalls)}
