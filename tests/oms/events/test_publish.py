from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django_q.models import OrmQ

from oms.events import bus
from oms.events.bus import PublishedOutsideTransaction
from oms.events.types import RefundConfirmed, StockChanged
from oms.models import EventDelivery, OutboxEvent
from tests.oms.events import handlers
from tests.oms.events.conftest import Subscribe

EVENT = StockChanged(sku_ids=[3, 5])


@pytest.mark.django_db
def test_every_handler_gets_its_own_delivery(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note, handlers.note_again)
    bus.publish(EVENT, now=now, correlation_id="c-1")
    row = OutboxEvent.objects.get()
    assert (row.name, row.payload) == ("oms.stock.changed", {"sku_ids": [3, 5]})
    assert (row.created_at, row.correlation_id) == (now, "c-1")
    waiting = EventDelivery.objects.order_by("pk").values_list("handler", "attempts", "not_before")
    assert list(waiting) == [
        ("tests.oms.events.handlers.note", 0, now),
        ("tests.oms.events.handlers.note_again", 0, now),
    ]


@pytest.mark.django_db
def test_event_that_nobody_handles_is_kept_without_deliveries(now: datetime) -> None:
    bus.publish(RefundConfirmed(refund_ids=[1]), now=now)
    assert OutboxEvent.objects.get().deliveries.count() == 0


@pytest.mark.django_db
def test_event_of_an_undone_change_never_existed(
    now: datetime, subscribe: Subscribe, django_capture_on_commit_callbacks: Any
) -> None:
    subscribe(handlers.note)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        bus.publish(EVENT, now=now)
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert not EventDelivery.objects.exists()
    assert not OrmQ.objects.exists()
    assert bus.deliver_due(now=now + timedelta(days=1)) == 0
    assert handlers.noted() == []


@pytest.mark.django_db
def test_many_events_wake_one_task(now: datetime, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            bus.publish(EVENT, now=now)
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_event_without_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(PublishedOutsideTransaction):
        bus.publish(EVENT, now=now)
    assert not OutboxEvent.objects.exists()


def test_handler_named_twice_is_called_once(subscribe: Subscribe) -> None:
    subscribe(handlers.note, handlers.note_again, handlers.note)
    assert bus.handlers_of(StockChanged.name) == [
        "tests.oms.events.handlers.note",
        "tests.oms.events.handlers.note_again",
    ]
    assert bus.handlers_of("oms.nothing.happened") == []
