"""What people and other apps do to a case, in one line each."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from aftersales.models import AfterSalesCase
from aftersales.services import approval, closing, platform, revising
from aftersales.services.cases import digest
from oms.approvals.services import APPROVE, REJECT
from oms.events import bus
from oms.events.types import RefundConfirmed, RefundDoneByPlatform, ReturnReceived
from oms.flows.refund import RefundStatus
from oms.models import ExpectedReturn, OutboxEvent, Refund, User
from oms.models.base import new_number
from oms.models.locking import atomic_service
from oms.services import refunds, returns
from tests.factories.aftersales import NOW, dock_hand, supervisor


def approve(case: AfterSalesCase, *, actor: User | None = None) -> AfterSalesCase:
    return _decide(case, APPROVE, actor=actor, comment="")


def reject(case: AfterSalesCase, *, comment: str = "worn", actor: User | None = None) -> None:
    _decide(case, REJECT, actor=actor, comment=comment)


def _decide(
    case: AfterSalesCase, verdict: str, *, actor: User | None, comment: str
) -> AfterSalesCase:
    case.refresh_from_db()
    approval.decide(
        case.pk,
        verdict=verdict,
        actor=actor or supervisor(case),
        comment=comment,
        seen=digest(case),
        now=NOW,
    )
    return fresh(case)


def expected_of(case: AfterSalesCase) -> ExpectedReturn:
    return ExpectedReturn.objects.get(case_no=case.case_no)


@atomic_service
def dock_receives(
    expected: ExpectedReturn, *, units: Mapping[int, int] | None = None, condition: str = "good"
) -> None:
    """Count what came as the warehouse app does, and announce it."""
    lines = {line.pk: line for line in expected.lines.all()}
    came = units or {pk: line.quantity - line.received_quantity for pk, line in lines.items()}
    found = [returns.Found(count, condition, line_id=pk) for pk, count in came.items()]
    returns.receive(expected.pk, found=found, actor=dock_hand(expected), now=NOW)
    bus.publish(ReturnReceived([expected.return_no]), now=NOW)


def deliver() -> None:
    """Deliver every event there is, and those that they lead to."""
    while bus.deliver_due(now=NOW):
        pass


def receive(case: AfterSalesCase, *, condition: str = "good") -> AfterSalesCase:
    dock_receives(expected_of(case), condition=condition)
    deliver()
    return fresh(case)


def confirm_refund(case: AfterSalesCase) -> None:
    """Send and confirm the case's refund as the channels app does."""
    refund = fresh(case).refund
    assert refund is not None
    with transaction.atomic():
        refunds.mark_sent(refund.pk, now=NOW)
        refunds.mark_confirmed(refund.pk, now=NOW)
        bus.publish(RefundConfirmed([refund.pk]), now=NOW)
    deliver()


def platform_refund_row(case: AfterSalesCase) -> Refund:
    """Write a refund that we never asked for: the platform gave the money back by itself."""
    return Refund.objects.create(
        refund_no=new_number("RF", NOW.date()),
        store=case.store,
        order=case.order,
        channel_refund_no=case.channel_refund_no or "PLATFORM-1",
        case_no="" if case.channel_refund_no else case.case_no,
        amount=case.proposed_amount,
        asked_at=NOW,
        status=RefundStatus.DONE_BY_PLATFORM,
        status_at=NOW,
    )


def platform_refunds(case: AfterSalesCase) -> Refund:
    """The platform gives the money back by itself, and the channels app announces it."""
    with transaction.atomic():
        row = platform_refund_row(case)
        bus.publish(RefundDoneByPlatform([row.pk]), now=NOW)
    deliver()
    return row


def ask_less(case: AfterSalesCase, *, amount: Decimal) -> None:
    revising.revise_case(case.pk, actor=None, amount=amount, now=NOW)


def withdraw(case: AfterSalesCase) -> None:
    closing.withdraw_case(case.pk, actor=None, reason="changed my mind", now=NOW)


def follow(refund: Refund) -> None:
    platform.follow_refunds([refund.pk], now=NOW)


def fresh(case: AfterSalesCase) -> AfterSalesCase:
    return AfterSalesCase.objects.get(pk=case.pk)


def published(name: str) -> list[dict[str, object]]:
    rows = OutboxEvent.objects.filter(name=name).order_by("pk")
    return list(rows.values_list("payload", flat=True))
