"""Run a trial or an import in slices: each goes on where the last one stopped, however it ended."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import partial
from itertools import islice

from django.db import IntegrityError

from oms.audit.context import acting, acting_as
from oms.models import Job
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services.sheets.faults import keep
from oms.services.sheets.judging import judge
from oms.services.sheets.kinds import Context, Outrun, Row, SheetKind, flat, kind_of
from oms.services.sheets.opening import open_sheet
from oms.services.sheets.reading import groups, survey
from oms.services.sheets.standing import Standing
from oms.services.slices import SECONDS, Progress, Stopped, lock_running, run_oldest, work_alone
from oms.tables.table import Table

KIND = "sheet"
RUN = "oms.tasks.run_sheets"
_PAGE_ROWS = 200
_TRIES = 3

Page = list[list[Row]]


def run_next(*, now: datetime, seconds: float = SECONDS) -> bool:
    """Run a slice of the oldest job that nobody works on; return whether any is unfinished."""
    sheets = Job.objects.filter(kind=KIND).exclude(params__has_key="by_command")
    return run_oldest(sheets, run_slice=partial(run_slice, now=now, seconds=seconds), task=RUN)


def run_slice(
    job_id: int, *, now: datetime, seconds: float = SECONDS, progress: Progress | None = None
) -> bool:
    """Work on one job for so long, page by page; return False if another of its kind is worked on.

    Two lists of one kind never run at once: each is planned on what the other leaves behind.
    """
    until = time.monotonic() + seconds

    def work(job: Job) -> None:
        with _as_its_owner(job):
            _work(job, until=until, now=now, progress=progress)

    sheet = Job.objects.values_list("params__sheet", flat=True).get(pk=job_id)
    return work_alone(job_id, work=work, lock=f"oms.sheets:{sheet}"[:64], spoils=Refusal, now=now)


def _as_its_owner(job: Job) -> AbstractContextManager[object]:
    """The audit names who started the import, not the worker; within their request it does so."""
    if acting().user == job.created_by:
        return nullcontext()
    return acting_as(job.created_by)


def _work(job: Job, *, until: float, now: datetime, progress: Progress | None) -> None:
    """:raises Refusal: if the file as a whole cannot be taken over"""
    kind = kind_of(job.params["sheet"])
    with job.input_file.open("rb") as file:
        sheet = open_sheet(file)
        plan = survey(sheet, kind=kind)
        _note_survey(job, sheet, rows=plan.rows)
        position = Standing.from_json(job.result).position
        for page in _pages(islice(groups(sheet, kind=kind, plan=plan), position, None)):
            _take(job, page, kind=kind, now=now)
            if progress:
                progress(job)
            if time.monotonic() > until and job.done < job.total:
                return
    _finish(job, now=now)


def _pages(found: Iterator[list[Row]]) -> Iterator[Page]:
    page: Page = []
    rows = 0
    for group in found:
        page.append(group)
        rows += len(group)
        if rows >= _PAGE_ROWS:
            yield page
            page, rows = [], 0
    if page:
        yield page


@atomic_service
def _note_survey(job: Job, sheet: Table, *, rows: int) -> None:
    current = lock_running(job)
    if not current.result:
        current.total = rows
        current.result = Standing(header=list(sheet.header)).to_json()
        current.save(update_fields=["total", "result"])
    job.result, job.total = current.result, current.total


def _take(job: Job, page: Page, *, kind: SheetKind, now: datetime) -> None:
    """Plan and write a page; anew if somebody saved the same things meanwhile."""
    for attempt in range(1, _TRIES + 1):
        try:
            _take_page(job, page, kind=kind, now=now)
            return
        except (IntegrityError, Outrun):
            if attempt == _TRIES:
                raise


def reference_of(job: Job) -> str:
    """Return how an import is named in whatever it writes."""
    return f"sheet:{job.pk}"


@atomic_service
def _take_page(job: Job, page: Page, *, kind: SheetKind, now: datetime) -> None:
    """Plan, write and book a page in one commit: dying before it repeats the page, after it not."""
    # A try that ended in a conflict has left its marks on the rows.
    _forget_fates(page)
    current = lock_running(job)
    standing = Standing.from_json(current.result)
    if standing.position != Standing.from_json(job.result).position:
        raise Stopped
    context = Context(current.params["place_id"], reference_of(job), job.created_by, now)
    judge(kind, groups=page, context=context)
    if not current.params["dry_run"]:
        moving = [rows for rows in page if any(row.moves_something for row in rows)]
        if moving:
            kind.apply(moving, context)
    rows = list(flat(page))
    standing.book(rows)
    standing.position += len(page)
    standing.fault_bytes = keep(current, rows=rows, size=standing.fault_bytes)
    current.result = standing.to_json()
    current.done, current.failed = standing.total, standing.counts["faulty"]
    current.attempts = 0
    current.save(update_fields=["result", "done", "failed", "attempts"])
    job.result, job.done, job.failed = current.result, current.done, current.failed


def _forget_fates(page: Page) -> None:
    """Make the rows as they were read: only what the file itself says is wrong stays."""
    for row in flat(page):
        row.forget()


@atomic_service
def _finish(job: Job, *, now: datetime) -> None:
    current = lock_running(job)
    current.state, current.finished_at, current.attempts = Job.State.DONE, now, 0
    current.save(update_fields=["state", "finished_at", "attempts"])
