"""Imports as people see them: upload a file, try it out, start, stop; unused files thrown away."""

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db.models import QuerySet
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
from oms.services.uploads import FileGone, drop_files

UPLOAD = "order_upload"
LARGEST_FILE = 500 * 1024 * 1024
RIGHT = "import_orders"
_KEEP_UPLOADS = timedelta(days=1)
_AT_ONCE = 200


class FileTooLarge(Refusal):
    message = _("The file is larger than 500 MB. Split it, or import it with the command.")


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
        earlier = lock_row(Job, job_of(file_of or 0, actor=actor).pk)
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


def throw_unused_away(*, now: datetime) -> int:
    """Delete uploads from which nobody started anything within a day; return how many."""
    unused = Job.objects.filter(kind=UPLOAD, created_at__lt=now - _KEEP_UPLOADS)
    rows = unused.exclude(input_file="").order_by("pk")
    return drop_files(list(rows.values_list("pk", flat=True)[:_AT_ONCE]))


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
