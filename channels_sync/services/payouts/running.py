"""Read and compare statements in slices: each goes on where the last one stopped."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from channels_sync.connectors.payouts.opening import open_statement
from channels_sync.connectors.payouts.options import PayoutOptions
from channels_sync.models import PayoutStatement
from channels_sync.services.payouts.judging import judge_loose, judge_orders, sum_days
from channels_sync.services.payouts.keeping import Page, keep_page, pages
from channels_sync.services.payouts.unpaid import judge_unpaid
from oms.models import Job
from oms.models.locking import atomic_service
from oms.scheduling import nudge
from oms.services.slices import SECONDS, Stopped, lock_running, run_oldest, work_alone
from oms.tables.problems import UnusableTable

KIND = "payout_statement"
RUN = "channels_sync.tasks.run_payouts"
_READING, _ORDERS, _LOOSE, _UNPAID, _DONE = "reading", "orders", "loose", "unpaid", "done"
_JUDGES: dict[str, Callable[..., str | int | None]] = {
    _ORDERS: judge_orders,
    _LOOSE: judge_loose,
    _UNPAID: judge_unpaid,
}
_NEXT = {_ORDERS: _LOOSE, _LOOSE: _UNPAID, _UNPAID: _DONE}


Move = dict[str, object]
"""What a page changes in how far the job is."""


def nudge_work() -> None:
    """Have a worker look after statements soon."""
    nudge(RUN)


def run_next(*, now: datetime, seconds: float = SECONDS) -> bool:
    """Run a slice of the oldest statement that nobody works on; return whether any is left."""
    statements = Job.objects.filter(kind=KIND, params__has_key="started_at")
    return run_oldest(statements, run_slice=partial(run_slice, now=now, seconds=seconds), task=RUN)


def run_slice(job_id: int, *, now: datetime, seconds: float = SECONDS) -> bool:
    """Work on one statement for so long; return False if another of its store is worked on.

    Two statements of a store never run at once: both might tell the same entry.
    """
    until = time.monotonic() + seconds

    def work(job: Job) -> None:
        if _read(job, until=until) and _compare(job, until=until, now=now):
            _finish(job, now=now)

    store_id = Job.objects.values_list("params__store_id", flat=True).get(pk=job_id)
    lock = f"payouts:{store_id}"
    return work_alone(job_id, work=work, lock=lock, spoils=UnusableTable, now=now, let_go=drop_file)


def _read(job: Job, *, until: float) -> bool:
    """Read on; return whether the end of the file was reached, now or before."""
    if job.result.get("stage", _READING) != _READING:
        return True
    statement = PayoutStatement.objects.get(job=job)
    options = PayoutOptions.from_json(statement.options)
    with job.input_file.open("rb") as file:
        for page in pages(open_statement(file), options=options):
            if page.end <= job.result.get("row", 0):
                continue
            _step(job, partial(_keep, page=page), rows=page.rows)
            if time.monotonic() > until:
                return False
    _step(job, lambda _statement: {"stage": _ORDERS, "after": ""})
    return True


def _keep(statement: PayoutStatement, *, page: Page) -> Move:
    keep_page(statement, page=page)
    return {"row": page.end}


def _compare(job: Job, *, until: float, now: datetime) -> bool:
    """Compare on; return whether all was compared."""
    while job.result["stage"] != _DONE:
        _step(job, partial(_judge, at=job.result, now=now))
        if time.monotonic() > until:
            return False
    return True


def _judge(statement: PayoutStatement, *, at: Mapping[str, Any], now: datetime) -> Move:
    """Judge the next page of the stage that was reached; at its end, go to the next stage."""
    stage, after = at["stage"], at["after"]
    last: str | int | None = None
    if statement.first_day is not None:
        last = _JUDGES[stage](statement, after=after, now=now)
    return {"after": last} if last is not None else {"stage": _NEXT[stage], "after": 0}


@atomic_service
def _step(job: Job, work: Callable[[PayoutStatement], Move], *, rows: int = 0) -> None:
    """Do a page and note that it was done, both or neither."""
    current = lock_running(job)
    if current.result != job.result:
        raise Stopped
    statement = PayoutStatement.objects.select_for_update().select_related("store").get(job=job)
    current.result |= work(statement)
    statement.save()
    current.done += rows
    current.attempts = 0
    current.save(update_fields=["result", "done", "attempts"])
    job.result, job.done = current.result, current.done


@atomic_service
def _finish(job: Job, *, now: datetime) -> None:
    current = lock_running(job)
    if current.result != job.result:
        raise Stopped
    statement = PayoutStatement.objects.select_for_update().select_related("store").get(job=job)
    if statement.first_day is not None:
        sum_days(statement)
    statement.compared_at = now
    statement.save()
    current.state, current.finished_at, current.attempts = Job.State.DONE, now, 0
    current.failed = statement.faulty
    drop_file(current)
    current.save()


def drop_file(job: Job) -> None:
    """Entries are kept without names: the file, which has them, is not needed any more."""
    if job.input_file:
        storage, name = job.input_file.storage, str(job.input_file.name)
        transaction.on_commit(lambda: storage.delete(name))
        job.input_file.name = ""
