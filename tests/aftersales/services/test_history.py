"""What is unusual about a request, told to whoever decides."""

from datetime import datetime, timedelta

import pytest

from aftersales.models import AfterSalesCase
from aftersales.services.history import flags, history
from oms.models import Buyer
from tests.aftersales import acts
from tests.factories.aftersales import open_case, shipped_order, unshipped_order
from tests.factories.oms import BuyerFactory

pytestmark = pytest.mark.django_db


def case_of(buyer: Buyer | None) -> AfterSalesCase:
    return open_case(shipped_order(buyer=buyer))


def test_first_request_has_no_flags(now: datetime) -> None:
    case = case_of(BuyerFactory.create())
    assert flags(case, now=now) == []
    past = history(case, now=now)
    assert (past.orders, past.cases, past.rejected, past.is_unusual) == (1, 0, 0, False)


def test_many_requests_are_told(now: datetime) -> None:
    buyer = BuyerFactory.create()
    cases = [case_of(buyer) for _n in range(4)]
    assert history(cases[-1], now=now).cases == 3
    assert len(flags(cases[-1], now=now)) == 1
    assert flags(cases[-1], now=now + timedelta(days=181)) == []


def test_rejected_request_is_told(now: datetime) -> None:
    buyer = BuyerFactory.create()
    acts.reject(case_of(buyer))
    assert len(flags(case_of(buyer), now=now)) == 1


def test_unknown_buyers_are_never_the_same(now: datetime) -> None:
    for _n in range(4):
        acts.reject(case_of(None))
    assert flags(case_of(None), now=now) == []


def test_unusual_request_asks_a_person_although_it_is_small() -> None:
    buyer = BuyerFactory.create()
    acts.reject(case_of(buyer))
    case = open_case(unshipped_order(buyer=buyer), kind=None)
    assert case.approval == "pending"
