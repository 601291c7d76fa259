"""Write down how a try ended, each in one transaction, if the claim is still ours."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.outbound import Told
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.breaking.noting import Moment, note_answer, note_moment
from channels_sync.services.push.claiming import Claim, is_worn_out
from channels_sync.services.push.renumbering import follow_number, forget_number
from oms.events import bus
from oms.events.types import RefundConfirmed
from oms.flows.refund import RefundStatus
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Refund
from oms.models.locking import atomic_service
from oms.privacy.filters import redact
from oms.services import refunds
from oms.services.fulfillment.uploads import end_upload
from oms.services.orders.seller_notes import mark_told
from oms.transitions import fire

P = ParamSpec("P")

LONGEST = timedelta(hours=24)
"""A job that is put off without counting (throttled, money under way) ends here with a person."""
FIRST_LOOK = timedelta(minutes=2)
"""Platforms need a moment until they show what they just took."""
_FIRST_WAIT = timedelta(seconds=30)
_LEAST_WAIT = timedelta(seconds=1)
_STORE_REST = timedelta(seconds=30)
_ACCOUNT_REST = timedelta(minutes=10)
_TOO_LONG = _("The channel did not come to an end within 24 hours.")
_NOT_SHOWN = _("The channel said yes, but does not show it. Look there, then try again.")


def _if_still_ours(
    note: Callable[Concatenate[PushJob, P], None],
) -> Callable[Concatenate[Claim, P], bool]:
    """Do nothing for a worker that outlived its lease: another one has taken over."""

    @wraps(note)
    @atomic_service
    def run(claim: Claim, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        rows = PushJob.objects.select_for_update()
        standing = (PushStatus.SENDING, PushStatus.ACCEPTED)
        mine = rows.filter(pk=claim.job.pk, claim_no=claim.number, status__in=standing).first()
        if mine is None:
            return False
        note(mine, *args, **kwargs)
        return True

    return run


@_if_still_ours
def note_told(job: PushJob, *, told: Told, was_seen: bool, now: datetime) -> None:
    """Note that the channel knows. What it only took, or must still show, is looked up later."""
    note_answer(job.store_id, error=None, now=now)
    note_moment(job.store_id, what=Moment.TOLD, now=now)
    job.channel_ref = told.channel_ref[:128] or job.channel_ref
    _say(job, "")
    if told.refused:
        _say(job, told.refused, "refused")
        job.is_in_doubt = False
        _give_up(job, now=now)
        return
    if job.kind == PushJob.Kind.SHIPMENT:
        end_upload(job.payload["shipment"], now=now)
    job.read_back_at = now if was_seen and told.is_final else None
    if told.is_final and (was_seen or job.kind != PushJob.Kind.SHIPMENT):
        _finish(job, now=now)
    elif job.status == PushStatus.SENDING:
        job.attempts, job.not_before = 0, now + FIRST_LOOK
        _save(job)
        fire(job, "accept", now=now)
    else:
        _look_again(job, now=now)


@_if_still_ours
def note_not_shown(job: PushJob, *, now: datetime) -> None:
    """Note that the channel said yes and yet does not show it; three times, and a person looks."""
    note_answer(job.store_id, error=None, now=now)
    _say(job, str(_NOT_SHOWN), "local:not_shown")
    if job.attempts >= 3:
        _give_up(job, now=now)
    else:
        _try_later(job, now=now)


@_if_still_ours
def note_moot(job: PushJob, *, now: datetime) -> None:
    """Note that nothing is to be told any more: it came to pass in another way, or is outdated."""
    if job.kind == PushJob.Kind.SHIPMENT:
        forget_number(job)
    _finish(job, now=now)


@_if_still_ours
def note_error(
    job: PushJob, *, error: IntegrationError, while_looking: bool, now: datetime
) -> None:
    """Note a refusal or a failure in the channel's words, and decide who goes on with it, when.

    A question without an answer says nothing about what was told before it.
    """
    note_answer(job.store_id, error=error, now=now)
    _say(job, error.message, error.code, request_no=error.request_id)
    job.is_in_doubt = while_looking or error.outcome_unknown
    match error.kind:
        case ErrorKind.THROTTLE:
            _put_off(job, error.retry_after or _FIRST_WAIT, now=now)
        case ErrorKind.RETRY | ErrorKind.REFRESH_TOKEN if not is_worn_out(job):
            _let_store_rest(job, until=now + _STORE_REST)
            _try_later(job, now=now)
        case ErrorKind.REAUTHORIZE:
            _let_store_rest(job, until=now + _ACCOUNT_REST)
            _give_up(job, now=now)
        case _:
            _give_up(job, now=now)


@_if_still_ours
def note_fault(job: PushJob, *, text: str, in_doubt: bool, now: datetime) -> None:
    """Note a fault of ours, or a line that is not there: trying again by itself would not help."""
    job.is_in_doubt = in_doubt
    _say(job, text, "local:fault")
    _give_up(job, now=now)


def _say(job: PushJob, words: str, code: str = "", *, request_no: str = "") -> None:
    """All three speak of the same try, so none outlives the others."""
    job.last_error, job.error_code = redact(words)[:300], code[:64]
    job.request_no = request_no[:128]


def _finish(job: PushJob, *, now: datetime) -> None:
    job.done_at, job.is_in_doubt = now, False
    _save(job)
    fire(job, "finish", now=now)
    if job.kind == PushJob.Kind.REFUND:
        _confirm_refund(job, now=now)
    elif job.kind == PushJob.Kind.SHIPMENT:
        follow_number(job, now=now)
    elif job.kind == PushJob.Kind.MEMO:
        mark_told(job.order_id, number=job.payload["number"])


def _confirm_refund(job: PushJob, *, now: datetime) -> None:
    refund = Refund.objects.get(pk=job.payload["refund"])
    if refund.status not in (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM):
        refunds.mark_confirmed(refund.pk, now=now, channel_refund_no=_free_number(job, refund))
        bus.publish(RefundConfirmed([refund.pk]), now=now)


def _free_number(job: PushJob, refund: Refund) -> str:
    """A channel that numbers two refunds alike must not make the money look as if it stayed."""
    number = job.channel_ref[:64]
    same = Refund.objects.filter(store=job.store_id, channel_refund_no=number)
    return "" if same.exclude(pk=refund.pk).exists() else number


def _give_up(job: PushJob, *, now: datetime) -> None:
    _save(job)
    fire(job, "give_up", now=now, note=job.last_error)
    if job.kind == PushJob.Kind.REFUND and not job.is_in_doubt:
        refund = Refund.objects.get(pk=job.payload["refund"])
        if refund.status in (RefundStatus.ASKED, RefundStatus.SENT):
            refunds.mark_failed(refund.pk, error=job.last_error, now=now)


def _try_later(job: PushJob, *, now: datetime) -> None:
    job.not_before = now + _wait(_FIRST_WAIT, job)
    _save(job)
    if job.status == PushStatus.SENDING:
        fire(job, "fail", now=now, note=job.last_error)


def _put_off(job: PushJob, wait: timedelta, *, now: datetime) -> None:
    """Wait as the channel asks; nothing was done, so no attempt is used up."""
    if now - job.trying_since > LONGEST:
        job.last_error = job.last_error or str(_TOO_LONG)
        _give_up(job, now=now)
        return
    job.attempts -= 1
    job.not_before = now + max(wait, _LEAST_WAIT)
    _let_store_rest(job, until=job.not_before)
    _save(job)
    if job.status == PushStatus.SENDING:
        fire(job, "put_off", now=now, note=job.last_error)


def _look_again(job: PushJob, *, now: datetime) -> None:
    """The channel has it and is not at its end (money on its way): look again, ever more rarely."""
    if now - job.trying_since > LONGEST:
        _say(job, str(_TOO_LONG), "local:too_long")
        _give_up(job, now=now)
        return
    job.not_before = now + _wait(FIRST_LOOK, job)
    _save(job)


def _wait(first: timedelta, job: PushJob) -> timedelta:
    """Wait twice as long after each attempt, an hour at most."""
    return min(first * (1 << min(job.attempts - 1, 10)), timedelta(hours=1))


def _let_store_rest(job: PushJob, *, until: datetime) -> None:
    """What ails the account or the platform ails all its jobs: they need not find out one by one.

    It also keeps a job that always fails from taking every turn.
    """
    others = PushJob.objects.filter(
        store=job.store_id,
        status__in=(PushStatus.WAITING, PushStatus.FAILED, PushStatus.ACCEPTED),
        not_before__lt=until,
    )
    others.exclude(pk=job.pk).update(not_before=until)


def _save(job: PushJob) -> None:
    job.save(
        update_fields=[
            "attempts",
            "channel_ref",
            "done_at",
            "error_code",
            "is_in_doubt",
            "last_error",
            "not_before",
            "read_back_at",
            "request_no",
        ]
    )
