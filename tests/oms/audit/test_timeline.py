from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from oms.audit import timeline
from oms.audit.context import acting_as
from oms.audit.timeline import Move
from oms.models import TimelineEntry
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db


def test_act_without_a_move_is_recorded_whole(now: datetime) -> None:
    user = UserFactory.create()
    with acting_as(user, correlation_id="c-1"):
        timeline.record(
            "order", 7, "note", at=now, actor=user, note="call first", detail={"memo": 1}
        )
    entry = TimelineEntry.objects.get()
    assert (entry.subject, entry.subject_id, entry.action) == ("order", 7, "note")
    assert (entry.from_status, entry.to_status, entry.entered_at) == ("", "", None)
    assert (entry.actor, entry.note, entry.detail) == (user, "call first", {"memo": 1})
    assert (entry.correlation_id, entry.at) == ("c-1", now)


def test_first_station_has_no_past(now: datetime) -> None:
    timeline.record_created("order", [1, 2], "unpaid", at=now)
    entries = TimelineEntry.objects.values_list(
        "subject_id", "action", "from_status", "to_status", "entered_at", "at"
    )
    assert list(entries) == [(pk, "create", "", "unpaid", None, now) for pk in (1, 2)]


def test_move_tells_how_long_the_row_stood(now: datetime) -> None:
    since = now - timedelta(minutes=25)
    timeline.record_moves("order", "pay", [Move(1, "unpaid", "pending_review", since)], at=now)
    entry = TimelineEntry.objects.get()
    assert entry.entered_at is not None
    assert entry.at - entry.entered_at == timedelta(minutes=25)


def test_thousands_of_moves_take_few_queries(now: datetime) -> None:
    moves = [Move(pk, "released", "waved", now) for pk in range(2500)]
    with CaptureQueriesContext(connection) as queries:
        timeline.record_moves("fulfillment", "wave", moves, at=now)
    assert TimelineEntry.objects.count() == 2500
    # SQLite takes fewer rows at once than PostgreSQL.
    assert len(queries) < 60


def test_no_moves_leave_no_entry(now: datetime) -> None:
    timeline.record_moves("order", "pay", [], at=now)
    assert not TimelineEntry.objects.exists()


def test_record_of_an_act_that_was_undone_is_undone_with_it(now: datetime) -> None:
    with transaction.atomic():
        timeline.record("order", 1, "note", at=now)
        assert TimelineEntry.objects.exists()
        transaction.set_rollback(True)
    assert not TimelineEntry.objects.exists()
