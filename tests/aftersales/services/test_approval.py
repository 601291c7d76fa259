"""V1 to V8: who may say yes, to what, and what follows from it."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from aftersales.flows import Approval, CaseStatus, Receipt
from aftersales.models import AfterSalesCase, Source
from aftersales.services import approval
from aftersales.services.approval import NoQuestion, NowhereToReturn, may_decide, open_step
from aftersales.services.cases import CaseClosed, digest
from oms.access.checks import NotAllowed
from oms.approvals import services as approvals
from oms.approvals.services import ChangedSinceAsked, ReasonMissing, SelfApproval
from oms.models import (
    ApprovalRequest,
    ApprovalStep,
    Delegation,
    EvidenceEntry,
    ExpectedReturn,
    Refund,
    TimelineEntry,
    User,
)
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    service_person,
    shipped_order,
    supervisor,
    unshipped_order,
)
from tests.factories.oms import UserFactory, grant

pytestmark = pytest.mark.django_db


def vote(
    case: AfterSalesCase, actor: User, *, seen: str = "", verdict: str = "approve", why: str = ""
) -> None:
    approval.decide(
        case.pk,
        verdict=verdict,
        actor=actor,
        comment=why,
        seen=seen or digest(case),
        now=case.opened_at,
    )


def test_yes_announces_the_parcel_and_tells_the_platform(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case = acts.approve(open_case(order))
    expected = ExpectedReturn.objects.get(case_no=case.case_no)
    assert (case.approval, case.approved_at) == (Approval.APPROVED, now)
    assert case.deadline_at == now + timedelta(days=7)
    assert (expected.order, expected.warehouse) == (order, case.warehouse)
    assert order.receiver is not None
    assert expected.sender_phone_fingerprint == order.receiver.phone_fingerprint
    assert expected.sender_phone_tail == order.receiver.phone_tail
    assert list(expected.lines.values_list("order_item", "quantity")) == [(order.items.get().pk, 2)]
    assert acts.published("aftersales.return.approved") == [
        {"case_nos": [case.case_no], "order_ids": [order.pk], "channel_refund_nos": [""]}
    ]


def test_requester_cannot_approve() -> None:
    order = shipped_order()
    person = supervisor(order)
    case = open_case(order, source=Source.CHAT, actor=person)
    with pytest.raises(SelfApproval):
        vote(case, person)
    assert acts.fresh(case).approval == Approval.PENDING
    assert not may_decide(case, user=person, now=case.opened_at)


def test_person_without_the_right_cannot_approve() -> None:
    case = open_case()
    for stranger in (UserFactory.create(), service_person(case), supervisor(shipped_order())):
        with pytest.raises(NotAllowed):
            vote(case, stranger)
        assert not may_decide(case, user=stranger, now=case.opened_at)
    assert acts.fresh(case).approval == Approval.PENDING


def test_delegate_decides_and_both_names_are_kept(now: datetime) -> None:
    case = open_case()
    boss, deputy = supervisor(case), UserFactory.create()
    Delegation.objects.create(
        from_user=boss, to_user=deputy, starts_at=now, ends_at=now + timedelta(days=1)
    )
    assert may_decide(case, user=deputy, now=now)
    vote(case, deputy)
    step = ApprovalStep.objects.get()
    assert (step.decided_by, step.on_behalf_of) == (deputy, boss)
    assert acts.fresh(case).approval == Approval.APPROVED


def test_nobody_stands_in_for_whoever_asked(now: datetime) -> None:
    order = shipped_order()
    asker, deputy = supervisor(order), UserFactory.create()
    case = open_case(order, source=Source.CHAT, actor=asker)
    span = {"starts_at": now, "ends_at": now + timedelta(days=1)}
    Delegation.objects.create(from_user=asker, to_user=deputy, **span)
    assert not may_decide(case, user=deputy, now=now)
    with pytest.raises(NotAllowed):
        vote(case, deputy)
    boss = supervisor(case)
    Delegation.objects.create(from_user=boss, to_user=deputy, **span)
    assert may_decide(case, user=deputy, now=now)
    vote(case, deputy)
    assert ApprovalStep.objects.get().on_behalf_of == boss


def test_what_changed_since_it_was_looked_at_is_refused() -> None:
    case = open_case()
    seen = digest(case)
    acts.ask_less(case, amount=case.proposed_amount - 1)
    with pytest.raises(ChangedSinceAsked):
        vote(case, supervisor(case), seen=seen)
    assert acts.fresh(case).approval == Approval.PENDING
    assert ApprovalRequest.objects.filter(status="open").count() == 1


def test_case_that_changed_behind_the_question_is_refused() -> None:
    case = open_case()
    seen = digest(case)
    AfterSalesCase.objects.filter(pk=case.pk).update(proposed_amount=1)
    with pytest.raises(ChangedSinceAsked):
        vote(acts.fresh(case), supervisor(case), seen=seen)


def test_no_needs_a_reason() -> None:
    case = open_case()
    with pytest.raises(ReasonMissing):
        vote(case, supervisor(case), verdict="reject", why="  ")
    assert acts.fresh(case).approval == Approval.PENDING


def test_no_closes_the_case_and_tells_the_platform(now: datetime) -> None:
    case = open_case(source=Source.PLATFORM, channel_refund_no="R-5")
    acts.reject(case, comment="worn outside")
    case = acts.fresh(case)
    assert (case.approval, case.status, case.closed_at) == (
        Approval.REJECTED,
        CaseStatus.CLOSED,
        now,
    )
    assert acts.published("aftersales.return.rejected") == [
        {
            "case_nos": [case.case_no],
            "order_ids": [case.order_id],
            "channel_refund_nos": ["R-5"],
            "refusal_codes": [""],
        }
    ]
    assert not ExpectedReturn.objects.exists()
    entry = TimelineEntry.objects.get(subject="case_approval", action="reject")
    assert entry.note == "worn outside"


def test_decision_taken_elsewhere_arrives_by_event() -> None:
    case = open_case()
    step = open_step(case)
    assert step is not None
    approvals.decide(
        step.pk,
        verdict="approve",
        actor=supervisor(case),
        comment="",
        digest=digest(case),
        now=case.opened_at,
    )
    assert acts.fresh(case).approval == Approval.PENDING
    acts.deliver()
    assert acts.fresh(case).approval == Approval.APPROVED


def test_event_after_the_page_changes_nothing(now: datetime) -> None:
    case = acts.approve(open_case())
    acts.deliver()
    approval.apply_decision(ApprovalRequest.objects.get().pk, now=now)
    assert TimelineEntry.objects.filter(subject="case_approval", action="approve").count() == 1
    assert acts.fresh(case).approval == Approval.APPROVED


def test_question_that_was_taken_back_decides_nothing(now: datetime) -> None:
    case = open_case()
    request = ApprovalRequest.objects.get()
    approvals.withdraw_request(request.pk, actor=None, now=now)
    acts.deliver()
    assert acts.fresh(case).approval == Approval.PENDING


def test_decision_about_something_else_is_none_of_ours(now: datetime) -> None:
    case = open_case()
    ApprovalRequest.objects.update(kind="export")
    approval.apply_decision(ApprovalRequest.objects.get().pk, now=now)
    assert acts.fresh(case).approval == Approval.PENDING


def test_case_is_decided_once() -> None:
    case = acts.approve(open_case())
    with pytest.raises(NoQuestion):
        vote(case, supervisor(case))


def test_closed_case_cannot_be_decided() -> None:
    case = open_case()
    acts.reject(case)
    with pytest.raises(CaseClosed):
        vote(acts.fresh(case), supervisor(case))


def test_agreeing_by_rule_leaves_the_same_trail(now: datetime) -> None:
    open_case(unshipped_order(), kind=None)
    entry = TimelineEntry.objects.get(subject="case_approval", action="approve")
    assert (entry.actor, entry.note) == (None, "playbook before_shipping 1")
    proof = EvidenceEntry.objects.get(kind="case.agree_by_rule")
    assert proof.facts == {"playbook": "before_shipping", "version": 1}
    assert len(acts.published("aftersales.return.approved")) == 1
    assert not ApprovalRequest.objects.exists()
    assert Refund.objects.count() == 1


def test_goods_without_a_place_to_go_back_to_are_not_agreed_to() -> None:
    case = open_case()
    AfterSalesCase.objects.update(warehouse=None)
    with pytest.raises(NowhereToReturn), transaction.atomic():
        acts.approve(case)
    case = acts.fresh(case)
    assert (case.approval, case.receipt) == (Approval.PENDING, Receipt.EXPECTED)


def test_supervisor_of_two_stores_decides_in_both() -> None:
    first, second = open_case(), open_case()
    person = supervisor(first)
    grant(person, "service_supervisor", second.store)
    for case in (first, second):
        acts.approve(case, actor=person)
        assert acts.fresh(case).approval == Approval.APPROVED
