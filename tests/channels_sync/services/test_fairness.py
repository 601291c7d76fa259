"""A page of all, and turns that count from the last one."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from channels_sync.models import RawOrder
from channels_sync.services import fairness
from channels_sync.services.fairness import flight_of, page_of_all, since_last_turn
from channels_sync.services.turns import Turn
from oms.models import Store
from oms.scheduling import single_flight
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


def raw(store: Store, number: str, *, minutes: int = 0) -> RawOrder:
    at = NOW - timedelta(minutes=minutes)
    return RawOrder.objects.create(
        store=store,
        source="pull",
        event_id=number,
        payload="{}",
        digest="",
        received_at=at,
        not_before=at,
        status="received",
        status_at=at,
    )


def test_every_store_has_its_share_of_a_page_however_many_another_one_has() -> None:
    huge, small = StoreFactory.create(), StoreFactory.create()
    many = [raw(huge, str(number), minutes=60) for number in range(10)]
    late = [raw(small, str(number)) for number in range(2)]
    page = page_of_all(RawOrder.objects.all(), order=("not_before", "pk"), size=6)
    expected = [many[0], late[0], many[1], late[1], many[2], many[3]]
    assert page == [row.pk for row in expected]


def test_both_ways_deal_alike() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("there is one way only")
    stores = [StoreFactory.create() for _store in range(5)]
    for number in range(60):
        # Not in order, some of them at the same moment, and one store has nothing.
        raw(stores[number * number % 4], str(number), minutes=number * 37 % 23)
    rows, order = RawOrder.objects.exclude(event_id="7"), ("not_before", "pk")
    for size in (1, 3, 4, 17, 59, 100):
        by_stores = fairness._by_stores(rows, order=order, size=size)
        assert by_stores == fairness._by_window(rows, order=order, size=size)
        assert len(by_stores) == min(size, 59)


def test_nothing_waits_for_nobody() -> None:
    StoreFactory.create()
    assert page_of_all(RawOrder.objects.all(), order=("not_before", "pk"), size=6) == []


def test_store_that_just_had_its_turn_waits_from_then_on(clock: time_machine.Traveller) -> None:
    old = NOW - timedelta(hours=5)
    with single_flight(flight_of("push", store_id=7)):
        pass
    served, waiting = since_last_turn([Turn(7, old), Turn(8, old)], work="push", now=NOW)
    assert (served.due_at, waiting.due_at) == (NOW, old)
