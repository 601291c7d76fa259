from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from channels_sync.services.push import draining
from oms.models import Store
from tests.channels_sync.push.parcels import connected_store
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.factories.oms import NOW


@pytest.fixture(autouse=True)
def channel() -> Iterator[type[ScriptedOutbound]]:
    """Give the channel that does as it is told; it forgets between tests."""
    ScriptedOutbound.reset()
    yield ScriptedOutbound
    ScriptedOutbound.reset()


@pytest.fixture
def store(db: None) -> Store:
    return connected_store()


class Worker:
    """Drains at a moment that the test chooses."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.now: datetime = NOW
        self._traveller = traveller

    def run(self, **later: float) -> int:
        """Let so much time pass (``minutes=2``) and drain."""
        self.now += timedelta(**later)
        self._traveller.move_to(self.now)
        return draining.drain(now=self.now)


@pytest.fixture
def worker(clock: time_machine.Traveller) -> Worker:
    return Worker(clock)
