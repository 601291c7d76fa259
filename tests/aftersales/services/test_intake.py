"""One way in for all sources: whoever asks, one request becomes one case."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.services.asking import KindNotOffered, NothingAsked, NotThatMany, PhotosMissing
from oms.access.checks import NotAllowed
from oms.models import ApprovalRequest, Category, EvidenceEntry, Order, TimelineEntry
from oms.refusals import Refusal
from tests.aftersales import acts
from tests.factories.aftersales import (
    all_units,
    open_case,
    parcel_of,
    service_person,
    shipped_order,
    unshipped_order,
)
from tests.factories.oms import OrderLineFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_request_becomes_a_case_that_waits_for_approval(now: datetime) -> None:
    order = shipped_order()
    case = open_case(order)
    assert (case.status, case.approval, case.receipt, case.money) == (
        CaseStatus.OPEN,
        Approval.PENDING,
        Receipt.EXPECTED,
        Money.NONE,
    )
    assert case.case_no.startswith("AS261111-")
    assert case.proposed_amount == Decimal("50.00")
    assert case.warehouse == parcel_of(order).fulfillment.warehouse
    assert case.deadline_at == now + timedelta(hours=24)
    assert (case.playbook, case.playbook_version) == ("default", 1)
    assert ApprovalRequest.objects.get().subject == case.case_no


def test_opening_leaves_a_trail() -> None:
    order = shipped_order()
    person = service_person(order)
    case = open_case(order, source=Source.PHONE, actor=person)
    entry = EvidenceEntry.objects.get(kind="case.open")
    assert (entry.subject, entry.actor_id) == (case.case_no, person.pk)
    told = TimelineEntry.objects.get(subject="order", subject_id=order.pk, action="open_case")
    assert (told.note, told.actor) == (case.case_no, person)


def test_same_form_sent_twice_is_one_case() -> None:
    order = shipped_order(lines__quantity=2)
    first = open_case(order, submission_key="k")
    second = open_case(order, submission_key="k")
    assert first == second
    assert AfterSalesCase.objects.count() == 1


def test_same_goods_by_phone_join_the_buyers_own_case() -> None:
    order = shipped_order()
    first = open_case(order)
    second = open_case(order, source=Source.PHONE, words="she called", actor=service_person(order))
    assert first == second
    assert acts.fresh(first).words == "she called"
    assert TimelineEntry.objects.filter(action="asked_again", note="phone").count() == 1


def test_platforms_ticket_joins_the_buyers_own_case() -> None:
    order = shipped_order()
    first = open_case(order)
    second = open_case(
        order, source=Source.PLATFORM, kind=Kind.RETURN_REFUND, channel_refund_no="R-1"
    )
    assert (first, acts.fresh(first).channel_refund_no) == (second, "R-1")


def test_another_ticket_of_the_platform_is_another_case() -> None:
    order = shipped_order(lines=2)
    first, second = order.items.order_by("pk")
    one = open_case(order, source=Source.PLATFORM, units={first.pk: 1}, channel_refund_no="R-1")
    two = open_case(order, source=Source.PLATFORM, units={second.pk: 1}, channel_refund_no="R-2")
    assert one != two


def test_closed_case_does_not_swallow_a_new_request(now: datetime) -> None:
    order = shipped_order()
    first = open_case(order)
    acts.reject(first)
    assert open_case(order) != first


def test_three_pieces_may_go_three_ways() -> None:
    order = shipped_order(lines__quantity=3)
    item = order.items.get()
    cases = {
        open_case(order, units={item.pk: 1}, channel_refund_no=f"R-{n}", source=Source.PLATFORM)
        for n in range(3)
    }
    assert len(cases) == 3
    with pytest.raises(NotThatMany):
        open_case(order, units={item.pk: 1}, channel_refund_no="R-4", source=Source.PLATFORM)


def test_more_than_was_shipped_is_refused() -> None:
    order = shipped_order(lines__quantity=2)
    with pytest.raises(NotThatMany):
        open_case(order, units={order.items.get().pk: 3})


def test_unit_that_came_back_and_was_refunded_cannot_be_asked_for_again() -> None:
    order = shipped_order()
    case = acts.receive(acts.approve(open_case(order)))
    assert open_case(order) == case
    acts.confirm_refund(case)
    with pytest.raises(NotThatMany):
        open_case(order)


def test_unit_refunded_without_return_cannot_be_sent_back_for_money() -> None:
    order = shipped_order()
    case = acts.approve(open_case(order, reason=Reason.NOT_RECEIVED, kind=Kind.REFUND_ONLY))
    acts.confirm_refund(case)
    assert acts.fresh(case).status == CaseStatus.CLOSED
    with pytest.raises(NotThatMany):
        open_case(order)


def test_units_on_their_way_back_cannot_be_asked_for_again() -> None:
    order = shipped_order(lines__quantity=3)
    acts.platform_refunds(open_case(order))
    with pytest.raises(NotThatMany):
        open_case(order, units={order.items.get().pk: 2})


@pytest.mark.parametrize("units", [{10**9: 1}, {0: 1}, {-1: 1}])
def test_item_of_no_order_is_refused(units: dict[int, int]) -> None:
    with pytest.raises(NotThatMany):
        open_case(shipped_order(), units=units)


@pytest.mark.parametrize("count", [0, -1])
def test_no_units_are_refused(count: int) -> None:
    order = shipped_order()
    with pytest.raises(NotThatMany):
        open_case(order, units={order.items.get().pk: count})


def test_order_of_which_nothing_is_left_is_refused() -> None:
    order = unshipped_order(cancelled=True)
    order.items.update(cancelled_quantity=1)
    with pytest.raises(NothingAsked):
        open_case(order, units={})


def test_item_of_another_order_is_refused() -> None:
    order = shipped_order()
    with pytest.raises(NotThatMany):
        open_case(order, units=all_units(shipped_order()))


def test_gift_comes_back_with_the_goods_it_came_for() -> None:
    order = shipped_order(lines=0)
    _ship_gift(order)
    goods, gift = order.items.order_by("pk")
    case = open_case(order, units={goods.pk: 1})
    assert set(case.lines.values_list("order_item", "quantity")) == {(goods.pk, 1), (gift.pk, 1)}
    assert case.proposed_amount == Decimal("50.00")


def test_gift_stays_while_goods_stay() -> None:
    order = shipped_order(lines=0)
    _ship_gift(order, goods=2)
    goods = order.items.order_by("pk")[0]
    case = open_case(order, units={goods.pk: 1})
    assert list(case.lines.values_list("order_item", "quantity")) == [(goods.pk, 1)]


def _ship_gift(order: Order, *, goods: int = 1) -> None:
    OrderLineFactory.create(order=order, quantity=goods)
    OrderLineFactory.create(order=order, kind="gift", unit_price=0)
    for item in order.items.all():
        item.assigned_quantity = item.shipped_quantity = item.quantity
        item.save()


def test_clothing_that_does_not_fit_is_exchanged_unless_something_else_is_asked() -> None:
    category = Category.objects.create(code="clothing", name="服装")
    order = shipped_order(lines__item__sku__category=category)
    case = open_case(order, reason=Reason.SIZE, kind=None)
    assert (case.playbook, case.kind) == ("clothing_size", Kind.EXCHANGE)


def test_category_above_counts_too() -> None:
    top = Category.objects.create(code="electronics", name="数码")
    below = Category.objects.create(code="earphones", name="耳机", parent=top)
    order = shipped_order(lines__item__sku__category=below)
    case = open_case(order, reason=Reason.FAULT, source=Source.PHONE, actor=service_person(order))
    assert (case.playbook, case.inspect_first) == ("electronics_fault", True)


def test_kind_that_the_playbook_does_not_know_is_refused() -> None:
    with pytest.raises(KindNotOffered):
        open_case(kind=Kind.REFUND_ONLY, reason=Reason.CHANGED_MIND)


def test_platform_decides_on_the_kind_by_itself() -> None:
    case = open_case(
        kind=Kind.REFUND_ONLY,
        reason=Reason.OTHER,
        source=Source.PLATFORM,
        channel_refund_no="R-1",
    )
    assert case.kind == Kind.REFUND_ONLY


def test_buyer_must_show_what_the_playbook_wants_to_see() -> None:
    with pytest.raises(PhotosMissing):
        open_case(reason=Reason.DAMAGED)


def test_customer_service_may_open_without_photos() -> None:
    order = shipped_order()
    case = open_case(order, reason=Reason.DAMAGED, source=Source.CHAT, actor=service_person(order))
    assert case.playbook == "sellers_fault"


def test_amount_of_the_platform_is_never_more_than_was_paid() -> None:
    order = shipped_order()
    case = open_case(
        order, source=Source.PLATFORM, channel_refund_no="R-1", amount=Decimal("99.00")
    )
    assert case.proposed_amount == Decimal("50.00")


def test_person_without_the_right_opens_nothing() -> None:
    order = shipped_order()
    for stranger in (UserFactory.create(), service_person(shipped_order())):
        with pytest.raises(NotAllowed):
            open_case(order, source=Source.PHONE, actor=stranger)
    assert not AfterSalesCase.objects.exists()


def test_refusal_is_a_sentence() -> None:
    order = shipped_order()
    with pytest.raises(Refusal) as caught:
        open_case(order, units={order.items.get().pk: 7})
    assert order.lines.get().title in str(caught.value)
