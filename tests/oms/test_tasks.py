import runpy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django_q.models import OrmQ
from time_machine import Traveller

from oms import scheduling, tasks
from oms.access import grants
from oms.access.checks import may
from oms.events import bus
from oms.events.types import StockChanged
from oms.models import Heartbeat, NamedLock, OutboxEvent, User
from oms.scheduling import last_success
from oms.services.merging import scan
from tests.factories.oms import NOW, StoreFactory, UserFactory
from tests.oms.events import handlers

pytestmark = pytest.mark.django_db

Capture = Callable[..., Any]


@pytest.fixture(autouse=True)
def _clock_and_one_handler(clock: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "_handlers", {})
    bus.handles(StockChanged)(handlers.note)


def test_drain_delivers_and_may_be_nudged_again(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    for expected in (1, 2):
        with django_capture_on_commit_callbacks(execute=True):
            bus.publish(StockChanged(sku_ids=[expected]), now=NOW)
        assert OrmQ.objects.count() == expected
        tasks.deliver_events()
    assert handlers.noted() == [1, 2]


def test_older_queued_calls_still_run() -> None:
    bus.publish(StockChanged(sku_ids=[1]), now=NOW)
    tasks.deliver_events(limit=3)
    tasks.prune_events(days=1)
    tasks.beat(worker="a")
    assert handlers.noted() == [1]
    assert Heartbeat.objects.filter(name="worker").exists()


def test_pruning_drops_what_is_done_for_long() -> None:
    OutboxEvent.objects.create(
        name="oms.stock.changed", payload={}, created_at=NOW - timedelta(days=8)
    )
    tasks.prune_events()
    assert not OutboxEvent.objects.exists()


def test_beat_is_the_sign_of_life_that_the_monitor_reads() -> None:
    tasks.beat()
    assert Heartbeat.objects.get(name="worker").at == NOW


def test_role_ends_by_itself(clock: Traveller) -> None:
    user, store = UserFactory.create(), StoreFactory.create()
    grants.assign_role(
        user.pk,
        role="finance",
        place=store,
        now=NOW,
        granted_by=None,
        ends_at=NOW + timedelta(days=1),
    )
    tasks.end_roles()
    assert may(User.objects.get(pk=user.pk), "view_finance", store)
    clock.shift(timedelta(days=1))
    tasks.end_roles()
    assert not may(User.objects.get(pk=user.pk), "view_finance", store)


class Scan:
    """Stands for the merge scan: remembers when it was called, and fails if told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.called: list[datetime] = []

    def __call__(self, *, now: datetime) -> None:
        self.called.append(now)
        if self.error:
            raise self.error


def test_scan_remembers_when_it_last_saw_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = Scan()
    monkeypatch.setattr(scan, "scan", scanned)
    tasks.merge_scan()
    assert scanned.called == [NOW]
    assert last_success(scan.LEASE) == NOW


def test_scan_that_failed_saw_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "scan", Scan(ValueError("broken")))
    with pytest.raises(ValueError, match="broken"):
        tasks.merge_scan()
    assert last_success(scan.LEASE) is None


def test_scan_never_runs_beside_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = Scan()
    monkeypatch.setattr(scan, "scan", scanned)
    NamedLock.objects.create(name=scan.LEASE, expires_at=NOW + timedelta(minutes=1))
    tasks.merge_scan()
    assert scanned.called == []
    assert last_success(scan.LEASE) is None


def test_merge_scan_runs_as_often_as_the_setting_says(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "_registered", {})
    settings.MERGE_SCAN_MINUTES = 7
    runpy.run_path(tasks.__file__, run_name="oms.tasks")
    assert {row.name: row.minutes for row in scheduling.registered()}[scan.LEASE] == 7
