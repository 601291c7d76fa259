"""Take a job for oneself, in a commit of its own, before anything goes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.models.push import OPEN
from channels_sync.services.push.renumbering import fix_number, lacks_number
from channels_sync.services.push.urgency import turn_of
from channels_sync.services.turns import in_turn
from oms.flows.refund import RefundStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import Refund, SellerNote, Shipment
from oms.services import refunds
from oms.services.fulfillment.uploads import begin_upload
from oms.transitions import fire

LEASE: timedelta = settings.TASK_TIMEOUT + timedelta(seconds=60)
"""How long a claimed job is left alone: longer than its worker can live."""
MOST_ATTEMPTS = 8
MOST_LOOKS = 40
"""Looking for the end of what the channel took may go on for a day, ever more rarely."""
_NUMBER_PAUSE = timedelta(minutes=30)
_NEVER_ENDED = _("Taken up several times without coming to an end. Look at the channel.")
_MAY_BE_SENT = (RefundStatus.ASKED, RefundStatus.FAILED)
_RETURNED = (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until its lease runs out; ``number`` proves it when the result is written.

    ``looks_first`` says that the channel must be asked before it is told, ``only_looks`` that it
    was told already and only the end is to be seen.
    """

    job: PushJob
    number: int
    looks_first: bool
    only_looks: bool


def due(*, now: datetime) -> QuerySet[PushJob]:
    """Return the jobs whose turn it is, of stores whose line is switched on."""
    jobs = PushJob.objects.filter(status__in=OPEN, not_before__lte=now)
    return jobs.exclude(store__connection__is_active=False)


@transaction.atomic
def claim(store_id: int, *, now: datetime) -> Claim | None:
    """Claim a store's next job: count the attempt, note that it may be carried out from now on.

    A worker that dies after this leaves all that the next one needs to know.
    """
    job = _next(store_id, now=now)
    while job is not None and (is_worn_out(job) or lacks_number(job)):
        if is_worn_out(job):
            _give_up(job, now=now)
        else:
            _await_number(job, now=now)
        job = _next(store_id, now=now)
    if job is None:
        return None
    looks_first, only_looks = job.is_in_doubt, job.status == PushStatus.ACCEPTED
    job.attempts += 1
    job.claim_no += 1
    job.is_in_doubt = True
    job.not_before = now + LEASE
    if job.kind == PushJob.Kind.SHIPMENT:
        fix_number(job, again=looks_first or only_looks)
        begin_upload(job.payload["shipment"], now=now)
    job.save(update_fields=["attempts", "claim_no", "is_in_doubt", "not_before", "payload"])
    if not only_looks:
        fire(job, "send", now=now)
        _note_refund_sent(job, now=now)
    return Claim(job, job.claim_no, looks_first, only_looks)


def _next(store_id: int, *, now: datetime) -> PushJob | None:
    """Of each kind the one due the longest; of these the most urgent that nobody holds."""
    waiting = due(now=now).filter(store=store_id)
    oldest = waiting.order_by().values_list("kind").annotate(Min("not_before"))
    for turn in in_turn(turn_of(kind, due_at=at) for kind, at in oldest):
        of_kind = waiting.filter(kind=turn.key).order_by("not_before", "pk")
        job = of_kind.select_for_update(skip_locked=True, of=("self",)).first()
        if job is not None:
            return job
    return None


def _await_number(job: PushJob, *, now: datetime) -> None:
    """Its waybill was voided before the channel heard of it: the next one wakes the job."""
    job.not_before = now + _NUMBER_PAUSE
    job.save(update_fields=["not_before"])


@transaction.atomic
def renew_number(claim: Claim) -> PushJob:
    """Let a job of which the channel knows nothing tell the number that the parcel has now."""
    fix_number(claim.job, again=False)
    claim.job.is_in_doubt = False
    mine = PushJob.objects.filter(pk=claim.job.pk, claim_no=claim.number)
    mine.update(payload=claim.job.payload)
    return claim.job


def _give_up(job: PushJob, *, now: datetime) -> None:
    """Leave a job alone that never came to an end, not even to a failure."""
    job.last_error, job.error_code = str(_NEVER_ENDED), "local:never_ended"
    job.request_no = ""
    job.save(update_fields=["last_error", "error_code", "request_no"])
    if job.status != PushStatus.ACCEPTED:
        fire(job, "send", now=now)
    fire(job, "give_up", now=now, note=job.last_error)


def is_worn_out(job: PushJob) -> bool:
    """Tell whether a job was tried, or looked for, as often as it makes sense."""
    most = MOST_LOOKS if job.status == PushStatus.ACCEPTED else MOST_ATTEMPTS
    return job.attempts >= most


def is_moot(job: PushJob) -> bool:
    """Tell whether it is pointless by now: the money of a refund came back in another way, a note
    was written anew, a parcel was opened again. The first is never paid again, the second never
    told over the newer one, and the third does not leave."""
    if job.kind == PushJob.Kind.MEMO:
        newer = SellerNote.objects.filter(order=job.order_id, number__gt=job.payload["number"])
        return newer.exists()
    if job.kind == PushJob.Kind.SHIPMENT:
        return Shipment.objects.filter(
            pk=job.payload["shipment"], status=ShipmentStatus.CANCELLED
        ).exists()
    if job.kind != PushJob.Kind.REFUND:
        return False
    return Refund.objects.filter(pk=job.payload["refund"], status__in=_RETURNED).exists()


def _note_refund_sent(job: PushJob, *, now: datetime) -> None:
    if job.kind == PushJob.Kind.REFUND:
        refund = Refund.objects.get(pk=job.payload["refund"])
        if refund.status in _MAY_BE_SENT:
            refunds.mark_sent(refund.pk, now=now)
