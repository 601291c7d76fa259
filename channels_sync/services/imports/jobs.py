"""Imports as people see them: upload a file, try it out, start, stop; and old files thrown away."""

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.file.opening import open_orders
from channels_sync.dto import ImportOptions
from channels_sync.models import ImportMapping
from channels_sync.services.imports.running import KIND, RUN
from oms import scheduling
from oms.access.checks import Person, require, scope
from oms.models import Job, Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.slices import UNFINISHED

UPLOAD = "order_upload"
LARGEST_FILE = 500 * 1024 * 1024
RIGHT = "import_orders"
_KEEP_FILES = timedelta(days=7)
_KEEP_UPLOADS = timedelta(days=1)


class FileTooLarge(Refusal):
    message = _("The file is larger than 500 MB. Split it, or import it with the command.")


class FileGone(Refusal):
    message = _("The file was deleted: files are kept for seven days. Upload it again.")


class AlreadyOver(Refusal):
    message = _("This import is over already.")


@atomic_service
def upload(store_id: int, *, file: "File[bytes]", actor: User, now: datetime) -> Job:
    """Keep a file until its import is started.

    :raises NotAllowed: if the person may not import orders of the store
    :raises UnusableTable: if the file is no table
    :raises FileTooLarge: if it is too large for this way in
    """
    store = Store.objects.get(pk=store_id)
    require(actor, RIGHT, store)
    if (file.size or 0) > LARGEST_FILE:
        raise FileTooLarge
    open_orders(file)
    return _create(UPLOAD, store_id, file=file, actor=actor, now=now, params={})


@atomic_service
def start(
    mapping_id: int,
    *,
    file_of: int | None = None,
    file: "File[bytes] | None" = None,
    actor: User | None,
    dry_run: bool,
    now: datetime,
    by_command: bool = False,
) -> Job:
    """Start an import, or a trial of it, with a new file or that of another job.

    The options are copied: a mapping that is changed meanwhile does not change a running import.
    One started by the command is run by it, and left alone by the workers.

    :raises NotAllowed: if the person may not import orders of the mapping's store
    :raises FileGone: if the other job's file was thrown away
    """
    mapping = ImportMapping.objects.select_related("store").get(pk=mapping_id)
    if actor is not None:
        require(actor, RIGHT, mapping.store)
    options = ImportOptions.from_json(mapping.options).to_json()
    params = {"mapping_id": mapping.pk, "dry_run": dry_run, "options": options}
    if by_command:
        params["by_command"] = True
    if file is not None:
        job = _create(KIND, mapping.store_id, file=file, actor=actor, now=now, params=params)
    else:
        earlier = job_of(file_of or 0, actor=actor)
        if not earlier.input_file:
            raise FileGone
        job = _create(KIND, mapping.store_id, file=None, actor=actor, now=now, params=params)
        job.input_file.name, job.label = earlier.input_file.name, earlier.label
        job.save(update_fields=["input_file", "label"])
    if not by_command:
        scheduling.nudge(RUN)
    return job


@atomic_service
def stop(job_id: int, *, actor: User, now: datetime) -> None:
    """Cancel an import: what was taken in stays, the rest is not read.

    :raises AlreadyOver: if it has ended by itself
    """
    job = lock_row(Job, job_of(job_id, actor=actor).pk)
    if job.state not in UNFINISHED:
        raise AlreadyOver
    job.state, job.finished_at = Job.State.CANCELLED, now
    job.save(update_fields=["state", "finished_at"])


def imports(user: Person) -> QuerySet[Job]:
    """Return the imports and trials of the stores in which the person may import, newest first."""
    stores = sorted(scope(user).ids(RIGHT))
    return Job.objects.filter(kind=KIND, params__store_id__in=stores).order_by("-pk")


def job_of(job_id: int, *, actor: Person | None) -> Job:
    """:raises Job.DoesNotExist: missing and forbidden look the same to the caller"""
    jobs = Job.objects.filter(kind__in=(KIND, UPLOAD))
    if actor is not None:
        jobs = jobs.filter(params__store_id__in=sorted(scope(actor).ids(RIGHT)))
    return jobs.get(pk=job_id)


@atomic_service
def throw_files_away(*, now: datetime) -> int:
    """Delete files of buyers' data that nobody needs any more: a week after the import ended, a day
    after an upload that was not used. Return how many files went."""
    over = Q(kind=KIND, finished_at__lt=now - _KEEP_FILES)
    unused = Q(kind=UPLOAD, created_at__lt=now - _KEEP_UPLOADS)
    jobs = list(Job.objects.filter(over | unused).exclude(input_file="").order_by("pk"))
    names = {job.input_file.name for job in jobs}
    needed = Job.objects.filter(input_file__in=names).exclude(pk__in=[job.pk for job in jobs])
    dropped = names - set(needed.values_list("input_file", flat=True))
    for job in jobs:
        if job.input_file.name in dropped:
            job.input_file.storage.delete(str(job.input_file.name))
        job.input_file.name = ""
        job.save(update_fields=["input_file"])
    return len(dropped)


def _create(
    kind: str,
    store_id: int,
    *,
    file: "File[bytes] | None",
    actor: User | None,
    now: datetime,
    params: dict[str, Any],
) -> Job:
    job = Job(kind=kind, params=params | {"store_id": store_id}, created_by=actor, created_at=now)
    if file is not None:
        name = PurePath(file.name or "orders").name
        job.label = name[:200]
        file.seek(0)
        job.input_file.save(name, file, save=False)
    job.save()
    return job
