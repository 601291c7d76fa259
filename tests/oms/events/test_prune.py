from datetime import datetime, timedelta

import pytest

from oms.events import bus
from oms.models import EventDelivery, OutboxEvent

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


def event(created_at: datetime, *delivered_at: datetime | None) -> OutboxEvent:
    row = OutboxEvent.objects.create(name="oms.stock.changed", payload={}, created_at=created_at)
    for number, at in enumerate(delivered_at):
        EventDelivery.objects.create(event=row, handler=f"handler_{number}", delivered_at=at)
    return row


def kept(row: OutboxEvent) -> bool:
    return OutboxEvent.objects.filter(pk=row.pk).exists()


def test_old_delivered_event_goes_with_its_deliveries(now: datetime) -> None:
    old = event(now - WEEK - HOUR, now - WEEK - HOUR, now - WEEK - HOUR)
    bus.prune(now=now)
    assert not kept(old)
    assert not EventDelivery.objects.exists()


def test_old_event_that_nobody_handles_goes(now: datetime) -> None:
    old = event(now - WEEK - HOUR)
    bus.prune(now=now)
    assert not kept(old)


def test_young_event_stays(now: datetime) -> None:
    young = event(now - WEEK + HOUR, now - WEEK + HOUR)
    bus.prune(now=now)
    assert kept(young)


def test_event_that_one_handler_still_waits_for_stays(now: datetime) -> None:
    waiting = event(now - 10 * WEEK, now - 10 * WEEK, None)
    bus.prune(now=now)
    assert kept(waiting)
    assert waiting.deliveries.count() == 2


def test_event_delivered_late_stays_a_week_from_then(now: datetime) -> None:
    late = event(now - 2 * WEEK, now - HOUR)
    bus.prune(now=now)
    assert kept(late)
    bus.prune(now=now + WEEK)
    assert not kept(late)
