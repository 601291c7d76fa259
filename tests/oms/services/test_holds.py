import pytest

from oms.access.checks import NotAllowed
from oms.dto import ChannelStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, OrderHold, TimelineEntry
from oms.services.dispatch import dispatch
from oms.services.holds import (
    HeldByChannel,
    HoldNotFound,
    end_holds,
    hold_order,
    place_hold,
    release_hold,
)
from oms.services.recall import Answer
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_order
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor

S = OrderStatus
SYSTEM = OrderHold.Owner.SYSTEM


def test_held_order_goes_nowhere(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    assert hold_order(order.pk, actor=floor.actor, detail="call him", now=day.now) is Answer.FREE
    day.until(30)
    order.refresh_from_db()
    assert (order.status, order.eligible_at, order.release_at) == (S.APPROVED, None, None)
    entry = TimelineEntry.objects.get(action="hold")
    assert (entry.actor, entry.note) == (floor.actor, "person: call him")


def test_hold_takes_goods_back_that_nobody_claimed(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    assert hold_order(order.pk, actor=floor.actor, detail="", now=day.now) is Answer.FREE
    assert status_of(order) == S.APPROVED
    assert FulfillmentOrder.objects.get().status == "cancelled"
    assert day.shop.warehouse.stock.get().reserved == 0


def test_order_goes_on_when_its_last_hold_ends(shop: Shop, floor: Floor) -> None:
    order = shop.take_in()
    hold_order(order.pk, actor=floor.actor, detail="", now=NOW)
    place_hold(order, code="refund_requested", owner=SYSTEM, now=NOW)
    mine = order.holds.get(code="person")
    release_hold(mine.pk, actor=floor.actor, note="fine", now=at(1))
    order.refresh_from_db()
    assert order.eligible_at is None
    dispatch(now=at(1))
    assert status_of(order) == S.PENDING_REVIEW
    end_holds(order, code="refund_requested", now=at(2))
    order.refresh_from_db()
    assert order.eligible_at == at(2)
    dispatch(now=at(2))
    assert status_of(order) == S.WAITING_MERGE
    mine.refresh_from_db()
    assert (mine.released_by, mine.release_note) == (floor.actor, "fine")


def test_order_waits_anew_for_siblings_after_a_hold(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    hold_order(order.pk, actor=floor.actor, detail="", now=day.now)
    day.until(60)
    release_hold(order.holds.get().pk, actor=floor.actor, note="", now=day.now)
    day.until(69)
    assert status_of(order) == S.WAITING_MERGE
    day.until(70)
    assert status_of(order) == S.RELEASED


def test_same_hold_twice_is_one(shop: Shop) -> None:
    order = shop.take_in()
    for _again in range(2):
        place_hold(order, code="refund_requested", owner=SYSTEM, now=NOW)
    assert order.holds.count() == 1
    place_hold(order, code="refund_requested", owner=OrderHold.Owner.CHANNEL, now=NOW)
    assert order.holds.count() == 2


def test_hold_is_released_once_and_by_who_may(shop: Shop, floor: Floor) -> None:
    order = shop.take_in()
    stranger = UserFactory.create()
    with pytest.raises(NotAllowed):
        hold_order(order.pk, actor=stranger, detail="", now=NOW)
    hold_order(order.pk, actor=floor.actor, detail="", now=NOW)
    hold = order.holds.get()
    with pytest.raises(NotAllowed):
        release_hold(hold.pk, actor=stranger, note="", now=NOW)
    release_hold(hold.pk, actor=floor.actor, note="", now=NOW)
    with pytest.raises(HoldNotFound):
        release_hold(hold.pk, actor=floor.actor, note="", now=NOW)


def test_what_the_platform_forbids_only_the_platform_allows(shop: Shop, floor: Floor) -> None:
    order = shop.take_in(incoming_order(platform_hold="risk control"))
    with pytest.raises(HeldByChannel):
        release_hold(order.holds.get().pk, actor=floor.actor, note="", now=NOW)
    assert order.holds.get().released_at is None


def test_unpaid_order_is_not_ready_when_its_hold_ends(shop: Shop, floor: Floor) -> None:
    order = shop.take_in(incoming_order(channel_status=ChannelStatus.UNPAID))
    hold_order(order.pk, actor=floor.actor, detail="", now=NOW)
    release_hold(order.holds.get().pk, actor=floor.actor, note="", now=at(1))
    order.refresh_from_db()
    assert (order.status, order.eligible_at) == (S.UNPAID, None)
