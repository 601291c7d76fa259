"""What a person does about a job that did not end by itself."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push.queueing import BY_HAND, put_back
from channels_sync.services.push.renumbering import note_told_by_hand
from oms.access.checks import Person, scope
from oms.models import Refund, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import transfers
from oms.transitions import fire

RIGHT = "import_orders"
SEEN_WITH = ("view_orders", RIGHT)


class NothingStuck(Refusal):
    message = _("None of these waits for anybody any more. Reload and look again.")


class MoneyIsNotSettledHere(Refusal):
    message = _(
        "A refund ends when the channel confirms it, or finance confirms the transfer on this page."
    )


class SayWhatYouDid(Refusal):
    message = _("Say what was done at the channel: others will rely on it.")


def stuck(user: Person) -> QuerySet[PushJob]:
    """Return what waits for a person in the stores where this one may act."""
    rows = PushJob.objects.filter(store__in=scope(user).ids(RIGHT))
    return rows.filter(status=PushStatus.NEEDS_PERSON)


def unpaid(user: Person) -> QuerySet[PushJob]:
    """Return the refunds that wait for a person in the stores where this one confirms transfers."""
    rows = PushJob.objects.filter(store__in=scope(user).ids(transfers.RIGHT))
    return rows.filter(status=PushStatus.NEEDS_PERSON, kind=PushJob.Kind.REFUND)


@atomic_service
def retry(ids: Collection[int], *, actor: User, now: datetime) -> int:
    """Try again now, under the same keys; what may have been done is looked up first.

    :raises NothingStuck: if none of them failed, or the person may not act in their stores
    """
    rows = PushJob.objects.filter(pk__in=ids, store__in=scope(actor).ids(RIGHT))
    rows = rows.exclude(error_code=BY_HAND)
    count = put_back(rows, actor=actor, now=now)
    if not count:
        raise NothingStuck
    return count


@atomic_service
def settle(job_id: int, *, note: str, actor: User, now: datetime) -> None:
    """Note that a person told the channel himself, and how.

    :raises NothingStuck: if the job waits for nobody, or the person may not act in its store
    :raises MoneyIsNotSettledHere: if it is a refund
    :raises SayWhatYouDid: without a note
    """
    job = stuck(actor).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NothingStuck
    if job.kind == PushJob.Kind.REFUND:
        raise MoneyIsNotSettledHere
    if not note.strip():
        raise SayWhatYouDid
    _end(job, actor=actor, note=note, now=now)


@atomic_service
def confirm_transfer(job_id: int, *, note: str, actor: User, now: datetime) -> None:
    """Note that finance gave the money of a refund back where the channel could not.

    The job is held meanwhile, so that no worker can send the money a second time.

    :raises NothingStuck: if it is no refund that waits, or the person confirms no transfers there
    :raises TransferUnnamed, AlreadyBack, AgreedByYou: as ``oms.services.transfers`` says
    """
    job = unpaid(actor).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NothingStuck
    transfers.confirm_transfer(job.payload["refund"], note=note, actor=actor, now=now)
    _end(job, actor=actor, note=note.strip(), now=now)


@atomic_service
def end_paid_back(refund_ids: Collection[int], *, now: datetime) -> None:
    """End what waits for a person about refunds whose money came back in another way."""
    numbers = Refund.objects.filter(pk__in=refund_ids).values("refund_no")
    rows = PushJob.objects.filter(kind=PushJob.Kind.REFUND, reference__in=numbers)
    for job in rows.filter(status=PushStatus.NEEDS_PERSON).order_by("pk").select_for_update():
        _end(job, actor=None, note="", now=now)


def _end(job: PushJob, *, actor: User | None, note: str, now: datetime) -> None:
    job.done_at, job.is_in_doubt = now, False
    job.save(update_fields=["done_at", "is_in_doubt"])
    if job.kind == PushJob.Kind.SHIPMENT:
        note_told_by_hand(job, now=now)
    fire(job, "settle", now=now, actor=actor, note=note[:500])
