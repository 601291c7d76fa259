"""A2, A10 to A12, A17: short, wrong and too much; several cases in one parcel; one number twice."""

from datetime import datetime
from decimal import Decimal

import pytest

from aftersales.flows import CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase
from aftersales.services import goods
from aftersales.services.goods import AcceptReasonMissing, NothingToAccept, NothingToSendBack
from aftersales.services.history import flags
from oms.access.checks import NotAllowed
from oms.approvals.services import SelfApproval
from oms.models import ExpectedReturn, ExpectedReturnLine, OrderItem, Refund
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    service_person,
    shipped_order,
    supervisor,
)
from tests.factories.oms import BuyerFactory, SkuFactory

pytestmark = pytest.mark.django_db


def approved(**order: object) -> AfterSalesCase:
    return acts.approve(open_case(shipped_order(**order)))


def receive_some(case: AfterSalesCase, units: int) -> AfterSalesCase:
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.order_by("pk")[0].pk: units})
    acts.deliver()
    return acts.fresh(case)


def test_short_receipt_keeps_the_case_open_with_its_difference() -> None:
    case = receive_some(approved(lines__quantity=3), 2)
    line = case.lines.get()
    assert (case.status, case.receipt) == (CaseStatus.OPEN, Receipt.PARTLY_RECEIVED)
    assert (line.received_quantity, line.difference, line.is_settled) == (2, -1, False)
    assert not Refund.objects.exists()


def test_the_rest_that_comes_later_settles_the_case() -> None:
    case = receive_some(receive_some(approved(lines__quantity=3), 2), 1)
    assert (case.receipt, case.money) == (Receipt.RECEIVED, Money.ASKED)
    assert Refund.objects.get().amount == case.proposed_amount
    assert case.lines.get().difference == 0


def test_accepted_short_receipt_pays_for_what_came_and_closes(now: datetime) -> None:
    case = receive_some(approved(lines__quantity=3), 2)
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="one is lost", now=now)
    case = acts.fresh(case)
    assert (case.receipt, case.money, case.accepted_at) == (Receipt.RECEIVED, Money.ASKED, now)
    assert Refund.objects.get().amount == Decimal("100.00")
    assert acts.expected_of(case).state == ExpectedReturn.State.WITHDRAWN
    acts.confirm_refund(case)
    assert acts.fresh(case).status == CaseStatus.CLOSED


def test_units_that_never_came_may_be_asked_for_again(now: datetime) -> None:
    order = shipped_order(lines__quantity=3)
    case = receive_some(acts.approve(open_case(order)), 2)
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="one is lost", now=now)
    acts.confirm_refund(case)
    again = open_case(order, units={order.items.get().pk: 1})
    assert again != case


def test_empty_parcel_accepted_closes_without_money(now: datetime) -> None:
    case = receive_some(approved(), 0)
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="an empty box", now=now)
    case = acts.fresh(case)
    assert (case.status, case.money, Refund.objects.count()) == (CaseStatus.CLOSED, Money.NONE, 0)


def test_something_else_in_the_parcel_is_a_difference_too() -> None:
    case = approved()
    expected = acts.expected_of(case)
    stray = SkuFactory.create()
    ExpectedReturnLine.objects.create(
        expected_return=expected, sku=stray, quantity=2, received_quantity=2
    )
    case = acts.receive(case)
    line = case.lines.get(order_item=None)
    assert (line.sku, line.quantity, line.received_quantity, line.difference) == (stray, 0, 2, 2)
    assert Refund.objects.count() == 1
    acts.confirm_refund(case)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_settled_difference_lets_the_case_close(now: datetime) -> None:
    case = approved()
    ExpectedReturnLine.objects.create(
        expected_return=acts.expected_of(case),
        sku=SkuFactory.create(),
        quantity=1,
        received_quantity=1,
    )
    case = acts.receive(case)
    acts.confirm_refund(case)
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="kept for her", now=now)
    assert acts.fresh(case).status == CaseStatus.CLOSED


def test_who_opened_the_case_cannot_settle_its_difference(now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    person = supervisor(order)
    case = receive_some(acts.approve(open_case(order, source="phone", actor=person)), 1)
    with pytest.raises(SelfApproval):
        goods.accept_as_it_came(case.pk, actor=person, reason="x", now=now)
    assert acts.fresh(case).money == Money.NONE


def test_accepting_needs_the_right_and_a_reason(now: datetime) -> None:
    case = receive_some(approved(lines__quantity=2), 1)
    with pytest.raises(NotAllowed):
        goods.accept_as_it_came(case.pk, actor=service_person(case), reason="x", now=now)
    with pytest.raises(AcceptReasonMissing):
        goods.accept_as_it_came(case.pk, actor=supervisor(case), reason=" ", now=now)
    assert acts.fresh(case).receipt == Receipt.PARTLY_RECEIVED


def test_nothing_to_accept_before_goods_came(now: datetime) -> None:
    case = approved()
    with pytest.raises(NothingToAccept):
        goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="x", now=now)


def test_parcel_of_a_merge_is_booked_on_the_right_order() -> None:
    case, other = approved(), approved()
    acts.receive(case)
    returned = OrderItem.objects.filter(returned_quantity=1)
    assert [item.order_id for item in returned] == [case.order_id]
    assert acts.fresh(other).receipt == Receipt.EXPECTED


def test_one_parcel_may_bring_the_goods_of_several_cases(now: datetime) -> None:
    buyer = BuyerFactory.create()
    cases = [approved(buyer=buyer), approved(buyer=buyer)]
    for case in cases:
        goods.set_waybill(case.pk, carrier="sf", waybill_no="SF999999", now=now)
    assert [flags(case, now=now) for case in cases] == [[], []]
    for case in cases:
        assert acts.receive(case).receipt == Receipt.RECEIVED


def test_one_number_of_two_buyers_is_marked(now: datetime) -> None:
    case, other = approved(), approved()
    for one in (other, case):
        goods.set_waybill(one.pk, carrier="sf", waybill_no="SF999999", now=now)
    assert any(other.case_no in flag for flag in flags(case, now=now))


def test_ending_one_case_leaves_the_other_of_its_parcel_alone(now: datetime) -> None:
    order = shipped_order(lines=2)
    first, second = order.items.order_by("pk")
    one = acts.approve(open_case(order, units={first.pk: 1}))
    two = acts.approve(open_case(order, units={second.pk: 1}))
    for case in (one, two):
        goods.set_waybill(case.pk, carrier="sf", waybill_no="SF999999", now=now)
    acts.withdraw(one)
    assert acts.expected_of(one).state == ExpectedReturn.State.WITHDRAWN
    assert acts.receive(two).money == Money.ASKED


def test_number_is_taken_only_while_a_parcel_is_expected(now: datetime) -> None:
    case = open_case()
    with pytest.raises(NothingToSendBack):
        goods.set_waybill(case.pk, carrier="sf", waybill_no="SF999999", now=now)


def test_receipt_of_a_parcel_without_a_case_is_none_of_ours(now: datetime) -> None:
    case = approved()
    ExpectedReturn.objects.update(case_no="")
    acts.dock_receives(ExpectedReturn.objects.get())
    acts.deliver()
    goods.record_receipt("AS000000-00000000", now=now)
    assert acts.fresh(case).receipt == Receipt.EXPECTED


def test_announced_but_not_counted_changes_nothing(now: datetime) -> None:
    case = approved()
    goods.record_receipt(case.case_no, now=now)
    assert acts.fresh(case).receipt == Receipt.EXPECTED
