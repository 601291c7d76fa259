"""A platform's request from two sides at the same instant, or at that of a parcel that leaves."""

from functools import partial
from typing import Any

import pytest

from oms.dto import RefundStage
from oms.flows.order import OrderStatus
from oms.models import ChannelRefund, Order, OrderHold, OutboxEvent, Payment, Refund
from oms.queries.proofs import violations
from oms.services.dispatch import dispatch
from oms.services.fulfillment.parcels import hand_over
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.orders.channel_refunds.noting import Noted, note_platform_refund, sweep
from oms.services.orders.follow_ups import Wanted, make_exchange
from oms.services.orders.ingest import ingest
from oms.services.orders.revision import Verdict
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_order
from tests.factories.refunds import asked
from tests.oms.services.floor import Floor, document_of
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.stock(5)
    return shop


def released(shop: Shop) -> Order:
    order = shop.take_in()
    dispatch(now=NOW)
    dispatch(now=at(10))
    order.refresh_from_db()
    return order


def tell(order: Order, **told: Any) -> partial[Noted]:
    return partial(note_platform_refund, order.store_id, refund=asked(order, **told), now=at(11))


def held(order: Order) -> int:
    return OrderHold.objects.filter(order=order, released_at=None).count()


def test_request_told_many_times_at_once_is_one(shop: Shop) -> None:
    order = shop.take_in()
    results = together(*[tell(order)] * 6)
    assert refusals(results) == []
    assert [getattr(one, "verdict", None) for one in results].count(Verdict.CREATED) == 1
    assert (ChannelRefund.objects.count(), held(order)) == (1, 1)
    assert OutboxEvent.objects.filter(name="channels.return.requested").count() == 1


def test_request_of_an_order_that_is_not_here_told_at_once_is_one(shop: Shop) -> None:
    unknown = Order(store=shop.store, channel_order_no="1001")
    results = together(*[tell(unknown)] * 6)
    assert refusals(results) == []
    assert ChannelRefund.objects.count() == 1


def test_opening_and_closing_at_once_end_with_the_newest(shop: Shop) -> None:
    order = shop.take_in()
    words = [tell(order), tell(order, minutes=1, status=RefundStage.CLOSED)]
    results = queued_behind(order, *words * 2)
    assert refusals(results) == []
    assert (ChannelRefund.objects.get().stage, held(order)) == (RefundStage.CLOSED, 0)


def test_money_told_back_many_times_at_once_is_booked_once(shop: Shop) -> None:
    order = released(shop)
    words = [tell(order, minutes=n, status=RefundStage.SUCCESS) for n in range(4)]
    assert refusals(together(*words)) == []
    order.refresh_from_db()
    assert (Refund.objects.count(), Payment.objects.get().refunded) == (1, 50)
    assert order.status == OrderStatus.CANCELLED
    assert violations() == []


def test_request_and_its_order_at_once_find_each_other(shop: Shop) -> None:
    shop.listing()
    unknown = Order(store=shop.store, channel_order_no="1001")
    order = partial(ingest, shop.store.pk, order=incoming_order("1001"), now=NOW)
    assert refusals(together(tell(unknown), order, tell(unknown))) == []
    sweep(now=at(1))
    row = Order.objects.get()
    assert ChannelRefund.objects.get().order == row
    assert held(row) == 1


def test_request_and_hand_over_at_once_never_ship_what_is_held(shop: Shop) -> None:
    order = released(shop)
    floor = Floor(UserFactory.create(superuser=True))
    parcel = floor.pack(document_of(order))
    leave = partial(hand_over, [parcel.pk], actor=floor.actor, now=at(12))
    results = together(leave, tell(order))
    stopped = refusals(results)
    assert all(isinstance(one, DocumentStopped) for one in stopped)
    order.refresh_from_db()
    has_left = order.status == OrderStatus.SHIPPED
    assert has_left == (not stopped)
    assert held(order) == (0 if has_left else 1)
    assert violations() == []


def test_request_and_release_at_once_never_leave_it_free(shop: Shop) -> None:
    order = shop.take_in()
    dispatch(now=NOW)
    results = together(partial(dispatch, now=at(10)), tell(order))
    assert refusals(results) == []
    dispatch(now=at(30))
    order.refresh_from_db()
    assert held(order) == 1
    assert order.status not in (OrderStatus.ALLOCATED, OrderStatus.RELEASED, OrderStatus.MERGED)
    assert violations() == []


def test_exchange_made_many_times_at_once_is_one_order(shop: Shop) -> None:
    order = released(shop)
    floor = Floor(UserFactory.create(superuser=True))
    floor.ship(document_of(order))
    items = [Wanted(shop.sku().pk, 1)]
    make = partial(make_exchange, order.pk, case_no="AS-1", items=items, actor=None, now=NOW)
    results = together(*[make] * 5)
    assert refusals(results) == []
    assert Order.objects.filter(kind="exchange").count() == 1
    assert len({getattr(one, "pk", None) for one in results}) == 1
    assert violations() == []
