"""Run jobs at the same instant, each in a thread with a connection of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from django.db import connection, models, transaction

T = TypeVar("T")
Job = Callable[[], T]

PATIENCE = 30.0  # seconds until a race that never starts is a failure


class NobodyCame(AssertionError):
    """The race did not take place: it would have proven nothing."""


def closing(job: Job[T]) -> T:
    """Run a job and close the connection that its thread had opened."""
    try:
        return job()
    finally:
        connection.close()


def together(*jobs: Job[T]) -> list[T | BaseException]:
    """Run all jobs at once; return what each returned or raised."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = _start(pool, jobs)
    return [future.exception() or future.result() for future in futures]


def queued_behind(row: models.Model, *jobs: Job[T]) -> list[T | BaseException]:
    """Hold a row until every job waits for it, so that they really meet, then let them go."""
    with ThreadPoolExecutor(len(jobs)) as pool, transaction.atomic():
        type(row)._base_manager.select_for_update().get(pk=row.pk)
        futures = _start(pool, jobs)
        await_waiting(len(jobs))
    return [future.exception() or future.result() for future in futures]


def _start(pool: ThreadPoolExecutor, jobs: Sequence[Job[T]]) -> list[Future[T]]:
    ready = Barrier(len(jobs))

    def run(job: Job[T]) -> T:
        connection.ensure_connection()
        ready.wait(PATIENCE)
        return job()

    return [pool.submit(closing, partial(run, job)) for job in jobs]


def await_waiting(count: int) -> None:
    """:raises NobodyCame: if not that many of this database's sessions come to wait for a lock"""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _waiting() >= count:
            return
        time.sleep(0.01)
    raise NobodyCame(f"{_waiting()} of {count} wait")


def _waiting() -> int:
    with connection.cursor() as cursor:
        # Of one transaction, what the statistics say stands still unless they are dropped.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (found,) = cursor.fetchone()
    return int(found)


def refusals(results: Sequence[object]) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]
