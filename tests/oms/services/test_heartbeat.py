from datetime import datetime, timedelta

import pytest

from oms.models import Heartbeat
from oms.services import heartbeat
from oms.services.heartbeat import DEAD_AFTER

pytestmark = pytest.mark.django_db


def test_worker_that_never_beat_is_not_alive(now: datetime) -> None:
    assert not heartbeat.is_alive("worker", now=now)


@pytest.mark.parametrize(
    ("silence", "alive"),
    [(timedelta(0), True), (DEAD_AFTER - timedelta(seconds=1), True), (DEAD_AFTER, False)],
)
def test_worker_is_alive_for_a_while_after_its_beat(
    now: datetime, silence: timedelta, alive: bool
) -> None:
    heartbeat.beat("worker", now=now)
    assert heartbeat.is_alive("worker", now=now + silence) is alive
    assert not heartbeat.is_alive("other", now=now)


def test_each_worker_has_one_row_with_its_last_beat(now: datetime) -> None:
    for minutes in range(3):
        heartbeat.beat("worker", now=now + timedelta(minutes=minutes))
    assert Heartbeat.objects.get().at == now + timedelta(minutes=2)
