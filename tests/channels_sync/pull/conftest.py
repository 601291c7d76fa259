from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from channels_sync.models import StoreConnection
from channels_sync.services.pull import pulling
from oms.models import Store
from tests.channels_sync.pull.scripted import ScriptedPuller
from tests.factories.oms import NOW, StoreFactory


@pytest.fixture(autouse=True)
def platform() -> Iterator[type[ScriptedPuller]]:
    """Give the platform that shows what it is told to; it forgets between tests."""
    ScriptedPuller.reset()
    yield ScriptedPuller
    ScriptedPuller.reset()


@pytest.fixture
def store(db: None) -> Store:
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind="scripted", base_url="http://127.0.0.1:1")
    return store


class Worker:
    """Pulls at a moment that the test chooses."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.now: datetime = NOW
        self._traveller = traveller

    def run(self, **later: float) -> int:
        """Let so much time pass (``minutes=1``) and pull."""
        self.now += timedelta(**later)
        self._traveller.move_to(self.now)
        return pulling.pull_due(now=self.now)


@pytest.fixture
def worker(clock: time_machine.Traveller) -> Worker:
    return Worker(clock)
