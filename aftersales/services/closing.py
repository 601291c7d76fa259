"""How a case ends: settled, closed by a person, or withdrawn."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from aftersales.flows import GOODS_DONE, MONEY_DONE, Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase
from aftersales.services.cases import TooLateToChange, lock_open_case
from oms.access.checks import require
from oms.approvals import services as approvals
from oms.approvals.words import RETURNS
from oms.evidence.append import append
from oms.flows.approval import ApprovalStatus
from oms.flows.order import OrderStatus
from oms.models import ApprovalRequest, OrderHold, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import returns
from oms.services.holds import active_holds, end_hold
from oms.services.orders.channel_refunds import following
from oms.transitions import fire

APPROVAL_KIND = RETURNS
HOLD = following.HOLD


EXCHANGED = (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED)
"""A replacement in one of these has left."""


class ReplacementOnItsWay(Refusal):
    message = _("A replacement is being sent for this case: cancel that order first.")


class GoodsAreHere(Refusal):
    message = _("The goods have come back already: settle the case instead of withdrawing it.")


class CloseReasonMissing(Refusal):
    message = _("Say why: the buyer and whoever looks at the case later will read it.")


def close_if_done(case: AfterSalesCase, *, now: datetime) -> bool:
    """Close a locked case when goods and money are where they belong and nothing differs."""
    paid_or_sent = case.money in MONEY_DONE or _is_replaced(case)
    settled = paid_or_sent and case.receipt in GOODS_DONE
    if case.closed_at is not None or not settled or has_differences(case):
        return False
    finish(case, action="close", now=now)
    return True


def _is_replaced(case: AfterSalesCase) -> bool:
    order = case.exchange_order
    return order is not None and order.status in EXCHANGED


def has_differences(case: AfterSalesCase) -> bool:
    """Tell whether something was short, wrong or too much and nobody has decided on it."""
    return case.lines.exclude(difference=0).filter(is_settled=False).exists()


def finish(
    case: AfterSalesCase, *, action: str, now: datetime, actor: User | None = None, note: str = ""
) -> None:
    """End a locked case and whatever waits for it: a question, a parcel, a held order."""
    fire(case, action, now=now, actor=actor, note=note[:500])
    case.closed_at, case.deadline_at, case.problem = now, None, ""
    case.save(update_fields=["closed_at", "deadline_at", "problem"])
    withdraw_question(case, now=now, actor=actor)
    if case.receipt in (Receipt.EXPECTED, Receipt.PARTLY_RECEIVED):
        returns.withdraw(case.case_no, now=now)
    if case.is_before_shipping:
        let_go(case, now=now)


def let_go(case: AfterSalesCase, *, now: datetime) -> None:
    """Let the rest of a locked order go on, unless another request still holds it."""
    number = case.channel_refund_no
    if number:
        following.answer(case.order, channel_refund_no=number, now=now, note=case.case_no)
    end_own_hold(case, now=now)


def end_own_hold(case: AfterSalesCase, *, now: datetime) -> None:
    """End the hold of the cases before shipping, unless another of them still asks."""
    others = AfterSalesCase.objects.filter(
        order=case.order,
        status=CaseStatus.OPEN,
        approval=Approval.PENDING,
        is_before_shipping=True,
    )
    if others.exclude(pk=case.pk).exists():
        return
    for hold in active_holds(case.order).filter(code=HOLD, owner=OrderHold.Owner.SYSTEM):
        end_hold(case.order, hold=hold, now=now, note=case.case_no)


def open_question(case: AfterSalesCase) -> ApprovalRequest | None:
    """Return the request for approval that nobody has answered yet."""
    return ApprovalRequest.objects.filter(
        kind=APPROVAL_KIND, subject=case.case_no, status=ApprovalStatus.OPEN
    ).first()


def withdraw_question(case: AfterSalesCase, *, now: datetime, actor: User | None = None) -> None:
    question = open_question(case)
    if question is not None:
        approvals.withdraw_request(question.pk, actor=actor, now=now)


@atomic_service
def withdraw_case(case_id: int, *, actor: User | None, reason: str, now: datetime) -> None:
    """Take a case back: the buyer (``actor`` None) or the platform no longer wants it.

    :raises NotAllowed: if the person may not open cases in the store
    :raises CaseClosed: if it has ended already
    :raises GoodsAreHere: if part of the goods has come back
    :raises TooLateToChange: if the refund has started
    """
    case = lock_open_case(case_id)
    if actor is not None:
        require(actor, "open_cases", case.store)
    if case.money != Money.NONE:
        raise TooLateToChange
    if returns.has_come(case.case_no):
        raise GoodsAreHere
    append("case.withdraw", case.case_no, at=now, actor=actor)
    finish(case, action="withdraw", now=now, actor=actor, note=reason)


@atomic_service
def close_case(case_id: int, *, actor: User, reason: str, now: datetime) -> None:
    """Close a case by hand, without (more) money: the goods never came, or were not as told.

    :raises NotAllowed: if the person may not approve returns in the store
    :raises CaseClosed: if it has ended already
    :raises CloseReasonMissing: without a reason
    :raises TooLateToChange: while a refund is on its way
    :raises ReplacementOnItsWay: while a replacement is
    """
    case = lock_open_case(case_id)
    require(actor, "approve_returns", case.store)
    if not reason.strip():
        raise CloseReasonMissing
    if case.money not in (Money.NONE, *MONEY_DONE):
        raise TooLateToChange
    order = case.exchange_order
    if order is not None and order.status not in (OrderStatus.CANCELLED, *EXCHANGED):
        raise ReplacementOnItsWay
    append("case.close", case.case_no, at=now, actor=actor, facts={"money": case.money})
    finish(case, action="close", now=now, actor=actor, note=reason)
