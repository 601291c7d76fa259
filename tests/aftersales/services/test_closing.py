"""How cases end, and what ends with them."""

from datetime import datetime

import pytest

from aftersales.flows import CaseStatus, Money
from aftersales.services.cases import CaseClosed, TooLateToChange
from aftersales.services.closing import (
    CloseReasonMissing,
    GoodsAreHere,
    close_case,
    withdraw_case,
)
from oms.access.checks import NotAllowed
from oms.models import ApprovalRequest, EvidenceEntry, ExpectedReturn
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    refund_only_case,
    service_person,
    shipped_order,
    supervisor,
)

pytestmark = pytest.mark.django_db


def test_withdrawing_takes_the_question_and_the_parcel_back(now: datetime) -> None:
    asked, announced = open_case(), acts.approve(open_case())
    for case in (asked, announced):
        withdraw_case(case.pk, actor=service_person(case), reason="keeps it", now=now)
        assert acts.fresh(case).status == CaseStatus.WITHDRAWN
    assert ApprovalRequest.objects.get(subject=asked.case_no).status == "withdrawn"
    assert acts.expected_of(announced).state == ExpectedReturn.State.WITHDRAWN
    assert EvidenceEntry.objects.filter(kind="case.withdraw").count() == 2


def test_goods_that_the_dock_has_counted_are_noticed_before_their_event(now: datetime) -> None:
    case = acts.approve(open_case())
    acts.dock_receives(acts.expected_of(case))
    with pytest.raises(GoodsAreHere):
        withdraw_case(case.pk, actor=None, reason="", now=now)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_units_of_a_withdrawn_case_are_free_again(now: datetime) -> None:
    order = shipped_order()
    case = open_case(order)
    withdraw_case(case.pk, actor=None, reason="", now=now)
    assert open_case(order) != case


def test_withdrawn_once_is_enough(now: datetime) -> None:
    case = open_case()
    withdraw_case(case.pk, actor=None, reason="", now=now)
    with pytest.raises(CaseClosed):
        withdraw_case(case.pk, actor=None, reason="", now=now)


def test_goods_that_are_here_cannot_be_withdrawn(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case = acts.approve(open_case(order))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 1})
    acts.deliver()
    with pytest.raises(GoodsAreHere):
        withdraw_case(case.pk, actor=None, reason="", now=now)


def test_refund_under_way_cannot_be_withdrawn(now: datetime) -> None:
    case = acts.approve(refund_only_case())
    with pytest.raises(TooLateToChange):
        withdraw_case(case.pk, actor=None, reason="", now=now)


def test_stranger_withdraws_nothing(now: datetime) -> None:
    case = open_case()
    with pytest.raises(NotAllowed):
        withdraw_case(case.pk, actor=service_person(shipped_order()), reason="", now=now)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_goods_that_never_come_are_closed_by_a_person(now: datetime) -> None:
    case = open_case()
    acts.platform_refunds(case)
    close_case(case.pk, actor=supervisor(case), reason="claimed from the carrier", now=now)
    case = acts.fresh(case)
    assert (case.status, case.money) == (CaseStatus.CLOSED, Money.DONE_BY_PLATFORM)
    assert EvidenceEntry.objects.get(kind="case.close").facts == {"money": "done_by_platform"}


def test_closing_by_hand_needs_right_and_reason(now: datetime) -> None:
    case = open_case()
    with pytest.raises(NotAllowed):
        close_case(case.pk, actor=service_person(case), reason="x", now=now)
    with pytest.raises(CloseReasonMissing):
        close_case(case.pk, actor=supervisor(case), reason="", now=now)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_refund_under_way_cannot_be_closed_away(now: datetime) -> None:
    case = acts.approve(refund_only_case())
    with pytest.raises(TooLateToChange):
        close_case(case.pk, actor=supervisor(case), reason="x", now=now)
