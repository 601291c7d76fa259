"""Stop a document wherever it stands, or hand it over early: by the warehouse's own right."""

import pytest

from oms.access.checks import NotAllowed
from oms.flows.order import OrderStatus
from oms.models import StopToken, User
from oms.services.desk.documents import (
    DocumentGone,
    NotToRelease,
    StoppedAlready,
    release_early,
    stop_document,
)
from oms.services.fulfillment.stations import DocumentStopped
from tests.factories.basics import UserFactory
from tests.factories.oms import grant
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def manager(day: Day) -> User:
    user: User = UserFactory.create()
    grant(user, "warehouse_manager", day.shop.warehouse)
    return user


def test_unbegun_document_comes_back_and_its_orders_are_held(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(10)
    document = document_of(orders[0])
    held = stop_document(document.pk, actor=manager(day), reason="recall", now=day.now)
    assert {order.pk for order in held} == {order.pk for order in orders}
    document.refresh_from_db()
    assert document.status == "cancelled"
    day.until(30)
    assert [status_of(order) for order in orders] == [S.APPROVED] * 2


def test_begun_document_is_stopped_where_it_lies(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    document = document_of(order)
    floor.claim(document)
    stop_document(document.pk, actor=manager(day), reason="recall", now=day.now)
    assert StopToken.objects.filter(fulfillment=document, lifted_at=None).exists()
    with pytest.raises(DocumentStopped):
        floor._advance(document, "finish_picking", "pick")
    with pytest.raises(StoppedAlready):
        stop_document(document.pk, actor=manager(day), reason="recall", now=day.now)
    assert order.holds.count() == 1


def test_what_left_cannot_be_stopped(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    document = document_of(order)
    floor.ship(document)
    with pytest.raises(DocumentGone):
        stop_document(document.pk, actor=manager(day), reason="recall", now=day.now)
    assert not order.holds.exists()


def test_document_is_handed_over_early_once(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    document = document_of(orders[0])
    release_early(document.pk, actor=manager(day), now=day.now)
    document.refresh_from_db()
    assert document.status == "released"
    with pytest.raises(NotToRelease):
        release_early(document.pk, actor=manager(day), now=day.now)


def test_right_is_the_warehouses(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    document = document_of(orders[0])
    desk: User = UserFactory.create()
    grant(desk, "customer_service", day.shop.store)
    with pytest.raises(NotAllowed):
        stop_document(document.pk, actor=desk, reason="recall", now=day.now)
    with pytest.raises(NotAllowed):
        release_early(document.pk, actor=desk, now=day.now)
    document.refresh_from_db()
    assert document.status == "allocated"
