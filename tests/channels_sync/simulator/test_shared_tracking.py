"""Orders that were merged leave under one number: every platform takes it for each of them, whole,
and shows it when it is asked again."""

import pytest
import time_machine

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.outbound import LineUnits, ShipmentPush
from channels_sync.simulator.market.orders import Order, Status
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.platforms import PLATFORMS
from oms.dto import ShipmentNotice
from tests.channels_sync.simulator.bench import Bench
from tests.channels_sync.simulator.lines_to import Lines

WAYBILL = "SF7444400000001"


def parcel(line: Lines, order: Order) -> ShipmentPush:
    """Write the upload of the one parcel, as far as it is about this order."""
    notice = ShipmentNotice(
        channel_order_no=order.number, carrier="sf", waybill_no=WAYBILL, shipped_at=line.bench.now
    )
    units = (
        LineUnits(channel_line_no=each.channel_line_no or "", quantity=each.quantity)
        for each in line.read(order).lines
    )
    return ShipmentPush(
        key=f"s-{order.number}", package_no="PK1", notice=notice, lines=tuple(units)
    )


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.key)
def test_merged_orders_are_told_under_one_number(
    bench: Bench, clock: time_machine.Traveller, platform: type[Platform]
) -> None:
    assert connectors.get(platform.key).capabilities.shared_tracking
    line = Lines(bench, platform)
    clock.move_to(bench.now)
    orders = [line.order(), line.order()]
    bench.wait(minutes=4)
    clock.move_to(bench.now)
    for order in orders:
        push = parcel(line, order)
        assert line.outbound.find(push) is None
        line.outbound.send(push)
        assert line.outbound.find(push) is not None
    left = [line.now(order.number) for order in orders]
    assert {order.status for order in left} == {Status.SHIPPED}
    assert [[one.waybill_no for one in order.parcels] for order in left] == [[WAYBILL]] * 2
