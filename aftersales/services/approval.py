"""Ask for a yes, take it in, and do what follows from it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus, Receipt
from aftersales.models import AfterSalesCase, ApprovalAxis, Kind, Reason
from aftersales.playbooks import levels, playbook
from aftersales.services import announcing, history, refusing
from aftersales.services.axes import move
from aftersales.services.cases import asked_units, digest, lock_open_case
from aftersales.services.closing import (
    APPROVAL_KIND,
    end_own_hold,
    finish,
    let_go,
    open_question,
    withdraw_question,
)
from aftersales.services.planning import plan
from aftersales.services.settlement import settle_if_ready
from oms.access.checks import NotAllowed
from oms.approvals import services as approvals
from oms.approvals.services import Level
from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.approval import ApprovalStatus, StepStatus
from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import ApprovalRequest, ApprovalStep, OrderItem, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import returns
from oms.services.orders.cancel import TooLateToCancel, cancel_locked, cancel_units


class NoQuestion(Refusal):
    message = _("Nothing waits for a decision in this case: it was decided or taken back.")


class NowhereToReturn(Refusal):
    message = _("No warehouse is set up to which the goods could go back.")


def ask(case: AfterSalesCase, *, requested_by: User | None, now: datetime) -> None:
    """Open the question of a locked case, or agree by the playbook's own rule."""
    chosen = playbook(case.playbook)
    unusual = bool(history.flags(case, now=now))
    wanted = levels(
        chosen,
        kind=Kind(case.kind),
        amount=case.proposed_amount,
        currency=case.currency,
        is_unusual=unusual,
    )
    if not wanted:
        facts = {"playbook": chosen.name, "version": chosen.version}
        append("case.agree_by_rule", case.case_no, at=now, actor=None, facts=facts)
        agree(case, now=now, note=f"playbook {chosen.name} {chosen.version}")
        return
    approvals.open_request(
        kind=APPROVAL_KIND,
        subject=case.case_no,
        store_id=case.store_id,
        summary=f"{case.case_no} · {case.order.order_no} · {case.proposed_amount} {case.currency}",
        digest=digest(case),
        levels=[Level(level.permission, level.within) for level in wanted],
        requested_by=requested_by,
        now=now,
    )
    case.deadline_at = now + wanted[0].within
    case.save(update_fields=["deadline_at"])


def open_step(case: AfterSalesCase) -> ApprovalStep | None:
    """Return the vote that is waited for."""
    question = open_question(case)
    if question is None:
        return None
    return question.steps.filter(status=StepStatus.OPEN).order_by("level").first()


@atomic_service
def decide(
    case_id: int,
    *,
    verdict: str,
    actor: User,
    comment: str,
    seen: str,
    now: datetime,
    refusal_code: str = "",
) -> AfterSalesCase:
    """Cast a vote on a case and do at once what follows from it.

    ``seen`` is the digest of what the person had on the screen; what has changed since is refused,
    whether the question knows of it or not. ``refusal_code`` goes with a no: the platform's own
    reason, where it wants one.

    :raises ReasonNotChosen, ReasonNotOffered, PhotoWanted: as ``refusing`` says
    :raises NoQuestion: if nobody is asked any more
    :raises NotAllowed, SelfApproval, ChangedSinceAsked, ReasonMissing: as the approvals say
    :raises CaseClosed: if the case has ended
    """
    case = lock_open_case(case_id)
    step = open_step(case)
    if step is None:
        raise NoQuestion
    if digest(case) != step.request.digest:
        raise approvals.ChangedSinceAsked
    if verdict == approvals.REJECT:
        refusing.check_reason(case, code=refusal_code)
    request = approvals.decide(
        step.pk, verdict=verdict, actor=actor, comment=comment, digest=seen, now=now
    )
    if verdict == approvals.REJECT:
        refusing.note_reason(case, code=refusal_code)
    _apply(case, request, now=now)
    return case


@atomic_service
def apply_decision(request_id: int, *, now: datetime) -> None:
    """Take in a decision that was announced. Told again, or about something else, it does nothing.

    A question that was taken back, or about what the case no longer asks for, decides nothing.
    """
    request = ApprovalRequest.objects.get(pk=request_id)
    if request.kind != APPROVAL_KIND:
        return
    found = AfterSalesCase.objects.filter(case_no=request.subject, status=CaseStatus.OPEN)
    case_id = found.values_list("pk", flat=True).first()
    if case_id is not None:
        _apply(lock_open_case(case_id), request, now=now)


def _apply(case: AfterSalesCase, request: ApprovalRequest, *, now: datetime) -> None:
    if case.approval != Approval.PENDING or request.digest != digest(case):
        return
    vote = request.steps.filter(decided_at__isnull=False).order_by("-level").first()
    actor, comment = (vote.decided_by, vote.comment) if vote else (None, "")
    if request.status == ApprovalStatus.APPROVED:
        agree(case, now=now, actor=actor, note=comment)
    elif request.status == ApprovalStatus.REJECTED:
        _refuse(case, now=now, actor=actor, note=comment)


def agree(
    case: AfterSalesCase,
    *,
    now: datetime,
    actor: User | None = None,
    note: str = "",
    by_platform: bool = False,
) -> None:
    """Say yes to a locked case: keep the goods or expect them, tell the platform, settle.

    What the platform agreed to itself is not told to it again, and is no question any more, even if
    the goods could not be kept.
    """
    kept = not case.is_before_shipping or _keep_goods(case, now=now, actor=actor)
    if not kept and not by_platform:
        _ask_again_as_left(case, now=now)
        return
    case.approved_at = now
    case.deadline_at = None
    case.save(update_fields=["approved_at", "deadline_at"])
    move(case, axis=ApprovalAxis, action="approve", now=now, actor=actor, note=note)
    if case.receipt == Receipt.EXPECTED:
        expect_goods(case, now=now)
    if not by_platform:
        announcing.approved(case, now=now)
    settle_if_ready(case, now=now)


def agree_with_platform(case: AfterSalesCase, *, now: datetime) -> None:
    """Take over that the platform said yes in our place; the goods are expected all the same."""
    if case.status == CaseStatus.OPEN and case.approval == Approval.PENDING:
        withdraw_question(case, now=now)
        agree(case, now=now, note="the platform agreed", by_platform=True)


def _refuse(case: AfterSalesCase, *, now: datetime, actor: User | None, note: str) -> None:
    move(case, axis=ApprovalAxis, action="reject", now=now, actor=actor, note=note)
    announcing.rejected(case, now=now)
    finish(case, action="close", now=now, actor=actor, note="rejected")


def expect_goods(case: AfterSalesCase, *, now: datetime) -> None:
    """Announce the parcel of a locked case to the dock.

    :raises NowhereToReturn: if the case has no warehouse
    """
    if case.warehouse_id is None:
        raise NowhereToReturn
    receiver = case.order.receiver
    returns.expect_return(
        store_id=case.store_id,
        order_id=case.order_id,
        warehouse_id=case.warehouse_id,
        case_no=case.case_no,
        lines=asked_units(case),
        sender_phone_fingerprint=receiver.phone_fingerprint if receiver else "",
        sender_phone_tail=receiver.phone_tail if receiver else "",
        inspect_first=case.inspect_first,
        now=now,
    )
    case.deadline_at = now + playbook(case.playbook).send_back_within
    case.save(update_fields=["deadline_at"])


def _keep_goods(case: AfterSalesCase, *, now: datetime, actor: User | None) -> bool:
    """Cancel the units that have not left; return whether all of them could be kept."""
    units = asked_units(case)
    try:
        with transaction.atomic():
            if _is_whole_order(case, units) and case.order.status in NOTHING_LEFT_THE_BUILDING:
                cancel_locked(case.order, reason=case.case_no, now=now, actor=actor)
            else:
                cancel_units(case.order, units=units, reason=case.case_no, now=now, actor=actor)
                let_go(case, now=now)
    except TooLateToCancel:
        return False
    return True


def _is_whole_order(case: AfterSalesCase, units: dict[int, int]) -> bool:
    items = OrderItem.objects.filter(order=case.order_id)
    return all(item.quantity == item.cancelled_quantity + units.get(item.pk, 0) for item in items)


def _ask_again_as_left(case: AfterSalesCase, *, now: datetime) -> None:
    """The goods left while the question was open: that is another question, for a person."""
    items = OrderItem.objects.filter(pk__in=asked_units(case)).select_related("sku")
    chosen = plan(items, reason=Reason(case.reason), before_shipping=False)
    case.is_before_shipping, case.revision = False, case.revision + 1
    case.playbook, case.playbook_version = chosen.name, chosen.version
    case.save(update_fields=["is_before_shipping", "revision", "playbook", "playbook_version"])
    timeline.record(case.SUBJECT, case.pk, "left_meanwhile", at=now)
    end_own_hold(case, now=now)
    ask(case, requested_by=None, now=now)


def may_decide(case: AfterSalesCase, *, user: User, now: datetime) -> bool:
    """Tell whether the vote of this person, or of one he stands in for, would count now."""
    step = open_step(case)
    if step is None or step.request.requested_by_id == user.pk:
        return False
    try:
        approvals.on_behalf_of(step, actor=user, now=now)
    except NotAllowed:
        return False
    return True
