"""What may be done on the page of a case, by whom: one button, one service call each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.flows import MONEY_DONE, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Inspection
from aftersales.services import approval, closing, goods, inspections, proving, settlement
from oms.access.checks import may
from oms.approvals.services import APPROVE, REJECT
from oms.models import User
from oms.refusals import Refusal

Verdict = Inspection.Verdict


class UnknownAct(Refusal):
    message = _("This cannot be done here.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the person wrote and saw: ``seen`` is the digest of the case on the screen, ``refusal``
    the platform's reason that goes with a no, ``photos`` the uploads that prove it."""

    case_id: int
    actor: User
    text: str
    seen: str
    now: datetime
    refusal: str = ""
    photos: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """``done`` is what the person reads afterwards."""

    do: Callable[[Told], object]
    done: str | Promise


def _vote(verdict: str) -> Callable[[Told], object]:
    def cast(told: Told) -> object:
        return approval.decide(
            told.case_id,
            verdict=verdict,
            actor=told.actor,
            comment=told.text,
            seen=told.seen,
            now=told.now,
            refusal_code=told.refusal,
        )

    return cast


def _reject(told: Told) -> object:
    if told.photos:
        proving.keep(told.case_id, uploads=told.photos, actor=told.actor, now=told.now)
    return _vote(REJECT)(told)


def _inspect(verdict: Verdict) -> Callable[[Told], object]:
    def write(told: Told) -> object:
        return inspections.inspect(
            told.case_id, verdict=verdict, finding=told.text, actor=told.actor, now=told.now
        )

    return write


def _accept(told: Told) -> object:
    return goods.accept_as_it_came(told.case_id, actor=told.actor, reason=told.text, now=told.now)


def _close(told: Told) -> object:
    return closing.close_case(told.case_id, actor=told.actor, reason=told.text, now=told.now)


def _try_again(told: Told) -> object:
    return settlement.try_again(told.case_id, actor=told.actor, now=told.now)


ACTS = {
    "approve": Act(_vote(APPROVE), _("Approved")),
    "reject": Act(_reject, _("Rejected; the buyer reads your reason")),
    "confirm": Act(_inspect(Verdict.CONFIRMED), _("Finding noted")),
    "deny": Act(_inspect(Verdict.NOT_CONFIRMED), _("Finding noted")),
    "accept": Act(_accept, _("Settled for what came")),
    "try_again": Act(_try_again, _("Asked again")),
    "close": Act(_close, _("Closed")),
}


def act_named(name: str) -> Act:
    """:raises UnknownAct: for a button that the page does not have"""
    if name not in ACTS:
        raise UnknownAct
    return ACTS[name]


def buttons(case: AfterSalesCase, *, user: User, now: datetime) -> dict[str, bool]:
    """Tell which parts of the page this person may use now."""
    decides = may(user, "approve_returns", case.store)
    is_open = case.status == CaseStatus.OPEN
    is_here = case.receipt in (Receipt.PARTLY_RECEIVED, Receipt.RECEIVED)
    waits = case.inspect_first and case.refund_started_at is None
    return {
        "may_decide": is_open and approval.may_decide(case, user=user, now=now),
        "may_inspect": is_open and is_here and waits and inspections.may_inspect(case, user=user),
        "may_accept": decides and case.opened_by_id != user.pk and goods.can_be_accepted(case),
        "may_try_again": decides and case.money == Money.FAILED,
        "may_close": decides and is_open and case.money in (Money.NONE, *MONEY_DONE),
    }
