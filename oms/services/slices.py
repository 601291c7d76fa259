"""Jobs worked on in slices: each goes on where the last one stopped, however that one ended."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oms.models import Job
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.scheduling import nudge, single_flight

SECONDS = 45.0
MOST_ATTEMPTS = 5
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)

Progress = Callable[[Job], None]
LetGo = Callable[[Job], None]
"""What is dropped from a job, before it is saved, once it will not go on."""


class Stopped(Exception):
    """The job was cancelled, or another worker went on with it: this one lets go."""


def _nothing(_job: Job) -> None:
    """Keep all of it."""


def run_oldest(jobs: QuerySet[Job], *, run_slice: Callable[[int], bool], task: str) -> bool:
    """Run a slice of the oldest of these jobs that nobody works on; return whether any is left.

    Where one is, ``task`` is run again soon. ``run_slice`` takes a job's id and returns False where
    somebody is at it.
    """
    left = jobs.filter(state__in=UNFINISHED).order_by("pk")
    for job_id in left.values_list("pk", flat=True):
        if run_slice(job_id):
            break
    more = left.exists()
    if more:
        nudge(task)
    return more


def work_alone(
    job_id: int,
    *,
    work: Callable[[Job], None],
    lock: str,
    spoils: type[Refusal],
    now: datetime,
    let_go: LetGo = _nothing,
) -> bool:
    """Do some work on a job under a lock; return False if another worker has the lock.

    A refusal of the kind ``spoils`` ends the job as failed, in the refusal's words.
    """
    with single_flight(lock) as got:
        job = _begin(job_id, now=now, let_go=let_go) if got else None
        if job is None:
            return got
        try:
            work(job)
        except Stopped:
            pass
        except spoils as refusal:
            _fail(job_id, error=str(refusal), now=now, let_go=let_go)
        return True


@atomic_service
def _begin(job_id: int, *, now: datetime, let_go: LetGo) -> Job | None:
    """Count the attempt before the work: a file that kills its worker must not do so for ever."""
    job = lock_row(Job, job_id)
    if job.state not in UNFINISHED:
        return None
    job.attempts += 1
    job.state = Job.State.RUNNING
    job.started_at = job.started_at or now
    if job.attempts > MOST_ATTEMPTS:
        text = _("Stopped after %(count)d attempts that came to no end.")
        _give_up(job, error=text % {"count": MOST_ATTEMPTS}, now=now, let_go=let_go)
    job.save()
    return job if job.state == Job.State.RUNNING else None


@atomic_service
def _fail(job_id: int, *, error: str, now: datetime, let_go: LetGo) -> None:
    job = lock_row(Job, job_id)
    if job.state in UNFINISHED:
        _give_up(job, error=error, now=now, let_go=let_go)
        job.save()


def _give_up(job: Job, *, error: str, now: datetime, let_go: LetGo) -> None:
    job.state, job.error, job.finished_at = Job.State.FAILED, error[:500], now
    let_go(job)


def lock_running(job: Job) -> Job:
    """Lock a job to book what was done of it.

    :raises Stopped: if it was cancelled meanwhile
    """
    current = lock_row(Job, job.pk)
    if current.state != Job.State.RUNNING:
        raise Stopped
    return current
