"""What becomes of a published event: its handlers' effects once, or a person who looks at it."""

import contextlib
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from oms.events import bus
from oms.events.types import StockChanged
from oms.models import EventDelivery, OutboxEvent
from tests.oms.events import handlers
from tests.oms.events.conftest import Handler, Subscribe

pytestmark = pytest.mark.django_db

SECONDS = [15, 30, 60, 120, 240, 480, 960, 1920]


def publish(*sku_ids: int, now: datetime) -> list[EventDelivery]:
    bus.publish(StockChanged(sku_ids=list(sku_ids)), now=now)
    return list(EventDelivery.objects.order_by("pk"))


def test_effects_happen_once(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note)
    (row,) = publish(3, now=now)
    assert bus.deliver(row.pk, now=now)
    assert not bus.deliver(row.pk, now=now)
    assert bus.deliver_due(now=now + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert (row.delivered_at, row.attempts, row.last_error) == (now, 1, "")
    assert handlers.noted() == [3]


def test_worker_that_paused_before_the_handler_finds_it_done(
    now: datetime, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(handlers.note)
    (row,) = publish(3, now=now)
    run = bus._deliver_locked

    def overtaken(delivery_id: int, *, now: datetime) -> bool:
        monkeypatch.setattr(bus, "_deliver_locked", run)
        assert bus.deliver(delivery_id, now=now + timedelta(minutes=5))
        return run(delivery_id, now=now)

    monkeypatch.setattr(bus, "_deliver_locked", overtaken)
    assert not bus.deliver(row.pk, now=now)
    assert handlers.noted() == [3]


def test_older_handler_ignores_newer_fields(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note)
    publish(3, now=now)
    event = OutboxEvent.objects.get()
    event.payload["added_since"] = True
    event.save()
    assert bus.deliver_due(now=now) == 1


def test_failure_leaves_no_effect_and_keeps_its_words(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.fail)
    (row,) = publish(3, now=now)
    assert not bus.deliver(row.pk, now=now)
    row.refresh_from_db()
    assert handlers.noted() == []
    assert (row.delivered_at, row.attempts) == (None, 1)
    assert row.last_error == "ValueError: shelf 7 is full"


def test_failure_does_not_stop_the_others(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.fail, handlers.note)
    publish(3, now=now)
    assert bus.deliver_due(now=now) == 1
    assert handlers.noted() == [3]


@pytest.mark.parametrize(
    "handler",
    [
        handlers.raise_without_words,
        handlers.raise_what_postgresql_cannot_store,
        handlers.raise_half_an_emoji,
    ],
)
def test_error_that_cannot_be_written_does_not_stop_the_others(
    now: datetime, subscribe: Subscribe, handler: Handler
) -> None:
    subscribe(handler, handlers.note)
    failed, _ = publish(3, now=now)
    # Half an emoji in a report would end the test run itself.
    with contextlib.suppress(UnicodeError), transaction.atomic():
        bus.deliver_due(now=now)
    assert handlers.noted() == [3]
    failed.refresh_from_db()
    assert failed.last_error


def test_error_text_names_no_person(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.name_a_person)
    (row,) = publish(3, now=now)
    bus.deliver_due(now=now)
    row.refresh_from_db()
    assert "no answer from" in row.last_error
    assert handlers.NUMBER not in row.last_error


def test_tries_come_ever_later_and_end_with_a_person(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.fail)
    (row,) = publish(3, now=now)
    at = now
    for attempt, seconds in enumerate(SECONDS, start=1):
        assert bus.deliver_due(now=at - timedelta(seconds=1)) == 0
        bus.deliver_due(now=at)
        row.refresh_from_db()
        assert (row.attempts, row.not_before) == (attempt, at + timedelta(seconds=seconds))
        assert row.needs_person is (attempt == bus.MAX_ATTEMPTS)
        at = row.not_before
    assert bus.deliver_due(now=at + timedelta(days=30)) == 0
    row.refresh_from_db()
    assert (row.attempts, row.delivered_at) == (len(SECONDS), None)
    assert row.last_error == "ValueError: shelf 7 is full"
    assert handlers.noted() == []


def test_attempt_of_a_killed_worker_counts(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.be_killed)
    (row,) = publish(3, now=now)
    with pytest.raises(SystemExit):
        bus.deliver(row.pk, now=now)
    row.refresh_from_db()
    assert (row.attempts, row.delivered_at) == (1, None)
    assert row.not_before == now + timedelta(seconds=SECONDS[0])
    assert handlers.noted() == []


def test_worker_killed_every_time_ends_with_a_person(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.be_killed)
    (row,) = publish(3, now=now)
    for days in range(bus.MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            bus.deliver_due(now=now + timedelta(days=days))
    assert bus.deliver_due(now=now + timedelta(days=30)) == 0
    row.refresh_from_db()
    assert row.needs_person


def test_success_after_failures_leaves_no_complaint(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.fail)
    (row,) = publish(3, now=now)
    bus.deliver_due(now=now)
    row.refresh_from_db()
    row.handler, row.attempts = "tests.oms.events.handlers.note", bus.MAX_ATTEMPTS - 1
    row.save()
    later = now + timedelta(hours=1)
    assert bus.deliver_due(now=later) == 1
    row.refresh_from_db()
    assert (row.delivered_at, row.needs_person, row.last_error) == (later, False, "")


def test_handler_that_is_gone_waits_for_a_person_too(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note)
    (row,) = publish(3, now=now)
    row.handler, row.attempts = "tests.oms.events.handlers.renamed", bus.MAX_ATTEMPTS - 1
    row.save()
    assert bus.deliver_due(now=now) == 0
    row.refresh_from_db()
    assert row.needs_person
    assert "renamed" in row.last_error


def test_oldest_is_delivered_first(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note)
    for sku_id in (5, 3, 9):
        publish(sku_id, now=now)
    assert bus.deliver_due(now=now, limit=2) == 2
    assert handlers.noted() == [5, 3]
    assert bus.deliver_due(now=now) == 1
    assert handlers.noted() == [5, 3, 9]


def test_person_can_have_it_tried_again(now: datetime, subscribe: Subscribe) -> None:
    subscribe(handlers.note, handlers.note_again)
    stuck, done = publish(3, now=now)
    stuck.attempts, stuck.needs_person = bus.MAX_ATTEMPTS, True
    stuck.save()
    bus.deliver_due(now=now)
    later = now + timedelta(hours=3)
    assert bus.retry([stuck.pk, done.pk], now=later) == 1
    assert bus.deliver_due(now=later) == 1
    stuck.refresh_from_db()
    assert (stuck.attempts, stuck.delivered_at) == (1, later)
    assert handlers.noted() == [3, 3]
