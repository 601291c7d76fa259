"""Orders that were shipped, finished or cancelled before they came to us."""

import pytest

from oms.dto import ChannelStatus, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Demand, FulfillmentOrder, Order, OutboxEvent
from oms.services.dispatch import dispatch
from oms.services.merging.scan import scan
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, revised

C = ChannelStatus
S = OrderStatus
HISTORY = [
    (incoming_order(closed_external=True), S.CLOSED_EXTERNAL),
    (incoming_order(channel_status=C.SHIPPED), S.CLOSED_EXTERNAL),
    (incoming_order(channel_status=C.COMPLETED, platform_hold="risk"), S.CLOSED_EXTERNAL),
    (incoming_order(channel_status=C.CANCELLED), S.CANCELLED),
]


@pytest.mark.parametrize(("told", "status"), HISTORY)
def test_history_is_kept_and_moves_nothing(
    shop: Shop, told: IncomingOrder, status: OrderStatus
) -> None:
    shop.stock(5)
    order = shop.take_in(told)
    dispatch(now=at(20))
    scan(now=at(25))
    order.refresh_from_db()
    assert (order.status, order.eligible_at, order.holds.count()) == (status, None, 0)
    assert order.lines.count() == order.items.count() == 1
    assert not Demand.objects.exists()
    assert not FulfillmentOrder.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_history_stays_history_whatever_comes_later(shop: Shop) -> None:
    told = incoming_order(channel_status=C.SHIPPED)
    order = shop.take_in(told)
    shop.tell(revised(told, channel_status=C.COMPLETED, lines=(incoming_line(quantity=9),)))
    order.refresh_from_db()
    assert (order.status, order.channel_status) == (S.CLOSED_EXTERNAL, C.COMPLETED)


def test_cancelled_before_we_saw_it_owes_nothing(shop: Shop) -> None:
    order = shop.take_in(incoming_order(channel_status=C.CANCELLED))
    item = order.items.get()
    assert (item.quantity, item.cancelled_quantity) == (1, 1)


def test_platform_hold_keeps_an_order_until_the_platform_lifts_it(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order(platform_hold="risk control")
    order = shop.take_in(told)
    dispatch(now=at(20))
    order.refresh_from_db()
    assert (order.status, order.eligible_at) == (S.PENDING_REVIEW, None)
    [hold] = order.holds.all()
    assert (hold.code, hold.owner, hold.detail) == ("platform", "channel", "risk control")
    shop.tell(revised(told, platform_hold=""), now=at(30))
    order.refresh_from_db()
    assert order.eligible_at == at(30)
    dispatch(now=at(40))
    dispatch(now=at(41))
    assert Order.objects.get().status == S.RELEASED


def test_partly_shipped_elsewhere_waits_for_a_person(shop: Shop) -> None:
    order = shop.take_in(incoming_order(channel_status=C.PARTLY_SHIPPED))
    assert order.status == S.PENDING_REVIEW
    assert [hold.code for hold in order.holds.all()] == ["partly_shipped_elsewhere"]
    assert dispatch(now=NOW)["reviewed"] == 0


def test_known_order_that_is_partly_shipped_elsewhere_is_pulled_back(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order()
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    shop.tell(revised(told, channel_status=C.PARTLY_SHIPPED), now=at(11))
    order.refresh_from_db()
    assert order.status == S.APPROVED
    assert [hold.code for hold in order.holds.all()] == ["partly_shipped_elsewhere"]
    assert FulfillmentOrder.objects.get().status == "cancelled"
