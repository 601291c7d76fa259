"""Imports of lists as people see them: try a file out, take it over, stop, look again."""

from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from oms import scheduling
from oms.access.checks import Person
from oms.models import Job, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.sheets.columns import find_columns
from oms.services.sheets.kinds import SheetKind, UnknownKind, kind_of
from oms.services.sheets.opening import open_sheet
from oms.services.sheets.rights import check_place, may_import, require_import
from oms.services.sheets.running import KIND, RUN, run_slice
from oms.services.slices import UNFINISHED
from oms.services.uploads import FileGone
from oms.tables.cells import one_line

AT_ONCE = 2.0
"""Seconds that a page works on a job itself, so that a short list is answered at once."""
_RECENT = 10
_LOOKED_AT = 100


class NotTriedOut(Refusal):
    message = _("This file was not tried out to its end. Upload it again.")


class AlreadyOver(Refusal):
    message = _("This import is over already.")


def try_out(
    kind_key: str,
    *,
    place_id: int | None,
    file: "File[bytes]",
    actor: User,
    now: datetime,
    seconds: float = AT_ONCE,
) -> Job:
    """Keep a file and find out what taking it over would do; nothing else is changed.

    A short list is done on return; with a long one the workers go on.

    :raises NotAllowed: if the person may not import this list for this place
    :raises UnusableTable: if the file is no table, or not of these columns
    """
    kind = kind_of(kind_key)
    require_import(kind, user=actor, place_id=place_id)
    job = _create(kind, place_id, file=file, actor=actor, dry_run=True, now=now)
    return _run(job, now=now, seconds=seconds)


def take_over(trial_id: int, *, actor: User, now: datetime, seconds: float = AT_ONCE) -> Job:
    """Import what a trial looked at; asked twice, it is the same import.

    :raises Job.DoesNotExist: if there is no such trial, or none that the person may see
    :raises NotTriedOut: if the trial has not come to its end
    :raises FileGone: if its file was deleted meanwhile
    """
    return _run(_start(trial_id, actor=actor, now=now), now=now, seconds=seconds)


@atomic_service
def start_by_command(
    kind_key: str, *, place_id: int | None, file: "File[bytes]", dry_run: bool, now: datetime
) -> Job:
    """Make a job that the command on the host runs itself; the workers leave it alone.

    :raises UnusableTable: if the file is no table, or not of these columns
    """
    kind = kind_of(kind_key)
    check_place(kind, place_id=place_id)
    more = {"by_command": True}
    return _create(kind, place_id, file=file, actor=None, dry_run=dry_run, now=now, more=more)


@atomic_service
def stop(job_id: int, *, actor: User, now: datetime) -> None:
    """Cancel an import: what was taken over stays, the rest is not read.

    :raises AlreadyOver: if it has ended by itself
    """
    job = lock_row(Job, job_of(job_id, user=actor).pk)
    if job.state not in UNFINISHED:
        raise AlreadyOver
    job.state, job.finished_at = Job.State.CANCELLED, now
    job.save(update_fields=["state", "finished_at"])


def job_of(job_id: int, *, user: Person) -> Job:
    """:raises Job.DoesNotExist: missing and forbidden look the same to the caller"""
    job = Job.objects.select_related("created_by").get(pk=job_id, kind=KIND)
    if not _may_see(job, user):
        raise Job.DoesNotExist
    return job


def recent(user: Person) -> list[Job]:
    """Return the newest trials and imports that the person may see."""
    jobs = Job.objects.filter(kind=KIND).select_related("created_by").order_by("-pk")
    return [job for job in jobs[:_LOOKED_AT] if _may_see(job, user)][:_RECENT]


def _may_see(job: Job, user: Person) -> bool:
    try:
        kind = kind_of(job.params["sheet"])
    except UnknownKind:
        return False
    return may_import(kind, user=user, place_id=job.params["place_id"])


@atomic_service
def _start(trial_id: int, *, actor: User, now: datetime) -> Job:
    trial = lock_row(Job, job_of(trial_id, user=actor).pk)
    if not trial.params["dry_run"] or trial.state != Job.State.DONE:
        raise NotTriedOut
    if import_id := trial.params.get("import_id"):
        return Job.objects.get(pk=import_id)
    if not trial.input_file:
        raise FileGone
    kind = kind_of(trial.params["sheet"])
    job = _make(kind, trial.params["place_id"], actor=actor, dry_run=False, now=now)
    job.input_file.name, job.label = trial.input_file.name, trial.label
    _save(job)
    trial.params["import_id"] = job.pk
    trial.save(update_fields=["params"])
    return job


def _run(job: Job, *, now: datetime, seconds: float) -> Job:
    if job.state in UNFINISHED:
        run_slice(job.pk, now=now, seconds=seconds)
        job.refresh_from_db()
    if job.state in UNFINISHED:
        scheduling.nudge(RUN)
    return job


def _create(
    kind: SheetKind,
    place_id: int | None,
    *,
    file: "File[bytes]",
    actor: User | None,
    dry_run: bool,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> Job:
    find_columns(open_sheet(file).header, columns=kind.columns)
    job = _make(kind, place_id, actor=actor, dry_run=dry_run, now=now)
    job.params |= more or {}
    # The name is the person's own: it is shown, and never becomes one on our disk.
    name = one_line(PurePath(file.name or "").name)
    job.label = f"{kind.label}: {name}"[:200]
    file.seek(0)
    job.input_file.save("list", file, save=False)
    return _save(job)


def _make(
    kind: SheetKind, place_id: int | None, *, actor: User | None, dry_run: bool, now: datetime
) -> Job:
    params = {"sheet": kind.key, "place_id": place_id, "dry_run": dry_run}
    return Job(kind=KIND, params=params, created_by=actor, created_at=now)


def _save(job: Job) -> Job:
    job.result_file.save("faults.jsonl", ContentFile(b""), save=False)
    job.save()
    return job
