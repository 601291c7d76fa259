from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
import time_machine

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.pulling import pullers
from channels_sync.models import ReconciledDay, StoreConnection
from channels_sync.services.reconciling import running
from oms.dto import ChannelStatus
from oms.models import Order, Store, User
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.pull.scripted import ScriptedPuller
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.factories.oms import NOW, OrderFactory, StoreFactory

PAGE = 500
DAY = date(2026, 11, 10)
PLACED = datetime.fromisoformat("2026-11-10T09:00:00+08:00")
QUIET = NOW - timedelta(hours=6)


class ScriptedLedger(Ledger):
    """Lists what it is told to, 500 a page; troubles come in turn, an exception is raised."""

    kind: ClassVar[str] = "scripted"
    label: ClassVar[str] = "Scripted"
    rows: ClassVar[list[Standing]] = []
    troubles: ClassVar[list[BaseException | None]] = []
    asked: ClassVar[list[tuple[datetime, datetime, str | None]]] = []
    pause: ClassVar[list[timedelta]] = []

    @classmethod
    def reset(cls) -> None:
        for each in (cls.rows, cls.troubles, cls.asked, cls.pause):
            each.clear()

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        self.asked.append((since, until, cursor))
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
        at = int(cursor or 0)
        following = str(at + PAGE) if at + PAGE < len(self.rows) else None
        pause = self.pause.pop(0) if self.pause else timedelta(0)
        return LedgerPage(
            rows=tuple(self.rows[at : at + PAGE]),
            cursor=following,
            pause=pause,
            total=len(self.rows),
        )


@pytest.fixture(autouse=True)
def platform() -> Iterator[type[ScriptedLedger]]:
    ledgers.register(ScriptedLedger)
    assert ScriptedPuller.kind in pullers
    ScriptedLedger.reset()
    ScriptedPuller.reset()
    ScriptedOutbound.reset()
    yield ScriptedLedger
    del ledgers._members[ScriptedLedger.kind]
    ScriptedPuller.reset()


class Books:
    """A store, its orders of one day, and the worker that holds them against the platform's."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.now = NOW
        self._traveller = traveller
        self.store: Store = StoreFactory.create()
        StoreConnection.objects.create(
            store=self.store, kind="scripted", base_url="http://127.0.0.1:1"
        )
        self.manager: User = member(self.store, "store_manager")

    def order(self, number: str, **told: object) -> Order:
        defaults: dict[str, object] = {
            "released": True,
            "lines": False,
            "paid_amount": Decimal(100),
            "channel_modified_at": QUIET,
            "ordered_at": PLACED,
        }
        row: Order = OrderFactory.create(
            store=self.store, channel_order_no=number, **defaults | told
        )
        return row

    def run(self, **later: float) -> ReconciledDay:
        """Let so much time pass, ask for the day, and read it as far as it goes."""
        self.now += timedelta(**later)
        self._traveller.move_to(self.now)
        running.ask(self.store.pk, day=DAY, actor=self.manager, now=self.now)
        running.run_due(now=self.now)
        return ReconciledDay.objects.get()


def listed(number: str, **told: object) -> Standing:
    defaults: dict[str, object] = {
        "status": ChannelStatus.PAID,
        "paid": Decimal(100),
        "refunded": Decimal(0),
        "waybill_nos": frozenset(),
        "modified_at": QUIET,
    }
    return Standing(channel_order_no=number, **defaults | told)  # type: ignore[arg-type]


@pytest.fixture
def books(db: None, clock: time_machine.Traveller) -> Books:
    return Books(clock)
