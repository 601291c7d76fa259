"""The same moment, several people and workers: one refund, one case, no unit twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from aftersales.flows import Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase, Source
from aftersales.services import approval, filing, goods, intake, platform, settlement, throttle
from aftersales.services.approval import NoQuestion
from aftersales.services.asking import NotThatMany
from aftersales.services.cases import CaseClosed, digest
from aftersales.services.closing import withdraw_case
from aftersales.services.links import LinkNotValid, look_up
from oms.dto import RefundKind
from oms.models import ApprovalRequest, ExpectedReturn, Order, Refund
from oms.services import returns
from oms.services.orders.channel_refunds.noting import note_platform_refund
from tests.aftersales import acts
from tests.aftersales.services.test_exchanges import exchange_case
from tests.factories.aftersales import (
    dock_hand,
    open_case,
    parcel_of,
    request_for,
    shipped_order,
    supervisor,
)
from tests.factories.refunds import asked
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

Job = Callable[[], object]


def came_but_asked_anew(now: datetime) -> AfterSalesCase:
    """A case whose goods the dock has counted, nobody has noted it, and the yes is missing."""
    case = acts.approve(open_case())
    acts.ask_less(case, amount=case.proposed_amount - 1)
    expected = acts.expected_of(case)
    found = [returns.Found(line.quantity, line_id=line.pk) for line in expected.lines.all()]
    returns.receive(expected.pk, found=found, actor=dock_hand(expected), now=now)
    return acts.fresh(case)


def yes(case: AfterSalesCase, now: datetime) -> Job:
    return partial(
        approval.decide,
        case.pk,
        verdict="approve",
        actor=supervisor(case),
        comment="",
        seen=digest(case),
        now=now,
    )


def test_approval_and_receipt_at_once_ask_for_one_refund(now: datetime) -> None:
    case = came_but_asked_anew(now)
    receipt = partial(goods.record_receipt, case.case_no, now=now)
    results = queued_behind(case.order, yes(case, now), receipt)
    assert refusals(results) == []
    case = acts.fresh(case)
    assert (case.approval, case.money, Refund.objects.count()) == (
        Approval.APPROVED,
        Money.ASKED,
        1,
    )
    assert len(acts.published("aftersales.refund.requested")) == 1


def test_receipt_told_by_many_workers_asks_for_one_refund(now: datetime) -> None:
    case = came_but_asked_anew(now)
    yes(case, now)()
    later = now + timedelta(hours=1)
    receipt = partial(goods.record_receipt, case.case_no, now=now)
    sweep = partial(settlement.settle_missed, now=later)
    settle = partial(settlement.settle, case.pk, now=later)
    results = together(receipt, receipt, receipt, settle, sweep)
    assert refusals(results) == []
    assert (acts.fresh(case).money, Refund.objects.count()) == (Money.ASKED, 1)


def test_platform_pays_while_the_goods_arrive(now: datetime) -> None:
    case = came_but_asked_anew(now)
    yes(case, now)()
    refund = acts.platform_refund_row(case)
    receipt = partial(goods.record_receipt, case.case_no, now=now)
    news = partial(platform.follow_refunds, [refund.pk], now=now)
    results = queued_behind(case.order, receipt, news)
    assert refusals(results) == []
    assert (acts.fresh(case).money, Refund.objects.count()) == (Money.DONE_BY_PLATFORM, 1)


def test_two_approvers_at_once_decide_once(now: datetime) -> None:
    case = open_case()
    results = queued_behind(case.order, yes(case, now), yes(case, now))
    (lost,) = refusals(results)
    assert isinstance(lost, NoQuestion)
    assert ExpectedReturn.objects.count() == 1


def test_yes_and_withdrawal_at_once_leave_one_of_them(now: datetime) -> None:
    case = open_case()
    withdrawal = partial(withdraw_case, case.pk, actor=None, reason="", now=now)
    results = queued_behind(case.order, yes(case, now), withdrawal)
    case = acts.fresh(case)
    assert case.status == CaseStatus.WITHDRAWN
    expected = ExpectedReturn.objects.filter(case_no=case.case_no)
    assert not expected.exclude(state=ExpectedReturn.State.WITHDRAWN).exists()
    assert all(isinstance(lost, CaseClosed) for lost in refusals(results))


def opening(order: Order, now: datetime, units: int, **told: object) -> Job:
    asked = request_for(order, units={order.items.get().pk: units}, **told)
    return partial(intake.open_case, order.pk, request=asked, actor=None, now=now)


def test_two_requests_for_the_last_units_make_one_case(now: datetime) -> None:
    order = shipped_order(lines__quantity=3)
    results = queued_behind(order, opening(order, now, 3), opening(order, now, 2))
    (lost,) = refusals(results)
    assert isinstance(lost, NotThatMany)
    assert AfterSalesCase.objects.count() == 1


def test_form_phone_and_platform_at_once_are_one_case(now: datetime) -> None:
    order = shipped_order()
    told = {"source": Source.PLATFORM, "channel_refund_no": "R-1"}
    jobs = (opening(order, now, 1), opening(order, now, 1), opening(order, now, 1, **told))
    results = queued_behind(order, *jobs)
    assert refusals(results) == []
    case = AfterSalesCase.objects.get()
    assert case.channel_refund_no == "R-1"
    assert ApprovalRequest.objects.filter(status="open").count() == 1


def test_platforms_request_delivered_by_many_workers_is_one_case(now: datetime) -> None:
    order = shipped_order()
    refund = asked(order, kind=RefundKind.RETURN_REFUND)
    note_platform_refund(order.store_id, refund=refund, now=now)
    take_in: Job = partial(platform.take_in, order.store_id, refund=refund, now=now)
    by_phone: Job = partial(
        intake.open_case, order.pk, request=request_for(order), actor=None, now=now
    )
    results = together(take_in, by_phone, take_in, take_in)
    assert refusals(results) == []
    case = AfterSalesCase.objects.get()
    assert case.channel_refund_no == refund.channel_refund_no
    assert ApprovalRequest.objects.filter(status="open").count() == 1


def test_goods_told_by_many_workers_order_one_replacement(now: datetime) -> None:
    case = exchange_case()
    case = acts.approve(case)
    acts.dock_receives(acts.expected_of(case))
    note: Job = partial(goods.record_receipt, case.case_no, now=now)
    settle: Job = partial(settlement.settle, case.pk, now=now)
    assert refusals(together(note, settle, note, settle)) == []
    assert Order.objects.filter(kind="exchange").count() == 1


def test_double_click_is_one_case(now: datetime) -> None:
    order = shipped_order()
    made = look_up(str(parcel_of(order).waybill_no), order_no=order.order_no, now=now)
    assert made is not None
    click = partial(
        filing.file_request,
        made.link.pk,
        request=request_for(order),
        form_token="t",
        now=now,
    )
    results = queued_behind(order, click, click)
    (lost,) = refusals(results)
    assert isinstance(lost, LinkNotValid)
    assert AfterSalesCase.objects.count() == 1
    assert filing.find_filed(made.link.pk, form_token="t", now=now) is not None


def test_limit_holds_for_many_at_once(now: datetime) -> None:
    window = timedelta(minutes=15)
    attempt = partial(throttle.allow, "x", who="y", limit=4, window=window, now=now)
    results = together(*[attempt] * 8)
    assert refusals(results) == []
    assert results.count(True) == 4
