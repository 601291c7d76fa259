"""Background work: what runs every so often, what runs once, and never two of one kind at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from oms.models import NamedLock
from oms.statements import rows

Task = TypeVar("Task", bound=Callable[..., Any])

_LEASE: timedelta = settings.TASK_TIMEOUT + timedelta(seconds=30)
# A nudge that got lost with its worker may be given again after this long.
_NUDGE_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A declared schedule. ``func`` is the dotted path that the worker imports."""

    name: str
    minutes: int
    func: str


_registered: dict[str, Periodic] = {}


class DuplicateSchedule(ValueError):
    """Two tasks claim one name: a programming error, raised at import."""


def periodic(*, minutes: int, name: str) -> Callable[[Task], Task]:
    """Declare beside a task that it runs every so many minutes; ``sync_schedules`` makes it so.

    :raises DuplicateSchedule: if the name is taken by another task
    """

    def register(task: Task) -> Task:
        declared = Periodic(name, minutes, f"{task.__module__}.{task.__qualname__}")
        if _registered.setdefault(name, declared) != declared:
            raise DuplicateSchedule(name)
        return task

    return register


def registered() -> list[Periodic]:
    return sorted(_registered.values(), key=lambda declared: declared.name)


@transaction.atomic
def sync_schedules() -> None:
    """Make the worker's table equal to what is declared; strays are dropped, so that a renamed
    task never runs on. One faulty row would stop every schedule, hence nobody else writes it."""
    newest = {row.name: row.pk for row in Schedule.objects.order_by("pk")}
    Schedule.objects.exclude(pk__in=newest.values()).delete()
    for declared in registered():
        Schedule.objects.update_or_create(
            name=declared.name,
            defaults={
                "func": declared.func,
                "schedule_type": Schedule.MINUTES,
                "minutes": declared.minutes,
                "repeats": -1,
                "args": None,
                "kwargs": None,
                "hook": None,
                "cron": None,
                "intended_date_kwarg": None,
                "cluster": None,
            },
        )
    Schedule.objects.exclude(name__in=_registered).delete()


def nudge(func: str) -> None:
    """Wake a task that drains a table, after commit, unless one is already waiting to run.

    A lost nudge costs a minute at most: every drain also runs on a schedule.
    """
    # Robust: what was committed stays done even if the queue cannot be told.
    transaction.on_commit(lambda: _nudge_now(func), robust=True)


def _nudge_now(func: str) -> None:
    now = timezone.now()
    if _take(f"nudge:{func}"[:64], now, _NUDGE_LIFE):
        async_task(func)


def nudge_answered(func: str) -> None:
    """Called first by the drain: whatever is written from here on may nudge again."""
    NamedLock.objects.filter(name=f"nudge:{func}"[:64]).update(expires_at=timezone.now())


@contextmanager
def single_flight(name: str, *, ttl: timedelta = _LEASE) -> Iterator[bool]:
    """Yield whether the lease was free; it is given back at the end, or runs out by itself.

    The block that got it should note ``mark_success`` when its work is committed.
    """
    until = timezone.now() + ttl
    got = _take(name, until - ttl, ttl)
    try:
        yield got
    finally:
        if got:
            held = NamedLock.objects.filter(name=name, expires_at=until)
            held.update(expires_at=timezone.now())


_HELD = "SELECT 1 FROM oms_namedlock WHERE name = %s AND expires_at > %s"


def _is_held(name: str, now: datetime) -> bool:
    """Asked after every message that comes in, and nearly always true then."""
    return bool(rows(_HELD, [name, connection.ops.adapt_datetimefield_value(now)]))


def _take(name: str, now: datetime, ttl: timedelta) -> bool:
    if _is_held(name, now):
        return False
    lock, _is_new = NamedLock.objects.get_or_create(name=name, defaults={"expires_at": now})
    if lock.expires_at > now:
        return False
    free = NamedLock.objects.filter(name=name, expires_at__lte=now)
    return free.update(expires_at=now + ttl) == 1


def given_back(names: Iterable[str]) -> dict[str, datetime]:
    """Return when each lease was given back last; one that is held: when it runs out."""
    return dict(NamedLock.objects.filter(name__in=list(names)).values_list("name", "expires_at"))


def mark_success(name: str, *, at: datetime) -> None:
    NamedLock.objects.filter(name=name).update(last_success_at=at)


def last_success(name: str) -> datetime | None:
    return NamedLock.objects.filter(name=name).values_list("last_success_at", flat=True).first()
