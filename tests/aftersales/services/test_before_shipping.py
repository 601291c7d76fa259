"""A13: money back before anything left is a cancellation: no parcel, no return of stock."""

from datetime import datetime
from decimal import Decimal

import pytest

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Kind, Source
from aftersales.services.asking import LeftAndNotLeft
from aftersales.services.closing import withdraw_case
from aftersales.services.units import free_units
from oms.flows.order import OrderStatus
from oms.models import ExpectedReturn, Order, OrderHold, Refund, StockMovement
from oms.transitions import fire
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    pay,
    shipped_order,
    unshipped_order,
)
from tests.factories.oms import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db

DEAR = Decimal("900.00")


def dear_order(**order: object) -> Order:
    """An order of an amount that a person is asked about."""
    return unshipped_order(lines__unit_price=DEAR, **order)


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_small_request_cancels_the_order_and_asks_for_the_money() -> None:
    order = unshipped_order()
    case = open_case(order, kind=None)
    assert (case.kind, case.receipt, case.is_before_shipping) == (
        Kind.REFUND_ONLY,
        Receipt.NOT_NEEDED,
        True,
    )
    assert (status(order), acts.fresh(case).money) == (OrderStatus.CANCELLED, Money.ASKED)
    assert not ExpectedReturn.objects.exists()
    assert not StockMovement.objects.filter(kind=StockMovement.Kind.RETURN).exists()


def test_open_question_holds_the_goods() -> None:
    order = dear_order()
    case = open_case(order, kind=None)
    hold = OrderHold.objects.get(order=order, released_at=None)
    assert (hold.code, hold.detail) == ("refund_requested", case.case_no)


def test_no_lets_the_order_go_on() -> None:
    order = dear_order()
    acts.reject(open_case(order, kind=None))
    assert not OrderHold.objects.filter(order=order, released_at=None).exists()
    assert status(order) == OrderStatus.APPROVED


def test_withdrawing_lets_the_order_go_on(now: datetime) -> None:
    order = dear_order()
    withdraw_case(open_case(order, kind=None).pk, actor=None, reason="", now=now)
    assert not OrderHold.objects.filter(order=order, released_at=None).exists()


def test_second_question_still_holds_the_order() -> None:
    order = dear_order(lines=2)
    first, second = order.items.order_by("pk")
    case = open_case(order, kind=None, units={first.pk: 1})
    open_case(order, kind=None, units={second.pk: 1})
    acts.reject(case)
    assert OrderHold.objects.filter(order=order, released_at=None).count() == 1


def test_yes_to_one_line_cancels_that_line_and_the_rest_goes_on() -> None:
    order = dear_order(lines=2)
    first, second = order.items.order_by("pk")
    case = acts.approve(open_case(order, kind=None, units={first.pk: 1}))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.cancelled_quantity, second.cancelled_quantity) == (1, 0)
    assert status(order) == OrderStatus.APPROVED
    assert not OrderHold.objects.filter(order=order, released_at=None).exists()
    assert Refund.objects.get(case_no=case.case_no).amount == DEAR


def test_units_agreed_to_are_not_counted_twice() -> None:
    order = dear_order(lines__quantity=3)
    item = order.items.get()
    acts.approve(open_case(order, kind=None, units={item.pk: 1}))
    assert [free.units for free in free_units(Order.objects.get(pk=order.pk))] == [2]


def test_confirmed_refund_closes_the_case() -> None:
    case = open_case(unshipped_order(), kind=None)
    acts.confirm_refund(case)
    assert acts.fresh(case).status == CaseStatus.CLOSED


def test_goods_that_left_meanwhile_are_another_question() -> None:
    order = dear_order()
    case = open_case(order, kind=None)
    _leave(order)
    acts.approve(case)
    case = acts.fresh(case)
    assert (case.approval, case.is_before_shipping, case.revision) == (Approval.PENDING, False, 2)
    assert not Refund.objects.exists()
    acts.approve(case)
    assert acts.fresh(case).money == Money.ASKED


def _leave(order: Order) -> None:
    """The parcel is handed over although the question is open: the station was faster."""
    OrderHold.objects.update(released_at=order.ingested_at)
    item = order.items.get()
    item.assigned_quantity = item.shipped_quantity = item.quantity
    item.save()
    fire(order, "allocate", now=order.ingested_at)
    fire(order, "release", now=order.ingested_at)
    fire(order, "ship", now=order.ingested_at)


def test_shipped_and_unshipped_are_asked_for_apart() -> None:
    order = OrderFactory.create(partly_shipped=True, lines=2)
    pay(order)
    first = order.items.order_by("pk")[0]
    first.assigned_quantity = first.shipped_quantity = first.quantity
    first.save()
    with pytest.raises(LeftAndNotLeft):
        open_case(order, kind=None)
    assert not AfterSalesCase.objects.exists()


def half_shipped_order() -> Order:
    """A dear order of two items, the first of which has left."""
    order: Order = OrderFactory.create(partly_shipped=True, lines=2, lines__unit_price=DEAR)
    pay(order)
    first = order.items.order_by("pk")[0]
    first.assigned_quantity = first.shipped_quantity = first.quantity
    first.save()
    return order


def test_open_question_holds_what_is_still_here_of_a_partly_shipped_order() -> None:
    order = half_shipped_order()
    rest = order.items.order_by("pk")[1]
    case = open_case(order, kind=None, units={rest.pk: rest.quantity})
    assert (case.is_before_shipping, case.approval) == (True, Approval.PENDING)
    hold = OrderHold.objects.get(order=order, released_at=None)
    assert (hold.code, hold.owner, hold.detail) == ("refund_requested", "system", case.case_no)
    assert status(order) == OrderStatus.PARTLY_SHIPPED
    acts.reject(case)
    assert not OrderHold.objects.filter(order=order, released_at=None).exists()


def test_rest_that_left_meanwhile_is_no_longer_held() -> None:
    order = half_shipped_order()
    rest = order.items.order_by("pk")[1]
    case = open_case(order, kind=None, units={rest.pk: rest.quantity})
    rest.assigned_quantity = rest.shipped_quantity = rest.quantity
    rest.save()
    acts.approve(case)
    assert not acts.fresh(case).is_before_shipping
    assert not OrderHold.objects.filter(order=order, released_at=None).exists()


def test_platform_may_have_paid_although_the_goods_left() -> None:
    order = dear_order()
    case = open_case(order, kind=None, source=Source.PLATFORM, channel_refund_no="R-1")
    _leave(order)
    acts.platform_refunds(case)
    case = acts.fresh(case)
    assert (case.approval, case.money) == (Approval.APPROVED, Money.DONE_BY_PLATFORM)
    assert case.status == CaseStatus.CLOSED


def test_history_that_was_shipped_elsewhere_is_not_ours_to_cancel() -> None:
    order = OrderFactory.create(closed_external=True)
    assert [free.units for free in free_units(order)] == [0]


def test_order_with_a_fee_line_is_cancelled_whole() -> None:
    order = unshipped_order(lines=1)
    OrderLineFactory.create(order=order, kind="fee", item=False)
    open_case(order, kind=None)
    assert status(order) == OrderStatus.CANCELLED


def test_shipped_order_is_never_cancelled() -> None:
    order = shipped_order()
    acts.approve(open_case(order))
    assert status(order) == OrderStatus.SHIPPED
