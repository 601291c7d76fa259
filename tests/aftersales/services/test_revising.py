"""What is asked for changes: the case changes with it and is approved anew."""

from datetime import datetime
from decimal import Decimal

import pytest

from aftersales.flows import Approval, Receipt
from aftersales.models import Kind
from aftersales.services.asking import NothingAsked, NotThatMany
from aftersales.services.cases import TooLateToChange, digest
from aftersales.services.closing import GoodsAreHere
from aftersales.services.revising import revise_case
from oms.access.checks import NotAllowed
from oms.models import ApprovalRequest
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    refund_only_case,
    service_person,
    shipped_order,
)

pytestmark = pytest.mark.django_db


def test_dropping_one_line_keeps_the_others(now: datetime) -> None:
    order = shipped_order(lines=2, lines__quantity=2)
    first, second = order.items.order_by("pk")
    case = open_case(order)
    before = digest(case)
    revise_case(case.pk, actor=service_person(case), units={second.pk: 1}, now=now)
    case = acts.fresh(case)
    assert list(case.lines.values_list("order_item", "quantity")) == [(second.pk, 1)]
    assert (case.proposed_amount, case.revision) == (Decimal("50.00"), 2)
    assert digest(case) != before
    assert open_case(order, units={first.pk: 2}) != case


def test_nothing_different_asks_nobody(now: datetime) -> None:
    case = open_case()
    revise_case(case.pk, actor=None, kind=Kind.RETURN_REFUND, now=now)
    assert (acts.fresh(case).revision, ApprovalRequest.objects.count()) == (1, 1)


def test_refund_only_may_become_a_return(now: datetime) -> None:
    case = acts.fresh(refund_only_case())
    revise_case(case.pk, actor=None, kind=Kind.RETURN_REFUND, now=now)
    case = acts.fresh(case)
    assert (case.kind, case.receipt, case.approval) == (
        Kind.RETURN_REFUND,
        Receipt.EXPECTED,
        Approval.PENDING,
    )
    assert acts.approve(case).receipt == Receipt.EXPECTED


def test_dock_waits_for_other_units_once_they_are_agreed_to(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case, item = acts.approve(open_case(order)), order.items.get()
    revise_case(case.pk, actor=None, units={item.pk: 1}, now=now)
    line = acts.expected_of(case).lines.get()
    assert (line.quantity, acts.fresh(case).approval) == (2, Approval.PENDING)
    acts.approve(acts.fresh(case))
    line.refresh_from_db()
    assert (line.quantity, acts.expected_of(case).state) == (1, "expected")


def test_parcel_that_was_called_off_is_expected_again(now: datetime) -> None:
    case = acts.approve(open_case())
    revise_case(case.pk, actor=None, kind=Kind.REFUND_ONLY, now=now)
    assert acts.expected_of(case).state == "withdrawn"
    revise_case(case.pk, actor=None, kind=Kind.RETURN_REFUND, now=now)
    case = acts.approve(acts.fresh(case))
    assert acts.expected_of(case).state == "expected"
    assert acts.receive(case).receipt == Receipt.RECEIVED


def test_units_are_checked_as_for_a_new_case(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case, item = open_case(order), order.items.get()
    with pytest.raises(NotThatMany):
        revise_case(case.pk, actor=None, units={item.pk: 3}, now=now)
    with pytest.raises(NothingAsked):
        revise_case(case.pk, actor=None, units={}, now=now)


def test_goods_that_are_here_cannot_be_asked_for_otherwise(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case = acts.approve(open_case(order))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 1})
    acts.deliver()
    with pytest.raises(GoodsAreHere):
        revise_case(case.pk, actor=None, kind=Kind.REFUND_ONLY, now=now)


def test_refund_under_way_cannot_change(now: datetime) -> None:
    case = acts.approve(refund_only_case())
    with pytest.raises(TooLateToChange):
        revise_case(case.pk, actor=None, amount=Decimal(1), now=now)


def test_stranger_changes_nothing(now: datetime) -> None:
    case = open_case()
    stranger = service_person(shipped_order())
    with pytest.raises(NotAllowed):
        revise_case(case.pk, actor=stranger, amount=Decimal(1), now=now)
    assert acts.fresh(case).revision == 1


def test_amount_is_never_more_than_was_paid(now: datetime) -> None:
    case = open_case()
    revise_case(case.pk, actor=None, amount=Decimal(500), now=now)
    assert acts.fresh(case).proposed_amount == Decimal("50.00")
