"""I5: the refund starts when both facts are in, whichever comes last, once."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.services import goods, settlement
from oms.flows.refund import RefundStatus
from oms.models import Refund, RefundLine, TimelineEntry
from oms.services import refunds
from tests.aftersales import acts
from tests.factories.aftersales import open_case, refund_only_case, shipped_order, supervisor

pytestmark = pytest.mark.django_db


def test_approved_and_received_asks_for_the_refund() -> None:
    case = acts.receive(acts.approve(open_case()))
    refund = Refund.objects.get()
    assert (case.money, case.refund, refund.status) == (Money.ASKED, refund, RefundStatus.ASKED)
    assert refund.amount == case.proposed_amount == Decimal("50.00")
    assert acts.published("aftersales.refund.requested") == [{"refund_ids": [refund.pk]}]


def test_approval_alone_asks_for_nothing() -> None:
    case = acts.approve(open_case())
    assert (case.approval, case.receipt, case.money) == (
        Approval.APPROVED,
        Receipt.EXPECTED,
        Money.NONE,
    )
    assert not Refund.objects.exists()


def test_receipt_before_approval_waits_for_the_approval(now: datetime) -> None:
    case = acts.approve(open_case())
    acts.ask_less(case, amount=case.proposed_amount - 1)
    acts.receive(case)
    assert (acts.fresh(case).received_at, Refund.objects.count()) == (now, 0)
    acts.approve(case)
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("49.00")]


def test_refund_only_needs_no_receipt() -> None:
    case = acts.approve(refund_only_case())
    assert (case.receipt, case.money) == (Receipt.NOT_NEEDED, Money.ASKED)


def test_told_of_the_receipt_twice_it_stays_one_refund(now: datetime) -> None:
    case = acts.receive(acts.approve(open_case()))
    goods.record_receipt(case.case_no, now=now)
    assert settlement.settle(case.pk, now=now) is False
    case = acts.fresh(case)
    assert (case.status, case.problem, Refund.objects.count()) == (CaseStatus.OPEN, "", 1)


def test_refund_is_the_paid_share_of_what_came(now: datetime) -> None:
    order = shipped_order(lines__quantity=3, lines__paid_share=Decimal("100.00"))
    case = acts.approve(open_case(order))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 2})
    acts.deliver()
    case = acts.fresh(case)
    assert (case.receipt, case.money, case.lines.get().difference) == (
        Receipt.PARTLY_RECEIVED,
        Money.NONE,
        -1,
    )
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="one is lost", now=now)
    refund = Refund.objects.get()
    assert refund.amount == Decimal("66.67")
    assert RefundLine.objects.get().quantity == 2


def test_confirmed_refund_closes_the_case(now: datetime) -> None:
    case = acts.receive(acts.approve(open_case()))
    acts.confirm_refund(case)
    case = acts.fresh(case)
    assert (case.status, case.money, case.closed_at) == (CaseStatus.CLOSED, Money.CONFIRMED, now)


def test_refused_refund_is_written_on_the_case_and_the_receipt_stays() -> None:
    order = shipped_order()
    case = acts.approve(open_case(order))
    order.allocations.all().delete()
    case = acts.receive(case)
    assert (case.receipt, case.money, case.refund_started_at) == (
        Receipt.RECEIVED,
        Money.NONE,
        None,
    )
    assert case.problem
    assert not Refund.objects.exists()


def test_missed_settlement_is_found_and_made_good(now: datetime) -> None:
    order = shipped_order()
    case = acts.approve(open_case(order))
    payment = order.allocations.get()
    payment.delete()
    acts.receive(case)
    payment.pk = None
    payment.save()
    assert settlement.unsettled(now=now) == []
    later = now + settlement.GRACE + timedelta(minutes=1)
    assert settlement.unsettled(now=later) == [case.pk]
    assert settlement.settle_missed(now=later) == 1
    case = acts.fresh(case)
    assert (case.money, case.problem) == (Money.ASKED, "")
    assert settlement.settle_missed(now=later) == 0


def test_refund_that_was_sent_without_news_is_followed(now: datetime) -> None:
    case = acts.receive(acts.approve(open_case()))
    refund = Refund.objects.get()
    refunds.mark_sent(refund.pk, now=now)
    refunds.mark_failed(refund.pk, error="closed account", now=now)
    settlement.settle_missed(now=now)
    assert acts.fresh(case).money == Money.FAILED
    refunds.mark_sent(refund.pk, now=now)
    refunds.mark_confirmed(refund.pk, now=now)
    settlement.settle_missed(now=now)
    assert (acts.fresh(case).money, acts.fresh(case).status) == (Money.CONFIRMED, CaseStatus.CLOSED)


def test_goods_that_cost_nothing_close_without_money() -> None:
    order = shipped_order(lines__paid_share=Decimal(0))
    case = acts.receive(acts.approve(open_case(order)))
    assert (case.status, case.money, Refund.objects.count()) == (CaseStatus.CLOSED, Money.NONE, 0)


def test_every_axis_leaves_who_when_from_and_to() -> None:
    case = acts.receive(acts.approve(open_case()))
    moves = TimelineEntry.objects.filter(subject_id=case.pk, subject__startswith="case_")
    assert [(row.subject, row.from_status, row.to_status) for row in moves.order_by("pk")] == [
        ("case_approval", "", "pending"),
        ("case_receipt", "", "expected"),
        ("case_money", "", "none"),
        ("case_approval", "pending", "approved"),
        ("case_receipt", "expected", "received"),
        ("case_money", "none", "asked"),
    ]
