"""Platforms that are asked too often say so, each in its own words, and answer again later."""

import pytest
import time_machine

from channels_sync.simulator.meter import Meter
from channels_sync.simulator.platforms import PLATFORMS
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.simulator.bench import Bench
from tests.channels_sync.simulator.lines_to import Lines

BY_OPERATION = frozenset({"jd", "pinduoduo"})
"""These have a limit of each operation, counted once a call is signed."""
NO_LIMIT = frozenset({"woocommerce"})
"""A shop of one's own has none; the server in front of it may (a planned fault)."""


def test_every_platform_has_its_limits() -> None:
    limited = {platform.key for platform in PLATFORMS if platform.limit}
    assert limited == {platform.key for platform in PLATFORMS} - BY_OPERATION - NO_LIMIT


@pytest.mark.parametrize("kind", ["doudian", "jd", "taobao", "weidian", "youzan"])
def test_call_too_many_is_throttled_until_the_minute_is_over(
    bench: Bench, clock: time_machine.Traveller, kind: str
) -> None:
    (platform,) = (each for each in PLATFORMS if each.key == kind)
    line = Lines(bench, platform)
    number = line.order().number
    bench.wait(minutes=1)
    clock.move_to(bench.now)
    booth = bench.simulator.booths[kind]
    meter = Meter({}, each=(2, 60))
    if kind in BY_OPERATION:
        booth.platform._meter = meter  # type: ignore[attr-defined]
    else:
        booth.meter = meter
    assert [line.puller.fetch_order(number) is not None for _call in range(2)] == [True, True]
    with pytest.raises(IntegrationError) as caught:
        line.puller.fetch_order(number)
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.THROTTLE, False)
    bench.wait(seconds=60)
    clock.move_to(bench.now)
    assert line.puller.fetch_order(number) is not None
