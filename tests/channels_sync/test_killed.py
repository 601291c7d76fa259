"""A worker that ends at any step of pull, map, push and stock: nothing lost, nothing twice.

Each flow is run once for every step it has, ended there, and run again when the leases of the dead
worker have run out. Then the books must look as if nobody had died.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine

from channels_sync.connectors.outbound import outbounds
from channels_sync.connectors.pulling import OrderPage, pullers
from channels_sync.connectors.stocking import stock_takers
from channels_sync.flows import PushStatus, RawOrderStatus
from channels_sync.models import (
    ListingStock,
    PushJob,
    RawOrder,
    StockRule,
    StoreConnection,
    SyncCursor,
)
from channels_sync.services import intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.services.stock import marking, sending
from oms.models import Demand, Listing, Order, OutboxEvent, Refund, Sku, StockLevel
from oms.queries.proofs import violations
from tests.channels_sync.pull.scripted import ScriptedPuller, pulled
from tests.channels_sync.push.parcels import connected_store, order_of, refund_of
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.channels_sync.stock.conftest import ScriptedTaker
from tests.factories.channels_sync import HookShop
from tests.factories.oms import NOW, SkuFactory, WarehouseFactory
from tests.killer import Killer, ends

pytestmark = pytest.mark.django_db(transaction=True)

_LEASES_ARE_OVER = timedelta(minutes=20)
_MOST_STEPS = 200


class Flow(ABC):
    """One way through the channels, from a fresh world to what must hold in the end."""

    @abstractmethod
    def work(self, killer: Killer, *, now: datetime) -> None:
        """Do what a worker does in one round."""

    @abstractmethod
    def check(self) -> None:
        """Assert that nothing is missing and nothing is there twice."""


class Pull(Flow):
    """Two pages of one window; the second order is on the second page."""

    def __init__(self) -> None:
        self.store = connected_store(base_url="http://127.0.0.1:1")
        SyncCursor.objects.create(
            store=self.store, lane="orders", since=NOW - timedelta(minutes=5), not_before=NOW
        )

    def work(self, killer: Killer, *, now: datetime) -> None:
        shown = killer.around(self._show)
        with patch.object(ScriptedPuller, "fetch_orders", lambda _line, **asked: shown(**asked)):
            pulling.pull_due(now=now)

    def _show(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        if cursor is None:
            return OrderPage(orders=(pulled("1"),), cursor="p2")
        return OrderPage(orders=(pulled("2"),))

    def check(self) -> None:
        numbers = RawOrder.objects.filter(store=self.store).order_by("channel_order_no")
        assert list(numbers.values_list("channel_order_no", flat=True)) == ["1", "2"]
        mark = SyncCursor.objects.get(store=self.store)
        assert (mark.since > NOW, mark.page, mark.failures) == (True, "", 0)


class Map(Flow):
    """Two messages become two orders with their goods and their demand."""

    def __init__(self) -> None:
        known = Sku.objects.filter(code="HOODIE").first()
        self.shop = HookShop(sku=known or SkuFactory.create(code="HOODIE"))
        for number in ("M-1", "M-2"):
            self.shop.keep(number=number)

    def work(self, killer: Killer, *, now: datetime) -> None:
        intake.drain(now=now)

    def check(self) -> None:
        raws = RawOrder.objects.filter(store=self.shop.store)
        assert set(raws.values_list("status", flat=True)) == {RawOrderStatus.INGESTED}
        orders = Order.objects.filter(store=self.shop.store)
        numbers = orders.order_by("channel_order_no").values_list("channel_order_no", flat=True)
        assert list(numbers) == ["M-1", "M-2"]
        assert {order.items.count() for order in orders} == {1}
        assert Demand.objects.filter(store=self.shop.store, quantity__gt=0).count() == 2
        assert violations() == []


class Push(Flow):
    """Money goes back once, however often somebody is killed over it."""

    def __init__(self) -> None:
        ScriptedOutbound.reset()
        self.refund = refund_of(order_of(connected_store()))
        queueing.queue_refunds([self.refund.pk], now=NOW)

    def work(self, killer: Killer, *, now: datetime) -> None:
        send = ScriptedOutbound.send
        find = ScriptedOutbound.find
        told = killer.around(lambda push: send(self._line(), push))
        asked = killer.around(lambda push: find(self._line(), push))
        with (
            patch.object(ScriptedOutbound, "send", lambda _line, push: told(push)),
            patch.object(ScriptedOutbound, "find", lambda _line, push: asked(push)),
        ):
            draining.drain(now=now)

    def _line(self) -> ScriptedOutbound:
        return ScriptedOutbound.__new__(ScriptedOutbound)

    def check(self) -> None:
        assert PushJob.objects.get(reference=self.refund.refund_no).status == PushStatus.DONE
        assert Refund.objects.get(pk=self.refund.pk).status == "confirmed"
        assert (len(ScriptedOutbound.sent), len(ScriptedOutbound.known)) == (1, 1)
        events = OutboxEvent.objects.filter(name="channels.refund.confirmed")
        told = [event.payload for event in events if self.refund.pk in event.payload["refund_ids"]]
        assert len(told) == 1


class Stock(Flow):
    """The shop shows the number of the shelf in the end, and nothing is due any more."""

    def __init__(self) -> None:
        ScriptedTaker.reset()
        self.store = connected_store(ScriptedTaker.kind, base_url="http://127.0.0.1:1")
        StockRule.objects.create(store=self.store)
        sku = SkuFactory.create()
        StockLevel.objects.create(warehouse=WarehouseFactory.create(), sku=sku, on_hand=7)
        Listing.objects.create(
            store=self.store, channel_product_id="P1", sku=sku, effective_from=NOW
        )
        marking.mark_skus([sku.pk], now=NOW - timedelta(minutes=1))

    def work(self, killer: Killer, *, now: datetime) -> None:
        tell = ScriptedTaker.set_stock
        told = killer.around(lambda offers: tell(ScriptedTaker.__new__(ScriptedTaker), offers))
        with patch.object(ScriptedTaker, "set_stock", lambda _line, offers: told(offers)):
            sending.send_due(now=now)

    def check(self) -> None:
        row = ListingStock.objects.get(store=self.store)
        assert (row.sent, row.due_at, row.attempts) == (7, None, 0)
        assert ScriptedTaker.shows == {"P1": 7}


@pytest.fixture(autouse=True)
def _platforms() -> Iterator[None]:
    stock_takers.register(ScriptedTaker)
    ScriptedPuller.reset()
    assert ScriptedPuller.kind in pullers
    assert ScriptedOutbound.kind in outbounds
    yield
    del stock_takers._members[ScriptedTaker.kind]
    ScriptedOutbound.reset()
    ScriptedTaker.reset()


FLOWS: list[tuple[Callable[[], Flow], int]] = [(Pull, 10), (Map, 8), (Push, 12), (Stock, 8)]
"""Each flow with the number of steps that it has at least: fewer would prove too little."""


@pytest.mark.parametrize(("flow", "least"), FLOWS, ids=["pull", "map", "push", "stock"])
def test_death_at_any_step_loses_nothing_and_repeats_nothing(
    flow: Callable[[], Flow], least: int, clock: time_machine.Traveller
) -> None:
    for step in range(_MOST_STEPS):
        # The worlds of the steps before stand still: only this one's has anything to do.
        StoreConnection.objects.update(is_active=False)
        clock.move_to(NOW)
        if not _ended_and_taken_up(flow(), step=step, clock=clock):
            assert step >= least
            return
    raise AssertionError("the flow never comes to its end")


def _ended_and_taken_up(flow: Flow, *, step: int, clock: time_machine.Traveller) -> bool:
    was_ended = ends(lambda killer: flow.work(killer, now=NOW), at=step)
    for turn in (1, 2):
        later = NOW + turn * _LEASES_ARE_OVER
        clock.move_to(later)
        flow.work(Killer(-1), now=later)
    flow.check()
    return was_ended


def test_dead_worker_writes_nothing_even_at_its_end() -> None:
    store = connected_store(base_url="http://127.0.0.1:1")

    def work(_killer: Killer) -> None:
        try:
            StoreConnection.objects.filter(store=store).update(is_active=False)
        finally:
            StoreConnection.objects.filter(store=store).update(kind="written by the dead")

    assert ends(work, at=0)
    line = StoreConnection.objects.get(store=store)
    assert (line.is_active, line.kind) == (True, "scripted")
