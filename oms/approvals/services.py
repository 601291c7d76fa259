"""Open, decide and withdraw approval requests; what follows listens for the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from oms.access.checks import NotAllowed, may
from oms.access.roles import check_permission
from oms.audit import timeline
from oms.events import bus
from oms.events.types import ApprovalDecided
from oms.evidence.append import append
from oms.flows.approval import ApprovalStatus, StepStatus
from oms.models import ApprovalRequest, ApprovalStep, Delegation, Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.transitions import fire, fire_many

MAX_LEVELS = 2
APPROVE, REJECT = "approve", "reject"


@dataclass(frozen=True, slots=True)
class Level:
    """Who may decide (a right in the request's store) and how soon it should be."""

    permission: str
    within: timedelta


class TooManyLevels(ValueError):
    """More levels than a refund can wait for: a programming error."""


class SelfApproval(Refusal):
    message = _("You asked for this yourself: somebody else has to decide.")


class ChangedSinceAsked(Refusal):
    message = _("It was changed after the request. Look at it again, then decide.")


class ReasonMissing(Refusal):
    message = _("Say why you reject it: the person who asked will read it.")


class AlreadyDecided(Refusal):
    message = _("This has been decided already.")


@atomic_service
def open_request(
    *,
    kind: str,
    subject: str,
    store_id: int,
    summary: str,
    digest: str,
    levels: Sequence[Level],
    requested_by: User | None,
    now: datetime,
) -> ApprovalRequest:
    """Ask for an approval; asked again while it is open, it is the same request.

    ``digest`` is the fingerprint of what is to be approved.

    :raises TooManyLevels: for none or more than two levels
    """
    if not 1 <= len(levels) <= MAX_LEVELS:
        raise TooManyLevels(len(levels))
    Store.objects.select_for_update().get(pk=store_id)
    known = ApprovalRequest.objects.filter(
        kind=kind, subject=subject, status=ApprovalStatus.OPEN
    ).first()
    if known is not None:
        return known
    request = ApprovalRequest.objects.create(
        kind=kind,
        subject=subject,
        store_id=store_id,
        summary=summary[:300],
        digest=digest,
        requested_by=requested_by,
        opened_at=now,
        status=ApprovalStatus.OPEN,
        status_at=now,
    )
    timeline.record_created(
        request.SUBJECT, [request.pk], request.status, at=now, actor=requested_by
    )
    _open_steps(request, levels, now=now)
    return request


def _open_steps(request: ApprovalRequest, levels: Sequence[Level], *, now: datetime) -> None:
    for number, level in enumerate(levels, start=1):
        first = number == 1
        step = ApprovalStep.objects.create(
            request=request,
            level=number,
            permission=check_permission(level.permission),
            due_at=now + level.within * number,
            status=StepStatus.OPEN if first else StepStatus.WAITING,
            status_at=now,
        )
        timeline.record_created(step.SUBJECT, [step.pk], step.status, at=now)


@atomic_service
def decide(
    step_id: int, *, verdict: str, actor: User, comment: str, digest: str, now: datetime
) -> ApprovalRequest:
    """Cast the vote of one level; the last yes, or any no, closes the request and is announced.

    :raises NotAllowed: if neither the person nor anyone he stands in for holds the right
    :raises SelfApproval: if the person asked for it
    :raises ChangedSinceAsked: if what is to be approved is not what was asked for
    :raises ReasonMissing: for a no without a reason
    :raises AlreadyDecided: if the level does not wait for a vote
    """
    request_id = ApprovalStep.objects.values_list("request_id", flat=True).get(pk=step_id)
    request = lock_row(ApprovalRequest, request_id)
    step = lock_row(ApprovalStep, step_id)
    behalf = on_behalf_of(step, actor=actor, now=now)
    _refuse(request, step, verdict=verdict, actor=actor, comment=comment, digest=digest)
    fire(step, verdict, now=now, actor=actor, note=comment[:500])
    step.decided_by, step.on_behalf_of, step.decided_at = actor, behalf, now
    step.comment = comment[:500]
    step.save(update_fields=["decided_by", "on_behalf_of", "decided_at", "comment"])
    facts = {"level": step.level, "on_behalf_of": behalf.pk if behalf else None}
    append(f"approval.{verdict}", request.subject, at=now, actor=actor, facts=facts)
    _go_on(request, step, verdict=verdict, actor=actor, now=now)
    return request


def _refuse(
    request: ApprovalRequest,
    step: ApprovalStep,
    *,
    verdict: str,
    actor: User,
    comment: str,
    digest: str,
) -> None:
    if step.status != StepStatus.OPEN:
        raise AlreadyDecided
    if actor.pk == request.requested_by_id:
        raise SelfApproval
    if digest != request.digest:
        raise ChangedSinceAsked
    if verdict == REJECT and not comment.strip():
        raise ReasonMissing


def on_behalf_of(step: ApprovalStep, *, actor: User, now: datetime) -> User | None:
    """Return None if the person may himself, else the one he stands in for.

    Nobody stands in for whoever asked: that would be his own yes by another hand.

    :raises NotAllowed: if neither holds the right
    """
    request = step.request
    if may(actor, step.permission, request.store):
        return None
    running = Delegation.objects.filter(
        to_user=actor, revoked_at=None, starts_at__lte=now, ends_at__gt=now
    )
    others = running.exclude(from_user=request.requested_by_id)
    for delegation in others.select_related("from_user").order_by("pk"):
        if may(delegation.from_user, step.permission, request.store):
            return delegation.from_user
    raise NotAllowed(permission=step.permission)


def _go_on(
    request: ApprovalRequest, step: ApprovalStep, *, verdict: str, actor: User, now: datetime
) -> None:
    waiting = request.steps.filter(status=StepStatus.WAITING).order_by("level")
    following = waiting.first()
    if verdict == APPROVE and following is not None:
        fire(following, "open", now=now, actor=actor)
        return
    _close(request, verdict, actor=actor, now=now)


def _close(request: ApprovalRequest, action: str, *, actor: User | None, now: datetime) -> None:
    unused = request.steps.filter(status__in=(StepStatus.WAITING, StepStatus.OPEN))
    fire_many(ApprovalStep, list(unused.values_list("pk", flat=True)), "skip", now=now)
    fire(request, action, now=now, actor=actor)
    request.closed_at = now
    request.save(update_fields=["closed_at"])
    bus.publish(ApprovalDecided([request.pk]), now=now)


@atomic_service
def withdraw_request(request_id: int, *, actor: User | None, now: datetime) -> None:
    """Take a question back; nobody has to answer it any more.

    :raises IllegalTransition: if it was decided already
    """
    request = lock_row(ApprovalRequest, request_id)
    _close(request, "withdraw", actor=actor, now=now)
