"""Run an import in slices: each goes on where the last one stopped, however that one ended."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from channels_sync.connectors.file.grouping import Survey, groups, survey
from channels_sync.connectors.file.opening import open_orders
from channels_sync.dto import ImportOptions, RowGroup
from channels_sync.services.imports import booking, page
from channels_sync.services.imports.ledger import Ledger, proof_of
from channels_sync.services.imports.linking import link_page
from channels_sync.services.skus import Made
from oms.models import Job
from oms.models.locking import atomic_service
from oms.services.slices import SECONDS, Progress, Stopped, lock_running, run_oldest, work_alone
from oms.tables.problems import UnusableTable
from oms.tables.table import Table

KIND = "order_import"
RUN = "channels_sync.tasks.run_imports"
PAGE_ORDERS = 200
PAGE_ROWS = 2000


def run_next(*, now: datetime, seconds: float = SECONDS) -> bool:
    """Run a slice of the oldest import that nobody works on; return whether any is unfinished."""
    imports = Job.objects.filter(kind=KIND).exclude(params__has_key="by_command")
    return run_oldest(imports, run_slice=partial(run_slice, now=now, seconds=seconds), task=RUN)


def run_slice(
    job_id: int, *, now: datetime, seconds: float = SECONDS, progress: Progress | None = None
) -> bool:
    """Work on one import for so long, page by page; return False if another worker is at it."""
    work = partial(_work, until=time.monotonic() + seconds, now=now, progress=progress)
    return work_alone(job_id, work=work, lock=f"import:{job_id}", spoils=UnusableTable, now=now)


def _work(job: Job, *, until: float, now: datetime, progress: Progress | None) -> None:
    options = ImportOptions.from_json(job.params["options"])
    with job.input_file.open("rb") as file:
        table = open_orders(file)
        plan = survey(table, options)
        _note_survey(job, plan)
        done = job.result["groups_done"]
        for entries in _pages(table, options, plan, skip=done):
            _take_page(job, entries, options, now=now)
            if progress:
                progress(job)
            if time.monotonic() > until:
                return
    while job.result.get("linked_to") is not None and not job.params["dry_run"]:
        _link(job)
        if time.monotonic() > until:
            return
    _finish(job, now=now)


def _pages(
    table: Table, options: ImportOptions, plan: Survey, *, skip: int
) -> Iterator[list[RowGroup]]:
    found: list[RowGroup] = []
    rows = 0
    for group in islice(groups(table, options, plan), skip, None):
        found.append(group)
        rows += group.sums.rows
        if len(found) >= PAGE_ORDERS or rows >= PAGE_ROWS:
            yield found
            found, rows = [], 0
    if found:
        yield found


@atomic_service
def _note_survey(job: Job, plan: Survey) -> None:
    current = lock_running(job)
    if "read" not in current.result:
        ledger = Ledger(read=plan.sums)
        current.total = plan.sums.rows
        current.result = {"groups_done": 0, "linked_to": 0, **ledger.to_json()}
        current.save(update_fields=["total", "result"])
    job.result, job.total = current.result, current.total


def _take_page(job: Job, found: list[RowGroup], options: ImportOptions, *, now: datetime) -> None:
    """Take the page in, then book it in one commit: dying between the two repeats the page, and the
    core finds every order of it unchanged."""
    store_id, is_trial = job.params["store_id"], job.params["dry_run"]
    entries = page.read_page(found, options=options, now=now)
    if is_trial:
        made = page.try_out(store_id, entries=entries, options=options, now=now)
    else:
        made = page.take_orders_in(store_id, entries=entries, job=job, options=options, now=now)
    _book(job, entries, options, made=made, now=now)


@atomic_service
def _book(
    job: Job, entries: list[page.Entry], options: ImportOptions, *, made: Made, now: datetime
) -> None:
    current = lock_running(job)
    if current.result["groups_done"] != job.result["groups_done"]:
        raise Stopped
    store_id = job.params["store_id"]
    ledger = Ledger.from_json(current.result)
    if job.params["dry_run"]:
        booking.book_told(ledger, entries=entries)
    else:
        page.take_cancellations_in(store_id, entries=entries, job=job, now=now)
        page.keep_raw(entries, job=job, options=options, now=now)
        booking.book_stored(ledger, entries=entries, store_id=store_id)
    booking.book_refused(ledger, entries=entries)
    booking.count(ledger, entries=entries, job=current)
    page.note_faults(entries, job=job)
    current.result |= ledger.to_json() | _with_made(current.result, made)
    current.result["groups_done"] += len(entries)
    current.done = ledger.balance().rows
    current.failed = ledger.buckets["exceptions"].rows if "exceptions" in ledger.buckets else 0
    current.attempts = 0
    current.save(update_fields=["result", "done", "failed", "attempts"])
    job.result, job.done, job.failed = current.result, current.done, current.failed


def _with_made(result: Mapping[str, Any], made: Made) -> dict[str, Any]:
    return {
        "sku_codes": sorted({*result.get("sku_codes", ()), *made.skus}),
        "following": result.get("following", 0) + made.following,
        "staying": result.get("staying", 0) + made.staying,
    }


@atomic_service
def _link(job: Job) -> None:
    current = lock_running(job)
    current.result["linked_to"] = link_page(current, after=current.result["linked_to"])
    current.attempts = 0
    current.save(update_fields=["result", "attempts"])
    job.result = current.result


@atomic_service
def _finish(job: Job, *, now: datetime) -> None:
    current = lock_running(job)
    ledger = Ledger.from_json(current.result)
    made = current.result.pop("sku_codes", [])
    current.result |= {"proof": proof_of(ledger), "skus_made": len(made)}
    current.state, current.finished_at, current.attempts = Job.State.DONE, now, 0
    current.save(update_fields=["result", "state", "finished_at", "attempts"])
