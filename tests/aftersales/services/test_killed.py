"""A worker that ends at any step between the dock's scan and the refund: asked for once."""

from datetime import datetime, timedelta

import pytest
import time_machine

from aftersales import tasks as aftersales
from aftersales.flows import Money, Receipt
from aftersales.models import AfterSalesCase
from oms import tasks
from oms.models import Refund
from oms.queries.proofs import violations
from tests.aftersales import acts
from tests.factories.aftersales import open_case
from tests.factories.oms import NOW
from tests.killer import ended_everywhere

pytestmark = pytest.mark.django_db

_LEASES_ARE_OVER = timedelta(minutes=20)


@pytest.fixture
def scanned() -> AfterSalesCase:
    """An approved case whose parcel the dock has just counted; nobody has taken note yet."""
    case = acts.approve(open_case())
    acts.deliver()
    acts.dock_receives(acts.expected_of(case))
    return case


def work(clock: time_machine.Traveller, *, now: datetime) -> None:
    """Do what a worker does when its schedules are due."""
    clock.move_to(now)
    tasks.deliver_events()
    aftersales.settle()


def check(case: AfterSalesCase) -> None:
    case = acts.fresh(case)
    assert (case.receipt, case.money, case.problem) == (Receipt.RECEIVED, Money.ASKED, "")
    refund = Refund.objects.get()
    assert (case.refund, refund.amount) == (refund, case.proposed_amount)
    assert acts.published("aftersales.refund.requested") == [{"refund_ids": [refund.pk]}]
    assert violations() == []


def test_death_at_any_step_asks_for_one_refund(
    scanned: AfterSalesCase, clock: time_machine.Traveller
) -> None:
    def take_up() -> None:
        work(clock, now=NOW + _LEASES_ARE_OVER)
        check(scanned)

    assert ended_everywhere(lambda: work(clock, now=NOW), then=take_up) >= 10
