"""Electronics: a technician looks before any money goes."""

from datetime import datetime, timedelta

import pytest

from aftersales.flows import CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Inspection, Reason, Source
from aftersales.services import goods, queues, settlement
from aftersales.services.inspections import FindingMissing, NothingToInspect, inspect
from oms.access.checks import NotAllowed
from oms.models import Category, EvidenceEntry, Refund, User
from tests.aftersales import acts
from tests.factories.aftersales import open_case, service_person, shipped_order, supervisor
from tests.factories.oms import UserFactory, grant

pytestmark = pytest.mark.django_db

V = Inspection.Verdict


def faulty_earphones() -> AfterSalesCase:
    """A case that is approved and has come back, and waits for the technician."""
    category, _made = Category.objects.get_or_create(code="audio", name="音频")
    order = shipped_order(lines__item__sku__category=category)
    case = open_case(order, reason=Reason.FAULT, source=Source.CHAT, actor=service_person(order))
    return acts.receive(acts.approve(case), condition="quarantine")


def technician(case: AfterSalesCase) -> User:
    user = UserFactory.create()
    assert case.warehouse is not None
    grant(user, "inspector", case.warehouse)
    return user


def test_goods_that_came_wait_for_the_technician() -> None:
    case = faulty_earphones()
    assert (case.receipt, case.money, case.inspect_first) == (Receipt.RECEIVED, Money.NONE, True)
    assert acts.expected_of(case).inspect_first


def test_fault_confirmed_starts_the_refund(now: datetime) -> None:
    case = faulty_earphones()
    inspect(case.pk, verdict=V.CONFIRMED, finding="no sound", actor=technician(case), now=now)
    assert acts.fresh(case).money == Money.ASKED
    assert EvidenceEntry.objects.get(kind="case.inspect").facts == {"verdict": "confirmed"}


def test_fault_not_found_waits_for_a_person(now: datetime) -> None:
    case = faulty_earphones()
    person = technician(case)
    inspect(case.pk, verdict=V.NOT_CONFIRMED, finding="works", actor=person, now=now)
    assert acts.fresh(case).money == Money.NONE
    later = now + timedelta(hours=1)
    assert settlement.settle_missed(now=later) == 0
    assert settlement.unsettled(now=later) == [case.pk]
    goods.accept_as_it_came(case.pk, actor=supervisor(case), reason="goodwill", now=now)
    assert (acts.fresh(case).money, Refund.objects.count()) == (Money.ASKED, 1)


def test_second_look_counts(now: datetime) -> None:
    case = faulty_earphones()
    person = technician(case)
    inspect(case.pk, verdict=V.NOT_CONFIRMED, finding="works", actor=person, now=now)
    inspect(case.pk, verdict=V.CONFIRMED, finding="fails when warm", actor=person, now=now)
    assert acts.fresh(case).money == Money.ASKED


def test_case_not_looked_at_yet_stands_in_the_technicians_queue_only(now: datetime) -> None:
    case = faulty_earphones()
    later = now + timedelta(hours=1)
    rows = AfterSalesCase.objects.all()
    assert list(queues.in_queue(rows, key="inspect", now=later)) == [case]
    assert list(queues.in_queue(rows, key="stuck", now=later)) == []


def test_only_a_technician_of_the_warehouse_inspects(now: datetime) -> None:
    case = faulty_earphones()
    for stranger in (supervisor(case), technician(faulty_earphones())):
        with pytest.raises(NotAllowed):
            inspect(case.pk, verdict=V.CONFIRMED, finding="x", actor=stranger, now=now)
    assert acts.fresh(case).money == Money.NONE
    assert not Inspection.objects.exists()


def test_finding_is_written_down(now: datetime) -> None:
    case = faulty_earphones()
    with pytest.raises(FindingMissing):
        inspect(case.pk, verdict=V.CONFIRMED, finding=" ", actor=technician(case), now=now)


def test_nothing_to_inspect_before_goods_came(now: datetime) -> None:
    case = acts.approve(open_case())
    with pytest.raises(NothingToInspect):
        inspect(case.pk, verdict=V.CONFIRMED, finding="x", actor=technician(case), now=now)
    assert acts.fresh(case).status == CaseStatus.OPEN
