"""Whatever people, docks and platforms do to the cases of an order, the money adds up (I4, I5)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from aftersales.flows import MONEY_DONE, Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.services import approval, closing, goods, intake, platform, settlement
from aftersales.services.asking import Request
from aftersales.services.cases import digest
from oms.models import (
    ExpectedReturn,
    Order,
    Payment,
    Refund,
    RefundLine,
    TimelineEntry,
    User,
)
from oms.refusals import Refusal
from oms.services import refunds
from tests.aftersales import acts
from tests.factories.aftersales import NOW, shipped_order, supervisor

SOMEBODY = st.integers(min_value=0, max_value=5)
UNITS = st.lists(st.integers(min_value=0, max_value=3), min_size=2, max_size=2)


class Lifecycle(RuleBasedStateMachine):
    """Two lines of three pieces, and anything that may happen to requests about them."""

    @initialize()
    def sell(self) -> None:
        self.order: Order = shipped_order(lines=2, lines__quantity=3)
        self.boss: User = supervisor(self.order)
        self.at = NOW
        self.tickets = 0

    def cases(self) -> list[AfterSalesCase]:
        return list(AfterSalesCase.objects.filter(order=self.order).order_by("pk"))

    def one(self, which: int) -> AfterSalesCase | None:
        cases = self.cases()
        return cases[which % len(cases)] if cases else None

    def attempt(self, act: Callable[[], object]) -> None:
        """Do something that may be refused: then nothing of it stays."""
        with suppress(Refusal), transaction.atomic():
            act()

    @rule(units=UNITS, kind=st.sampled_from([Kind.RETURN_REFUND, Kind.REFUND_ONLY]))
    def open(self, units: list[int], kind: Kind) -> None:
        items = self.order.items.order_by("pk")
        self.tickets += 1
        asked = Request(
            source=Source.PLATFORM,
            reason=Reason.OTHER,
            kind=kind,
            units={item.pk: n for item, n in zip(items, units, strict=True) if n},
            channel_refund_no=f"T-{self.order.pk}-{self.tickets}",
        )
        self.attempt(
            lambda: intake.open_case(self.order.pk, request=asked, actor=None, now=self.at)
        )

    @rule(which=SOMEBODY, verdict=st.sampled_from(["approve", "approve", "reject"]))
    def decide(self, which: int, verdict: str) -> None:
        case = self.one(which)
        if case is not None:
            self.attempt(
                lambda: approval.decide(
                    case.pk,
                    verdict=verdict,
                    actor=self.boss,
                    comment="because",
                    seen=digest(case),
                    now=self.at,
                )
            )

    @rule(which=SOMEBODY)
    def withdraw(self, which: int) -> None:
        case = self.one(which)
        if case is not None:
            self.attempt(lambda: closing.withdraw_case(case.pk, actor=None, reason="", now=self.at))

    @rule(which=SOMEBODY, units=UNITS)
    def dock(self, which: int, units: list[int]) -> None:
        case = self.one(which)
        expected = case and ExpectedReturn.objects.filter(case_no=case.case_no).first()
        if expected:
            came = {
                line.pk: min(n, line.quantity - line.received_quantity)
                for line, n in zip(expected.lines.order_by("pk"), units, strict=False)
            }
            self.attempt(lambda: acts.dock_receives(expected, units=came))

    @rule()
    def deliver(self) -> None:
        acts.deliver()

    @rule(which=SOMEBODY)
    def accept(self, which: int) -> None:
        case = self.one(which)
        if case is not None:
            self.attempt(
                lambda: goods.accept_as_it_came(
                    case.pk, actor=self.boss, reason="as it is", now=self.at
                )
            )

    @rule(which=SOMEBODY)
    def close(self, which: int) -> None:
        case = self.one(which)
        if case is not None:
            self.attempt(
                lambda: closing.close_case(case.pk, actor=self.boss, reason="x", now=self.at)
            )

    @rule(which=SOMEBODY, how=st.sampled_from(["sent", "failed", "confirmed", "platform"]))
    def money(self, which: int, how: str) -> None:
        case = self.one(which)
        if case is not None and case.refund is not None:
            refund_id = case.refund.pk
            self.attempt(lambda: _tell(refund_id, how))
            platform.follow_refunds([refund_id], now=self.at)

    @rule()
    def sweep(self) -> None:
        self.at += timedelta(minutes=30)
        settlement.settle_missed(now=self.at)
        for case in self.cases():
            ready = settlement.is_ready(case)
            assert not ready or case.problem, "both facts are in and nobody asked for the money"

    @invariant()
    def refunds_stay_within_what_was_paid(self) -> None:
        for item in self.order.items.all():
            back = RefundLine.objects.filter(order_item=item).aggregate(sum=Sum("amount"))["sum"]
            assert (back or 0) == item.refunded_amount <= item.paid_share
            assert item.returned_quantity <= item.shipped_quantity
        for payment in Payment.objects.filter(allocations__order=self.order):
            assert payment.refunded <= payment.amount

    @invariant()
    def a_case_has_one_refund_and_both_facts_before_it(self) -> None:
        for case in self.cases():
            mine = Refund.objects.filter(case_no=case.case_no)
            assert mine.count() <= 1
            if case.refund_started_at is not None:
                assert case.approved_at is not None
                assert case.received_at is not None or case.kind == Kind.REFUND_ONLY
            if case.money != Money.NONE:
                assert mine.get() == case.refund

    @invariant()
    def no_unit_is_asked_for_twice(self) -> None:
        for item in self.order.items.all():
            lines = item.case_lines.filter(case__status=CaseStatus.OPEN)
            coming = sum(line.quantity - line.received_quantity for line in lines)
            assert coming <= item.shipped_quantity - item.returned_quantity

    @invariant()
    def what_is_over_is_over_for_a_reason(self) -> None:
        for case in self.cases():
            if case.status == CaseStatus.WITHDRAWN:
                assert case.money == Money.NONE
            if case.status == CaseStatus.CLOSED and case.money not in MONEY_DONE:
                by_hand = TimelineEntry.objects.filter(
                    subject=case.SUBJECT, subject_id=case.pk, action="close"
                ).get()
                assert by_hand.note
                assert case.approval == Approval.REJECTED or case.money == Money.NONE


def _tell(refund_id: int, how: str) -> None:
    if how == "sent":
        refunds.mark_sent(refund_id, now=NOW)
    elif how == "failed":
        refunds.mark_failed(refund_id, error="no", now=NOW)
    elif how == "confirmed":
        refunds.mark_confirmed(refund_id, now=NOW)
    else:
        refunds.mark_done_by_platform(refund_id, now=NOW)


@pytest.mark.property
@pytest.mark.django_db
def test_money_adds_up_whatever_happens() -> None:
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
