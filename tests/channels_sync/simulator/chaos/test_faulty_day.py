"""A day with faults of every kind, held against the simulator's own list over real HTTP: each is
found, nothing else is, and what can be healed is.

`make chaos` runs it with 200 of each; among the other tests it has a few.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet

from channels_sync.flows import PushStatus
from channels_sync.models import (
    ChannelHint,
    Finding,
    Lane,
    PushJob,
    ReconciledDay,
    StoreConnection,
    SyncCursor,
)
from channels_sync.services import hints, intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining
from channels_sync.services.reconciling import running as reconciling
from channels_sync.simulator.goods import PRODUCTS, fill_cart
from oms.integration.pacing import TokenBucket
from oms.models import Order, OrderItem
from tests.channels_sync.push.parcels import parcel
from tests.channels_sync.simulator.bench import Bench
from tests.channels_sync.simulator.chaos.stalls import ShopifyStall, build
from tests.channels_sync.simulator.chaos.test_chaos import ORDERS, SEED
from tests.factories.basics import SkuFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]

FAULTS = 200 if ORDERS >= 1000 else 2
DAY = date(2026, 11, 22)
PATIENCE = 120
"""Minutes within which anything must be done."""
K = Finding.Kind
HEALED = {K.THEIRS_ONLY, K.STATUS, K.REFUND, K.TRACKING}


class FaultyDay:
    """One shop; numbers by what was done to them, and what must be found of each."""

    def __init__(self, bench: Bench, clock: time_machine.Traveller) -> None:
        self.bench, self._clock = bench, clock
        self._chance = random.Random(SEED)  # noqa: S311 - a seed makes it the same each time
        self.wait(minutes=0)
        for product in PRODUCTS:
            SkuFactory.create(code=product.sku_code)
        stalls = build(bench, ())
        (self.stall,) = (each for each in stalls if isinstance(each, ShopifyStall))
        self.line: StoreConnection = self.stall.connection
        self.expected: dict[str, set[str]] = defaultdict(set)
        self.matched = 0

    def wait(self, **later: float) -> None:
        self.bench.wait(**later)
        self._clock.move_to(self.bench.now)

    def place(self, *, is_paid: bool = True) -> list[str]:
        buyer = self._chance.randrange
        return [
            self.stall.place(buyer(40), fill_cart(self._chance), is_paid=is_paid)
            for _fault in range(FAULTS)
        ]

    def expect(self, numbers: list[str], *kinds: Finding.Kind) -> None:
        for number in numbers:
            self.expected[number] |= {kind.value for kind in kinds}

    def pull(self) -> None:
        """Ask for what changed so far, as long as the platform's limits make it take."""
        goal = self.bench.now
        self.wait(minutes=6)
        self._until(
            lambda: pulling.pull_store(self.line, now=self.bench.now, end=float("inf")),
            SyncCursor.objects.filter(lane__in=Lane.values, since__lt=goal),
        )
        while intake.drain(now=self.bench.now):
            pass

    def work(self) -> None:
        """Do what the worker does: read again what was hinted at, tell, ask, take in."""
        self._until(lambda: hints.reread_due(now=self.bench.now), ChannelHint.objects.all())
        waiting = PushJob.objects.exclude(status=PushStatus.DONE)
        self._until(lambda: draining.drain(now=self.bench.now), waiting)
        self.pull()

    def _until(self, do: Callable[[], object], left: QuerySet[Any]) -> None:
        for _minute in range(PATIENCE):
            do()
            if not left.all().exists():
                return
            self.wait(minutes=1)
        raise AssertionError(list(left.values()[:3]))

    def reconcile(self) -> ReconciledDay:
        """Read the day as often as it takes."""
        for _round in range(PATIENCE):
            reconciling.run_due(now=self.bench.now)
            day = ReconciledDay.objects.get()
            if day.state == ReconciledDay.State.DONE:
                return day
            self.wait(minutes=1)
        raise AssertionError(day.last_error)

    def orders(self, numbers: list[str]) -> list[Order]:
        rows = Order.objects.filter(store=self.line.store, channel_order_no__in=numbers)
        return list(rows.order_by("pk"))


@pytest.fixture
def day(bench: Bench, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> FaultyDay:
    monkeypatch.setattr(TokenBucket, "reserve", lambda _self, *, longest: 0.0)
    return FaultyDay(bench, clock)


def spoil(day: FaultyDay) -> None:
    """Place what is fine, then lose, double and change, behind the back of the other side."""
    fine, amount, refund, tracking = (day.place() for _group in range(4))
    status = day.place(is_paid=False)
    day.pull()
    day.matched = len(fine)
    day.expect(day.place(), K.THEIRS_ONLY)
    for number in status:
        day.stall.pay(number)
    day.expect(status, K.STATUS, K.AMOUNT)
    for number in refund:
        day.bench.simulator.shopify.pay_back(number, at=day.bench.now)
    day.expect(refund, K.REFUND, K.STATUS)
    day.expect(amount, K.AMOUNT)
    for order in day.orders(amount):
        Order.objects.filter(pk=order.pk).update(paid_amount=order.paid_amount + Decimal("0.01"))
    day.expect(tracking, K.TRACKING)
    for order in day.orders(tracking):
        parcel({item: item.quantity for item in OrderItem.objects.filter(order=order)})
    day.expect([double(order) for order in day.orders(fine)], K.OURS_ONLY)


def double(order: Order) -> str:
    """Write the order once more under a number that the platform never gave."""
    number = f"{order.channel_order_no}9"
    order.pk, order.order_no, order.channel_order_no = None, f"D{number}", number
    order._state.adding = True
    order.save()
    return number


def found() -> dict[str, set[str]]:
    told: dict[str, set[str]] = defaultdict(set)
    for number, kind in Finding.objects.values_list("channel_order_no", "kind"):
        told[number].add(kind)
    return told


def test_every_fault_is_found_nothing_else_is_and_what_can_be_healed_is(day: FaultyDay) -> None:
    spoil(day)
    day.wait(hours=10)
    actor = UserFactory.create(superuser=True)
    reconciling.ask(day.line.store_id, day=DAY, actor=actor, now=day.bench.now)
    row = day.reconcile()
    assert found() == day.expected
    assert (row.matched, row.theirs_count) == (day.matched, 6 * FAULTS)

    day.work()
    day.wait(minutes=40)
    reconciling.line_up_due(now=day.bench.now)
    day.reconcile()
    left = set(Finding.objects.exclude(state="healed").values_list("kind", flat=True))
    healed = Finding.objects.filter(kind__in=HEALED, state="healed").count()
    assert (left, healed) == ({K.OURS_ONLY, K.AMOUNT}, 5 * FAULTS)
    assert Finding.objects.filter(kind=K.AMOUNT, state="healed").count() == FAULTS
