"""Files that people uploaded: sealed as long as they are needed, and then deleted.

What came of a file (counts, samples, faulty rows) stays with its job. A statement of a payout goes
sooner, as soon as it was read.
"""

import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Job
from oms.models.locking import atomic_service, lock_rows
from oms.refusals import Refusal
from oms.registries import unused_uploads

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 200
_STRAY_AFTER: Final = timedelta(days=1)
_UNFINISHED: Final = (Job.State.WAITING, Job.State.RUNNING)


class FileGone(Refusal):
    message = _("The file was deleted: files are kept for %(days)d days. Upload it again.")

    def __init__(self) -> None:
        super().__init__(days=keep_days())


def keep_days() -> int:
    """Return how many days a file is kept after its job has ended."""
    keep: timedelta = settings.KEEP_FILES
    return keep.days


def goes_at(job: Job) -> datetime | None:
    """Return when a job's file is deleted; None if it is gone, or its job has not ended."""
    if not job.input_file or job.finished_at is None:
        return None
    keep: timedelta = settings.KEEP_FILES
    return job.finished_at + keep


def throw_files_away(*, now: datetime) -> int:
    """Delete the files that nobody needs any more, of every kind of job; return how many went.

    What no job names goes first, then what apps know to be unused, then what ended long enough ago.
    """
    count = _throw_strays(now=now)
    count += sum(unused.throw_away(now) for unused in unused_uploads)
    return count + _throw_ended(now=now)


@atomic_service
def drop_files(job_ids: Collection[int]) -> int:
    """Take the files from jobs; one that a further job needs stays on the disk for that.

    Return how many are deleted.
    """
    jobs = [job for job in lock_rows(Job, job_ids) if job.input_file]
    names = {str(job.input_file.name) for job in jobs}
    others = Job.objects.filter(input_file__in=names).exclude(pk__in=[job.pk for job in jobs])
    dropped = names - set(others.values_list("input_file", flat=True))
    for job in jobs:
        name = str(job.input_file.name)
        if name in dropped:
            # Not before: whoever seals a file anew has locked the rows that name it.
            # One that cannot be deleted is a stray then, and tried again.
            transaction.on_commit(partial(job.input_file.storage.delete, name), robust=True)
        job.input_file.name = ""
        job.save(update_fields=["input_file"])
    return len(dropped)


def _throw_ended(*, now: datetime) -> int:
    start = now - settings.KEEP_FILES
    ended = Q(finished_at__lt=start)
    # Nobody goes on with what a command on the host left.
    left = Q(params__has_key="by_command", state__in=_UNFINISHED, created_at__lt=start)
    rows = Job.objects.filter(ended | left).exclude(input_file="").order_by("pk")
    return drop_files(list(rows.values_list("pk", flat=True)[:_AT_ONCE]))


def _throw_strays(*, now: datetime) -> int:
    """Delete files whose job never came to be, or is gone: a transaction that was rolled back."""
    field = Job._meta.get_field("input_file")
    storage: Storage = field.storage
    count = 0
    with suppress(FileNotFoundError):
        folder = str(field.upload_to)
        for name in storage.listdir(folder)[1]:
            count += _throw_stray(storage, f"{folder}{name}", now=now)
    return count


def _throw_stray(storage: Storage, name: str, *, now: datetime) -> bool:
    with suppress(FileNotFoundError):
        if storage.get_modified_time(name) > now - _STRAY_AFTER:
            return False
        if not Job.objects.filter(input_file=name).exists():
            return _delete(storage, name)
    return False


def _delete(storage: Storage, name: str) -> bool:
    """One file that may not be deleted keeps no other one here."""
    try:
        storage.delete(name)
    except OSError as error:
        logger.warning("The uploaded file %s could not be deleted: %s", name, error.strerror)
        return False
    return True
