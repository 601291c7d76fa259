from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django_q.models import OrmQ, Schedule
from time_machine import Traveller

from oms import scheduling
from oms.models import NamedLock
from oms.scheduling import (
    DuplicateSchedule,
    last_success,
    mark_success,
    nudge,
    nudge_answered,
    periodic,
    single_flight,
    sync_schedules,
)
from tests.factories.oms import NOW

DRAIN = "oms.tasks.deliver_events"
Capture = Callable[..., Any]


def pull() -> None:
    """Stand for a task."""


def push() -> None:
    """Stand for another one."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the real schedules for this test."""
    monkeypatch.setattr(scheduling, "_registered", {})


@pytest.fixture
def declared(registry: None) -> None:
    periodic(minutes=5, name="oms.pull")(pull)
    periodic(minutes=60, name="oms.push")(push)


def schedules() -> list[dict[str, Any]]:
    return list(Schedule.objects.order_by("name", "pk").values())


@pytest.mark.django_db
def test_table_becomes_what_the_code_declares(declared: None) -> None:
    sync_schedules()
    rows = Schedule.objects.order_by("name").values_list(
        "name", "func", "schedule_type", "minutes", "repeats"
    )
    assert list(rows) == [
        ("oms.pull", f"{__name__}.pull", Schedule.MINUTES, 5, -1),
        ("oms.push", f"{__name__}.push", Schedule.MINUTES, 60, -1),
    ]


@pytest.mark.django_db
def test_second_time_changes_nothing(declared: None) -> None:
    sync_schedules()
    first = schedules()
    sync_schedules()
    assert schedules() == first


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["oms.renamed", "", None])
def test_stray_is_dropped(declared: None, name: str | None) -> None:
    Schedule.objects.create(name=name, func="oms.tasks.gone")
    sync_schedules()
    assert [row["name"] for row in schedules()] == ["oms.pull", "oms.push"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 1},
        {"func": "os.system"},
        {"args": "not ( parsable"},
        {"kwargs": "x="},
        {"schedule_type": Schedule.ONCE, "repeats": 1},
        {"cluster": "elsewhere"},
        {"hook": "oms.tasks.gone"},
    ],
)
def test_foreign_change_is_undone(declared: None, changes: dict[str, Any]) -> None:
    sync_schedules()
    first = schedules()
    Schedule.objects.filter(name="oms.pull").update(**changes)
    assert schedules() != first
    sync_schedules()
    assert schedules() == first


@pytest.mark.django_db
def test_two_rows_of_one_name_become_one(declared: None) -> None:
    # Two processes that start at once may both write it: the table has no unique name.
    sync_schedules()
    Schedule.objects.create(
        name="oms.pull", func=f"{__name__}.pull", schedule_type=Schedule.MINUTES, minutes=5
    )
    sync_schedules()
    assert [row["name"] for row in schedules()] == ["oms.pull", "oms.push"]


def test_two_tasks_of_one_name_are_refused(declared: None) -> None:
    with pytest.raises(DuplicateSchedule):
        periodic(minutes=5, name="oms.pull")(push)
    assert [known.func for known in scheduling.registered()] == [
        f"{__name__}.pull",
        f"{__name__}.push",
    ]


def test_module_imported_twice_declares_once(declared: None) -> None:
    periodic(minutes=5, name="oms.pull")(pull)
    assert len(scheduling.registered()) == 2


@pytest.mark.django_db
def test_nudge_queues_one_task_until_it_is_answered(
    clock: Traveller, django_capture_on_commit_callbacks: Capture
) -> None:
    def nudge_twice() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            nudge(DRAIN)
            nudge(DRAIN)
        return len(OrmQ.objects.all())

    assert nudge_twice() == 1
    assert nudge_twice() == 1
    nudge_answered(DRAIN)
    assert nudge_twice() == 2


@pytest.mark.django_db
def test_nudge_waits_for_the_commit(django_capture_on_commit_callbacks: Capture) -> None:
    """Before it, the drain would find nothing, and writers would queue for the lease."""
    with django_capture_on_commit_callbacks(execute=True):
        nudge(DRAIN)
        assert not OrmQ.objects.exists()
        assert not NamedLock.objects.exists()
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_lost_nudge_is_given_again_after_a_minute(
    clock: Traveller, django_capture_on_commit_callbacks: Capture
) -> None:
    queued = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            nudge(DRAIN)
        queued.append(OrmQ.objects.count())
        clock.shift(timedelta(seconds=30))
    assert queued == [1, 1, 2]


@pytest.mark.django_db
def test_nudges_of_two_tasks_do_not_meet(django_capture_on_commit_callbacks: Capture) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        nudge(DRAIN)
        nudge("oms.tasks.prune_events")
    assert OrmQ.objects.count() == 2


@pytest.mark.django_db
def test_nudge_of_an_undone_change_is_none(django_capture_on_commit_callbacks: Capture) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        nudge(DRAIN)
        transaction.set_rollback(True)
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
def test_nudge_that_fails_does_not_fail_what_was_committed(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capture
) -> None:
    """The sweep delivers anyway: the caller must not believe that its change was undone."""

    def refuse(*_arguments: Any) -> None:
        raise OperationalError("the queue is away")

    monkeypatch.setattr(scheduling, "async_task", refuse)
    with django_capture_on_commit_callbacks(execute=True) as called:
        nudge(DRAIN)
    assert len(called) == 1


@pytest.mark.django_db
def test_lease_lets_one_in_and_is_free_afterwards(clock: Traveller) -> None:
    with single_flight("oms.scan") as first:
        with single_flight("oms.scan") as second, single_flight("oms.other") as other:
            assert (first, second, other) == (True, False, True)
        # Whoever did not get in must not open the door on leaving.
        with single_flight("oms.scan") as third:
            assert not third
    with single_flight("oms.scan") as again:
        assert again


@pytest.mark.django_db
def test_lease_is_free_after_an_error(clock: Traveller) -> None:
    with pytest.raises(ValueError, match="broken"), single_flight("oms.scan"):
        raise ValueError("broken")
    with single_flight("oms.scan") as got:
        assert got


@pytest.mark.django_db
def test_lease_of_a_dead_worker_runs_out(clock: Traveller) -> None:
    NamedLock.objects.create(name="oms.scan", expires_at=NOW + timedelta(minutes=2))
    clock.shift(timedelta(seconds=119))
    with single_flight("oms.scan") as early:
        assert not early
    clock.shift(timedelta(seconds=1))
    with single_flight("oms.scan") as late:
        assert late


@pytest.mark.django_db
def test_worker_that_overstayed_does_not_free_the_lease_of_the_next(clock: Traveller) -> None:
    ttl = timedelta(minutes=2)
    slow = single_flight("oms.scan", ttl=ttl)
    assert slow.__enter__()
    clock.shift(ttl)
    with single_flight("oms.scan", ttl=ttl) as following:
        assert following
        slow.__exit__(None, None, None)
        with single_flight("oms.scan", ttl=ttl) as third:
            assert not third


@pytest.mark.django_db
def test_lease_outlasts_the_longest_task(clock: Traveller, settings: Any) -> None:
    with single_flight("oms.scan"):
        assert NamedLock.objects.get().expires_at > NOW + settings.TASK_TIMEOUT


@pytest.mark.django_db
def test_last_success_is_remembered_by_name(clock: Traveller) -> None:
    assert last_success("oms.scan") is None
    with single_flight("oms.scan"):
        mark_success("oms.scan", at=NOW)
    with single_flight("oms.other"):
        assert last_success("oms.other") is None
    assert last_success("oms.scan") == NOW
