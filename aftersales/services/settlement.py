"""Start the refund, once, when both facts are in; whichever comes last brings it here."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from aftersales.flows import CaseStatus, Money
from aftersales.models import AfterSalesCase, Inspection, Kind, MoneyAxis
from aftersales.services import exchanges
from aftersales.services.axes import move
from aftersales.services.cases import asked_units, in_shop_words, item_lines, lock_case
from aftersales.services.closing import close_if_done, finish
from oms.access.checks import require
from oms.audit import timeline
from oms.dto import RefundStage
from oms.events import bus
from oms.events.types import RefundRequested
from oms.evidence.append import append
from oms.flows.refund import RefundStatus
from oms.models import Refund, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import refunds
from oms.services.orders.channel_refunds import records

logger = logging.getLogger(__name__)

_PAID = (Money.CONFIRMED, Money.DONE_BY_PLATFORM)
"""Money that is back for good: no news can move it."""

GRACE = timedelta(minutes=10)
"""How long both facts may stand without a money action before the case counts as stuck."""

_FOLLOW = {
    RefundStatus.SENT: "send",
    RefundStatus.CONFIRMED: "confirm",
    RefundStatus.FAILED: "fail",
    RefundStatus.DONE_BY_PLATFORM: "note_platform_did_it",
}

_UNSEEN = Q(inspect_first=True, accepted_at__isnull=True) & ~Exists(
    Inspection.objects.filter(case=OuterRef("pk"))
)
BOTH_FACTS = Q(approved_at__isnull=False) & (
    (Q(received_at__isnull=False) & ~_UNSEEN) | Q(kind=Kind.REFUND_ONLY)
)
"""What a refund waits for, in the words of a query. Until a technician has looked, his queue shows
the case; once he has, it is due or it waits for a person."""


class NothingFailed(Refusal):
    message = _("This refund has not failed: there is nothing to try again.")


def is_ready(case: AfterSalesCase) -> bool:
    """Tell whether approval and receipt are both in and no money has moved."""
    agreed = case.approved_at is not None
    came = case.received_at is not None or case.kind == Kind.REFUND_ONLY
    untouched = case.refund_started_at is None and case.money == Money.NONE
    untouched = untouched and case.exchange_order_id is None
    return (
        case.status == CaseStatus.OPEN
        and agreed
        and came
        and untouched
        and not waits_for_inspection(case)
    )


def waits_for_inspection(case: AfterSalesCase) -> bool:
    """Tell whether a technician has to look first, or did not find what the buyer says."""
    if not case.inspect_first or not case.wants_goods_back or case.accepted_at is not None:
        return False
    latest = case.inspections.order_by("-pk").first()
    return latest is None or latest.verdict != Inspection.Verdict.CONFIRMED


def settle_if_ready(case: AfterSalesCase, *, now: datetime) -> None:
    """Ask for the refund of a locked case, if it is due and was never asked for.

    What the core refuses is written on the case for a person, and changes nothing else: that the
    goods came stays true although the money cannot go.
    """
    if not is_ready(case):
        return
    done = refund_of_the_platform(case)
    if done is not None:
        follow(case, refund=done, now=now)
        return
    if _platform_is_paying(case):
        return
    try:
        with transaction.atomic():
            _start(case, now=now)
    except Refusal as refusal:
        case.refund_started_at, case.refund, case.exchange_order = None, None, None
        _note_problem(case, in_shop_words(refusal), now=now)


def _start(case: AfterSalesCase, *, now: datetime) -> None:
    units = refund_units(case)
    if exchanges.is_due(case) and units:
        exchanges.start(case, units=units, now=now)
        return
    amount = refund_amount(case, units=units)
    if amount <= 0:
        finish(case, action="close", now=now, note="nothing to pay back for what came")
        return
    refund = refunds.ask(
        case.order_id,
        case_no=case.case_no,
        units=units,
        amount=amount,
        reason=case.reason,
        actor=None,
        now=now,
    )
    case.refund, case.refund_started_at, case.problem = refund, now, ""
    case.deadline_at = None
    case.save(update_fields=["refund", "refund_started_at", "problem", "deadline_at"])
    move(case, axis=MoneyAxis, action="ask", now=now)
    facts = {"refund": refund.refund_no, "amount": str(refund.amount)}
    append("case.settle", case.case_no, at=now, actor=None, facts=facts)
    bus.publish(RefundRequested([refund.pk]), now=now)


def refund_units(case: AfterSalesCase) -> dict[int, int]:
    """Return {order item id: units} to pay back: those that came, or all where none must come."""
    if not case.wants_goods_back:
        return asked_units(case)
    lines = item_lines(case)
    return {
        line.order_item_id: line.received_quantity
        for line in lines
        if line.order_item_id is not None and line.received_quantity
    }


def refund_amount(case: AfterSalesCase, *, units: dict[int, int]) -> Decimal:
    """Return what these units are worth, never more than was proposed for the whole case."""
    return min(refunds.refundable(case.order_id, units=units), Decimal(case.proposed_amount))


def refund_of_the_platform(case: AfterSalesCase) -> Refund | None:
    """Find money that the platform returned by itself and whose event has not come here yet."""
    mine = Q(case_no=case.case_no)
    if case.channel_refund_no:
        mine |= Q(channel_refund_no=case.channel_refund_no)
    returned = (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM)
    rows = Refund.objects.filter(mine, store=case.store_id, status__in=returned)
    return rows.order_by("pk").first()


def _platform_is_paying(case: AfterSalesCase) -> bool:
    """The platform moves the money of its own request: its word that it is there will come."""
    number = case.channel_refund_no
    told = records.find(case.store_id, channel_refund_no=number) if number else None
    return told is not None and told.status is RefundStage.REFUNDING


def _note_problem(case: AfterSalesCase, text: str, *, now: datetime) -> None:
    if case.problem != text:
        case.problem = text
        case.save(update_fields=["problem"])
        timeline.record(case.SUBJECT, case.pk, "refund_refused", at=now, note=text)


def follow(case: AfterSalesCase, *, refund: Refund, now: datetime) -> None:
    """Bring a locked case's money axis to where its refund stands; close it when all is done."""
    if case.refund_id is None:
        case.refund, case.problem = refund, ""
        case.save(update_fields=["refund", "problem"])
    if case.money == Money.NONE and refund.status != RefundStatus.DONE_BY_PLATFORM:
        move(case, axis=MoneyAxis, action="ask", now=now)
    action = _FOLLOW.get(RefundStatus(refund.status))
    if action is not None and case.money in MoneyAxis.FLOW.step(action).sources:
        move(case, axis=MoneyAxis, action=action, now=now, note=refund.last_error)
    close_if_done(case, now=now)


@atomic_service
def try_again(case_id: int, *, actor: User, now: datetime) -> None:
    """Have a refund that failed sent again, under the same number.

    :raises NotAllowed: if the person may not approve returns in the store
    :raises NothingFailed: unless the refund has failed
    """
    case = lock_case(case_id)
    require(actor, "approve_returns", case.store)
    if case.money != Money.FAILED or case.refund_id is None:
        raise NothingFailed
    timeline.record(case.SUBJECT, case.pk, "try_again", at=now, actor=actor)
    append("case.try_again", case.case_no, at=now, actor=actor)
    bus.publish(RefundRequested([case.refund_id]), now=now)


@atomic_service
def settle(case_id: int, *, now: datetime) -> bool:
    """Do for one case whatever its facts ask for; return whether a refund was started."""
    case = lock_case(case_id)
    started = case.refund_started_at
    settle_if_ready(case, now=now)
    if case.refund is not None:
        follow(case, refund=Refund.objects.get(pk=case.refund.pk), now=now)
    return started is None and case.refund_started_at is not None


def unsettled(*, now: datetime) -> list[int]:
    """Return ids of open cases with both facts, long enough ago, and no money action."""
    rows = AfterSalesCase.objects.filter(
        BOTH_FACTS,
        status=CaseStatus.OPEN,
        money=Money.NONE,
        refund_started_at=None,
        exchange_order=None,
    )
    due = rows.filter(approved_at__lte=now - GRACE).exclude(received_at__gt=now - GRACE)
    return list(due.order_by("pk").values_list("pk", flat=True))


def settle_missed(*, now: datetime) -> int:
    """Settle what was missed and follow refunds whose news was; return the refunds started."""
    under_way = AfterSalesCase.objects.filter(refund__isnull=False).exclude(money__in=_PAID)
    behind = under_way.exclude(money=F("refund__status"))
    for case_id in exchanges.behind():
        _follow_apart(case_id, now=now)
    ids = [*unsettled(now=now), *behind.values_list("pk", flat=True)]
    return sum(_settle_apart(case_id, now=now) for case_id in ids)


def _follow_apart(case_id: int, *, now: datetime) -> None:
    try:
        exchanges.follow(case_id, now=now)
    except Exception:
        logger.exception("the replacement of case %s could not be followed", case_id)


def _settle_apart(case_id: int, *, now: datetime) -> bool:
    """One case that cannot be settled must not keep the money of the others back."""
    try:
        return settle(case_id, now=now)
    except Exception:
        logger.exception("case %s could not be settled", case_id)
        return False
