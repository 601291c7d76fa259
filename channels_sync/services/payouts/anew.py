"""Compare statements once more: on demand, or because entries they were held against are gone."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from channels_sync.models import PayoutRow, PayoutStatement
from channels_sync.services.payouts.running import nudge_work
from oms.models import Job
from oms.models.locking import lock_rows
from oms.services.slices import UNFINISHED

_STAGE, _READING = "stage", "reading"


def compare(statement: PayoutStatement, *, job: Job, now: datetime) -> None:
    """Send a statement that was read back to the start of its comparison; both rows are locked."""
    statement.matched, statement.compared_at = 0, None
    statement.result.pop("days", None)
    statement.result.pop("compared", None)
    statement.save()
    job.state, job.finished_at, job.attempts = Job.State.WAITING, None, 0
    job.result |= {_STAGE: "orders", "after": ""}
    job.params["started_at"] = now.isoformat()
    job.save()
    nudge_work()


def compare_others(store_id: int, *, now: datetime) -> None:
    """Compare a store's unsigned statements again after entries of one were deleted.

    An order is judged by all that all statements say of it, so any of them may have been held
    against what is gone. One that is being compared begins again; its worker lets go.
    """
    rows = PayoutStatement.objects.filter(store=store_id, signed_at=None, first_day__isnull=False)
    statements = lock_rows(PayoutStatement, rows.values_list("pk", flat=True))
    jobs = {job.pk: job for job in lock_rows(Job, [row.job_id for row in statements])}
    for statement in statements:
        job = jobs[statement.job_id]
        is_compared = statement.compared_at is not None
        is_under_way = job.state in UNFINISHED and job.result.get(_STAGE, _READING) != _READING
        if is_compared or is_under_way:
            compare(statement, job=job, now=now)


def signed_upon(statement: PayoutStatement) -> PayoutStatement | None:
    """Return a statement that was signed after this one was read, of its days or its orders."""
    if statement.first_day is None or statement.job.started_at is None:
        return None
    told = statement.rows.exclude(order_no="").values("order_no")
    shares = PayoutRow.objects.filter(statement=OuterRef("pk"), order_no__in=told)
    of_its_days = Q(first_day__lte=statement.last_day, last_day__gte=statement.first_day)
    signed = PayoutStatement.objects.filter(
        store=statement.store_id, signed_at__gte=statement.job.started_at
    )
    others = signed.exclude(pk=statement.pk).order_by("pk")
    return others.filter(of_its_days | Exists(shares)).first()
