"""What is the same on the line to several platforms of the simulated market."""

import pytest
import time_machine

from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.weidian.platform import Weidian
from channels_sync.simulator.youzan.platform import Youzan
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind

from .bench import Bench
from .lines_to import Lines
from .telling import cart_of_two, shipment

LIST: dict[type[Platform], str] = {
    Doudian: "searchList",
    Weidian: "vdian.order.list.get",
    Youzan: "youzan.trades.sold.get",
}
"""The call that lists orders."""


@pytest.fixture(params=LIST, ids=lambda platform: platform.key)
def platform(request: pytest.FixtureRequest) -> type[Platform]:
    chosen: type[Platform] = request.param
    return chosen


@pytest.fixture
def shop(platform: type[Platform], bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, platform)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(FaultKind.THROTTLE, ErrorKind.THROTTLE), (FaultKind.REFUSE, ErrorKind.FATAL)],
)
def test_trouble_comes_inside_a_200(
    shop: Lines, platform: type[Platform], fault: FaultKind, kind: ErrorKind
) -> None:
    shop.bench.plan(fault, LIST[platform])
    assert shop.refusal().kind is kind
    assert [record.status for record in shop.bench.records] == [200]


def test_parcel_ships_the_order_and_is_found(shop: Lines) -> None:
    order = shop.order()
    push = shipment(order)
    assert shop.outbound.find(push) is None
    shop.outbound.send(push)
    assert shop.outbound.find(push) == shop.outbound.send(push)
    shipped = shop.now(order.number)
    assert (shipped.status, len(shipped.parcels)) == (Status.SHIPPED, 1)


def test_parts_ship_it_together(shop: Lines) -> None:
    order = cart_of_two(shop)
    shop.outbound.send(shipment(order, 0, number="SF1"))
    assert shop.read(order).channel_status is ChannelStatus.PARTLY_SHIPPED
    shop.outbound.send(shipment(order, 1, number="SF2"))
    assert [parcel.waybill_no for parcel in shop.now(order.number).parcels] == ["SF1", "SF2"]
    assert shop.read(order).channel_status is ChannelStatus.SHIPPED
