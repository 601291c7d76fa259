"""A returned parcel in two hands at once is received once; goods and case never miss each other."""

from functools import partial

import pytest

from aftersales.flows import CaseStatus
from aftersales.models import AfterSalesCase
from aftersales.services.closing import GoodsAreHere, withdraw_case
from oms.events import bus
from oms.models import ExpectedReturn, Order, OutboxEvent, Refund, Warehouse
from oms.services import returns
from oms.services.returns import Found, ReturnClosed
from tests.aftersales import acts
from tests.factories.aftersales import dock_hand, open_case
from tests.factories.oms import NOW, BarcodeFactory, grant
from tests.factories.returned import Dock
from tests.races.together import queued_behind, refusals, together
from tests.warehouse.services.books import assert_books_are_right
from warehouse.models import ReturnCheck, ReturnReceipt, UnclaimedParcel
from warehouse.services.outcome import Outcome
from warehouse.services.receiving import unclaimed
from warehouse.services.receiving.opening import OpenedByAnother

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


def test_two_people_open_one_return_and_one_gets_it() -> None:
    for _round in range(ROUNDS):
        dock = Dock()
        expected = dock.expected({dock.sku(): 1})
        people = [dock.person("warehouse_staff") for _ in range(2)]
        acts_ = [partial(dock.receive, expected.return_waybill_no, user=one) for one in people]
        results = queued_behind(expected, *acts_)
        [refused] = refusals(results)
        assert isinstance(refused, OpenedByAnother)
        assert ReturnCheck.objects.filter(returns=expected, finished_at=None).count() == 1


def test_receive_pressed_twice_makes_one_receipt() -> None:
    dock = Dock()
    dock.place()
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    dock.receive(expected.return_waybill_no, hoodie.code)
    press = partial(dock.receive, "CMD:SEAL")
    results = queued_behind(dock.open(), press, press)
    assert len(refusals(results)) == 1
    assert ReturnReceipt.objects.count() == 1
    assert OutboxEvent.objects.filter(name="warehouse.return.received").count() == 1
    assert_books_are_right()


def test_one_return_counted_by_two_services_at_once_is_counted_once() -> None:
    dock = Dock()
    expected = dock.expected({dock.sku(): 1})
    found = [Found(1, line_id=expected.lines.get().pk)]
    people = [dock_hand(expected), dock_hand(expected)]
    jobs = [
        partial(returns.receive, expected.pk, found=found, actor=one, now=NOW) for one in people
    ]
    order = Order.objects.get(pk=expected.order_id or 0)
    [refused] = refusals(queued_behind(order, *jobs))
    assert isinstance(refused, ReturnClosed)
    assert expected.lines.get().received_quantity == 1


def at_the_dock_of(case: AfterSalesCase) -> Dock:
    """Work at the dock to which a case's goods go back."""
    dock = Dock()
    dock.warehouse = Warehouse.objects.get(pk=case.warehouse_id or 0)
    grant(dock.worker, "warehouse_staff", dock.warehouse)
    dock.place()
    return dock


def test_receipt_against_withdrawal_loses_neither_goods_nor_money() -> None:
    """Either the case ends and the parcel stays in somebody's hands, or the goods are refunded."""
    for number in range(ROUNDS * 2):
        case = acts.approve(open_case())
        dock, expected = at_the_dock_of(case), acts.expected_of(case)
        sku = expected.lines.get().sku
        BarcodeFactory.create(sku=sku)
        dock.receive(expected.return_no, sku.code)
        receive = partial(dock.receive, "CMD:SEAL")
        withdraw = partial(withdraw_case, case.pk, actor=None, reason="", now=NOW)
        jobs = (receive, withdraw) if number % 2 else (withdraw, receive)
        results = queued_behind(case.order, *jobs)
        got, gave_up = results if number % 2 else reversed(results)
        while bus.deliver_due(now=NOW):
            pass
        case, expected = acts.fresh(case), acts.expected_of(case)
        if expected.state == ExpectedReturn.State.RECEIVED:
            assert isinstance(gave_up, GoodsAreHere)
            assert Refund.objects.filter(case_no=case.case_no).count() == 1
        else:
            assert (case.status, gave_up) == (CaseStatus.WITHDRAWN, None)
            assert isinstance(got, list)
            assert [one.code for one in got if isinstance(one, Outcome)] == ["return_gone"]
            assert not Refund.objects.filter(case_no=case.case_no).exists()


def test_parcel_is_claimed_by_one_person_or_by_its_number() -> None:
    dock = Dock()
    dock.place()
    dock.receive("JT0003344556677", "CMD:SEAL")
    parcel = UnclaimedParcel.objects.get()
    one, two = dock.expected({dock.sku(): 1}), dock.expected({dock.sku(): 1})
    two.return_waybill_no = parcel.waybill_no
    two.save()
    by_hand = partial(unclaimed.claim, parcel.pk, return_id=one.pk, actor=dock.worker, now=dock.now)
    by_number = partial(unclaimed.claim_announced, [two.return_no], now=dock.now)
    results = together(by_hand, by_number)
    parcel.refresh_from_db()
    claims = [result for result in results if result and not isinstance(result, BaseException)]
    assert (parcel.status, len(claims)) == ("claimed", 1)
