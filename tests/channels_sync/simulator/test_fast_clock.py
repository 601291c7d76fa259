"""A clock of ours that is ahead by all that a platform puts up with loses no order: windows that
ended before anything could happen there are covered by the next ones."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from channels_sync.connectors.pulling_installed import pullers
from channels_sync.services import intake
from channels_sync.services.pull import pulling
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from oms.models import Order

from .bench import running
from .journey import Journey

AHEAD = timedelta(minutes=9)
TOLERATED = {"taobao": 10, "jd": 6, "pinduoduo": 10}
"""Minutes by which a call's time stamp may be off, as the platforms document it."""


@pytest.mark.parametrize("kind", TOLERATED)
def test_windows_reach_back_as_far_as_a_clock_may_be_off(kind: str) -> None:
    puller = pullers.get(kind)
    assert puller.overlap + puller.lag >= timedelta(minutes=TOLERATED[kind])


def pull(shop: Journey, *, minutes: int) -> None:
    """Let time pass, and ask and take in by a clock of ours that is ahead."""
    shop.bench.wait(minutes=minutes)
    now = shop.bench.now + AHEAD
    shop.clock.move_to(now)
    pulling.pull_store(shop.connection, now=now, end=float("inf"))
    while intake.drain(now=now):
        pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("platform", [Taobao, Pinduoduo], ids=lambda each: each.key)
def test_order_behind_a_window_that_ended_too_early_still_comes(
    tmp_path: Path, clock: time_machine.Traveller, platform: type[Platform]
) -> None:
    with running(tmp_path / "db", Settings(), platforms=[platform]) as bench:
        shop = Journey(bench, clock, platform)
        pull(shop, minutes=6)
        placed = shop.place()
        pull(shop, minutes=1)
        pull(shop, minutes=6)
        assert Order.objects.get().channel_order_no == placed.number
