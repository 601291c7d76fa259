"""Queues: each case stands where somebody looks, and only where he may look."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from aftersales.models import AfterSalesCase
from aftersales.services import platform, queues
from aftersales.services.queues import QUEUES, UnknownQueue
from oms.models import Delegation, PaymentAllocation
from oms.services import refunds
from tests.aftersales import acts
from tests.factories.aftersales import open_case, service_person, shipped_order, supervisor
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db


def standing(case: AfterSalesCase, now: datetime) -> list[str]:
    rows = AfterSalesCase.objects.filter(pk=case.pk)
    return [queue.key for queue in QUEUES if queues.in_queue(rows, key=queue.key, now=now)]


def test_case_goes_from_queue_to_queue(now: datetime) -> None:
    case = open_case()
    assert standing(case, now) == ["decide"]
    acts.approve(case)
    assert standing(case, now) == ["coming"]
    acts.receive(case)
    assert standing(case, now) == ["money"]
    refund = acts.fresh(case).refund
    assert refund is not None
    refunds.mark_failed(refund.pk, error="closed", now=now)
    platform.follow_refunds([refund.pk], now=now)
    assert standing(case, now) == ["failed"]
    acts.confirm_refund(case)
    assert standing(case, now) == []


def test_both_facts_without_money_are_seen_after_a_while(now: datetime) -> None:
    case = acts.approve(open_case())
    PaymentAllocation.objects.all().delete()
    acts.receive(case)
    assert standing(case, now) == []
    assert standing(case, now + timedelta(minutes=11)) == ["stuck"]


def test_short_receipt_is_seen_at_once(now: datetime) -> None:
    case = acts.approve(open_case(shipped_order(lines__quantity=2)))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 1})
    acts.deliver()
    assert standing(case, now) == ["differs"]


def test_goods_that_never_come_become_a_claim(now: datetime) -> None:
    case = open_case()
    acts.platform_refunds(case)
    assert "claims" not in standing(case, now)
    assert "claims" in standing(case, now + timedelta(days=15))


def test_unknown_queue_is_an_error(now: datetime) -> None:
    with pytest.raises(UnknownQueue):
        queues.in_queue(AfterSalesCase.objects.all(), key="nope", now=now)


def test_nobody_sees_or_counts_a_case_of_another_store(now: datetime) -> None:
    case, foreign = open_case(), open_case()
    person = service_person(case)
    assert list(queues.visible_cases(person)) == [case]
    assert {one.queue.key: one.count for one in queues.counts(person, now=now)}["decide"] == 1
    with pytest.raises(AfterSalesCase.DoesNotExist):
        queues.find_case(person, case_no=foreign.case_no, now=now)
    assert queues.find_case(person, case_no=case.case_no, now=now) == case


def test_person_without_a_role_sees_nothing(now: datetime) -> None:
    open_case()
    nobody = UserFactory.create()
    assert not queues.concern(nobody)
    assert not queues.visible_cases(nobody)
    assert queues.to_decide(nobody, now=now) == []


def test_superuser_sees_everything(now: datetime) -> None:
    open_case()
    open_case()
    boss = UserFactory.create(superuser=True)
    assert queues.visible_cases(boss).count() == 2
    assert len(queues.to_decide(boss, now=now)) == 2


def test_delegate_finds_what_waits_for_the_absent_one(now: datetime) -> None:
    case = open_case()
    deputy = UserFactory.create()
    Delegation.objects.create(
        from_user=supervisor(case),
        to_user=deputy,
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    assert queues.to_decide(deputy, now=now) == [case]
    assert queues.find_case(deputy, case_no=case.case_no, now=now) == case
    later = now + timedelta(days=2)
    assert queues.to_decide(deputy, now=later) == []


def test_what_is_due_first_stands_first(now: datetime) -> None:
    order = shipped_order(lines=2, lines__unit_price=Decimal(10))
    first, second = order.items.order_by("pk")
    late, soon = (open_case(order, units={item.pk: 1}) for item in (first, second))
    AfterSalesCase.objects.filter(pk=soon.pk).update(deadline_at=now)
    assert queues.to_decide(supervisor(order), now=now) == [soon, late]


@pytest.mark.parametrize(
    ("hours", "queue"),
    [
        (-1, "term_past"),
        (0, "term_past"),
        (3.9, "term_4"),
        (4, "term_4"),
        (11, "term_12"),
        (13, ""),
    ],
)
def test_platforms_term_is_counted_by_how_soon_it_ends(
    now: datetime, hours: float, queue: str
) -> None:
    case = open_case()
    ends = now + timedelta(hours=hours)
    AfterSalesCase.objects.filter(pk=case.pk).update(respond_by=ends)
    assert standing(case, now) == [*filter(None, [queue]), "decide"]
    found = {one.queue.key: one for one in queues.counts(service_person(case), now=now)}
    if queue:
        assert (found[queue].count, found[queue].due_at) == (1, ends)
    assert found["decide"].due_at is None


def test_term_is_the_buyers_between_our_yes_and_his_parcel(now: datetime) -> None:
    case = open_case()
    AfterSalesCase.objects.filter(pk=case.pk).update(respond_by=now)
    acts.approve(case)
    assert standing(case, now) == ["coming"]


def test_queue_of_a_term_runs_by_the_platforms_clock(now: datetime) -> None:
    later, sooner = open_case(), open_case()
    for case, ours, theirs in ((later, 1, 3), (sooner, 2, 2)):
        AfterSalesCase.objects.filter(pk=case.pk).update(
            deadline_at=now + timedelta(hours=ours), respond_by=now + timedelta(hours=theirs)
        )
    rows = queues.in_queue(AfterSalesCase.objects.all(), key="term_4", now=now)
    assert list(rows.order_by(*queues.order_by("term_4"))) == [sooner, later]
    assert list(rows.order_by(*queues.order_by("decide"))) == [later, sooner]


def test_counting_takes_one_question(now: datetime, django_assert_num_queries: object) -> None:
    case = open_case()
    person = service_person(case)
    queues.visible_cases(person).exists()
    with django_assert_num_queries(1):  # type: ignore[operator]
        queues.counts(person, now=now)
