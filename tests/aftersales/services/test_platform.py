"""What a platform asks for, changes, withdraws or does by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.handlers import RequestNotTold, take_in_request
from aftersales.models import AfterSalesCase, Kind, Source
from aftersales.services import platform
from aftersales.services.platform import OrderNotHere
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from oms.events import bus
from oms.events.contents import to_json
from oms.models import (
    ApprovalRequest,
    ChannelRefund,
    EventDelivery,
    ExpectedReturn,
    Order,
    OrderLine,
    Refund,
)
from oms.services import refunds
from oms.services.orders.channel_refunds.noting import note_platform_refund
from tests.aftersales import acts
from tests.factories.aftersales import NOW, open_case, shipped_order, unshipped_order

pytestmark = pytest.mark.django_db


def told(order: Order, **changes: Any) -> IncomingRefund:
    asked: dict[str, Any] = {
        "channel_refund_no": "R-1",
        "channel_order_no": order.channel_order_no,
        "status": RefundStage.WAIT_MERCHANT,
        "kind": RefundKind.RETURN_REFUND,
        "amount": Decimal("50.00"),
        "currency": "CNY",
        "modified_at": NOW,
    }
    return IncomingRefund(**(asked | changes))


def lines_of(line: OrderLine, *, quantity: int | None = None) -> tuple[RefundedLine, ...]:
    return (RefundedLine(channel_line_no=str(line.channel_line_no), quantity=quantity),)


def take_in(order: Order, **changes: Any) -> AfterSalesCase:
    case = platform.take_in(order.store_id, refund=told(order, **changes), now=NOW)
    assert case is not None
    return acts.fresh(case)


def test_ticket_becomes_a_case() -> None:
    case = take_in(shipped_order(), reason="too small")
    assert (case.source, case.kind, case.channel_refund_no) == (
        Source.PLATFORM,
        Kind.RETURN_REFUND,
        "R-1",
    )
    assert case.words == "too small"


def test_ticket_told_twice_is_one_case() -> None:
    order = shipped_order()
    assert take_in(order) == take_in(order)
    assert (AfterSalesCase.objects.count(), ApprovalRequest.objects.count()) == (1, 1)


def test_ticket_of_a_line_is_about_its_items() -> None:
    order = shipped_order(lines=2, lines__quantity=3)
    line = order.lines.order_by("pk")[1]
    case = take_in(order, lines=lines_of(line, quantity=2))
    assert list(case.lines.values_list("order_item", "quantity")) == [(line.items.get().pk, 2)]


def test_ticket_of_a_line_without_a_number_means_all_of_it() -> None:
    order = shipped_order(lines=2, lines__quantity=3)
    line = order.lines.order_by("pk")[1]
    case = take_in(order, lines=lines_of(line))
    assert list(case.lines.values_list("order_item", "quantity")) == [(line.items.get().pk, 3)]


def test_return_that_becomes_refund_only_converts_the_case() -> None:
    order = shipped_order()
    case = acts.approve(take_in(order))
    changed = take_in(order, kind=RefundKind.REFUND_ONLY, modified_at=NOW + timedelta(minutes=1))
    assert changed == case
    assert (changed.kind, changed.receipt, changed.approval) == (
        Kind.REFUND_ONLY,
        Receipt.NOT_NEEDED,
        Approval.PENDING,
    )
    assert acts.expected_of(case).state == ExpectedReturn.State.WITHDRAWN
    acts.approve(changed)
    assert acts.fresh(case).money == Money.ASKED
    assert AfterSalesCase.objects.count() == 1


def test_older_news_changes_nothing() -> None:
    order = shipped_order()
    case = take_in(order)
    again = take_in(order, kind=RefundKind.REFUND_ONLY, modified_at=NOW - timedelta(minutes=1))
    assert (again, again.kind) == (case, Kind.RETURN_REFUND)


def test_lower_amount_is_asked_about_anew() -> None:
    order = shipped_order()
    take_in(order)
    later = NOW + timedelta(minutes=1)
    case = take_in(order, amount=Decimal("20.00"), modified_at=later)
    assert (case.proposed_amount, case.revision) == (Decimal("20.00"), 2)
    assert list(ApprovalRequest.objects.order_by("pk").values_list("status", flat=True)) == [
        "withdrawn",
        "open",
    ]


def test_change_that_cannot_be_followed_is_seen() -> None:
    order = shipped_order()
    case = acts.approve(take_in(order))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 0})
    acts.deliver()
    changed = take_in(order, kind=RefundKind.REFUND_ONLY, modified_at=NOW + timedelta(minutes=1))
    assert (changed.kind, changed.receipt) == (Kind.RETURN_REFUND, Receipt.PARTLY_RECEIVED)
    assert changed.problem


def test_ticket_that_is_over_ends_the_case() -> None:
    order = shipped_order()
    case = take_in(order)
    over = platform.take_in(order.store_id, refund=told(order, status=RefundStage.CLOSED), now=NOW)
    assert (over, acts.fresh(case).status) == (case, CaseStatus.WITHDRAWN)


def test_unknown_ticket_that_is_over_opens_nothing() -> None:
    order = shipped_order()
    assert (
        platform.take_in(order.store_id, refund=told(order, status=RefundStage.REJECTED), now=NOW)
        is None
    )
    assert not AfterSalesCase.objects.exists()


def test_ticket_before_its_order_is_tried_again() -> None:
    order = shipped_order()
    with pytest.raises(OrderNotHere):
        take_in(order, channel_order_no="nobody's")


def test_order_number_of_another_store_is_not_this_order() -> None:
    order, other = shipped_order(), shipped_order()
    with pytest.raises(OrderNotHere):
        platform.take_in(other.store_id, refund=told(order), now=NOW)


def test_return_number_is_noted_for_the_dock() -> None:
    order = shipped_order()
    acts.approve(take_in(order))
    later = {"modified_at": NOW + timedelta(minutes=1)}
    case = take_in(order, return_carrier="zto", return_waybill_no="ZT1", **later)
    expected = acts.expected_of(case)
    assert (expected.return_carrier, expected.return_waybill_no) == ("zto", "ZT1")


def test_platforms_own_term_is_the_clock_if_it_is_sooner() -> None:
    order = shipped_order()
    soon, later = NOW + timedelta(hours=2), NOW + timedelta(days=9)
    case = take_in(order, respond_by=soon)
    assert (case.respond_by, case.deadline_at) == (soon, soon)
    case = take_in(order, respond_by=later, modified_at=NOW + timedelta(minutes=1))
    assert (case.respond_by, case.deadline_at) == (later, soon)


@pytest.mark.parametrize(
    "stage", [RefundStage.WAIT_BUYER_RETURN, RefundStage.WAIT_MERCHANT_RECEIVE]
)
def test_platform_that_agreed_leaves_nothing_to_decide(stage: RefundStage) -> None:
    case = take_in(shipped_order(), status=stage)
    assert (case.approval, case.receipt) == (Approval.APPROVED, Receipt.EXPECTED)
    assert acts.expected_of(case).state == ExpectedReturn.State.EXPECTED
    assert acts.published("aftersales.return.approved") == []


def test_money_that_the_platform_is_moving_is_not_moved_by_us() -> None:
    order = shipped_order()
    moving = told(order, status=RefundStage.REFUNDING, kind=RefundKind.REFUND_ONLY)
    note_platform_refund(order.store_id, refund=moving, now=NOW)
    acts.deliver()
    case = acts.approve(AfterSalesCase.objects.get())
    assert (case.money, Refund.objects.count()) == (Money.NONE, 0)
    done = replace(moving, status=RefundStage.SUCCESS, modified_at=NOW + timedelta(minutes=1))
    note_platform_refund(order.store_id, refund=done, now=NOW)
    acts.deliver()
    case = acts.fresh(case)
    assert (case.money, case.status) == (Money.DONE_BY_PLATFORM, CaseStatus.CLOSED)
    assert Refund.objects.count() == 1


def test_events_out_of_order_leave_no_case_behind() -> None:
    order = shipped_order()
    note_platform_refund(order.store_id, refund=told(order), now=NOW)
    over = told(order, status=RefundStage.CLOSED, modified_at=NOW + timedelta(minutes=1))
    note_platform_refund(order.store_id, refund=over, now=NOW)
    for delivery in EventDelivery.objects.order_by("-pk"):
        assert bus.deliver(delivery.pk, now=NOW)
    assert not AfterSalesCase.objects.exists()


def test_request_that_no_case_can_take_is_written_down_for_a_person() -> None:
    order = shipped_order()
    line = order.lines.get()
    many = told(order, lines=lines_of(line, quantity=line.quantity + 1))
    note_platform_refund(order.store_id, refund=many, now=NOW)
    acts.deliver()
    row = ChannelRefund.objects.get()
    assert (row.case_no, AfterSalesCase.objects.count()) == ("", 0)
    assert row.problem


def test_paid_back_before_we_heard_of_it_still_expects_the_goods() -> None:
    order = shipped_order()
    note_platform_refund(order.store_id, refund=told(order, status=RefundStage.SUCCESS), now=NOW)
    acts.deliver()
    case = AfterSalesCase.objects.get()
    assert (case.approval, case.money) == (Approval.APPROVED, Money.DONE_BY_PLATFORM)
    assert acts.expected_of(case).state == ExpectedReturn.State.EXPECTED
    case = acts.receive(case)
    assert (case.status, Refund.objects.count()) == (CaseStatus.CLOSED, 1)


def test_paid_back_without_a_return_needs_no_case() -> None:
    order = shipped_order()
    done = told(order, status=RefundStage.SUCCESS, kind=RefundKind.REFUND_ONLY)
    note_platform_refund(order.store_id, refund=done, now=NOW)
    acts.deliver()
    assert (AfterSalesCase.objects.count(), Refund.objects.count()) == (0, 1)


def test_our_own_refund_told_back_is_not_a_second_one() -> None:
    order = shipped_order()
    asked = told(order, kind=RefundKind.REFUND_ONLY)
    note_platform_refund(order.store_id, refund=asked, now=NOW)
    acts.deliver()
    case = acts.approve(AfterSalesCase.objects.get())
    acts.confirm_refund(case)
    back = replace(asked, status=RefundStage.SUCCESS, modified_at=NOW + timedelta(minutes=5))
    note_platform_refund(order.store_id, refund=back, now=NOW)
    acts.deliver()
    assert Refund.objects.get() == ChannelRefund.objects.get().refund
    assert AfterSalesCase.objects.get().status == CaseStatus.CLOSED


def test_late_word_about_a_decided_case_opens_no_second_one() -> None:
    order = shipped_order()
    asked = told(order, kind=RefundKind.REFUND_ONLY)
    note_platform_refund(order.store_id, refund=asked, now=NOW)
    acts.deliver()
    acts.confirm_refund(acts.approve(AfterSalesCase.objects.get()))
    late = replace(asked, status=RefundStage.REFUNDING, modified_at=NOW + timedelta(minutes=5))
    note_platform_refund(order.store_id, refund=late, now=NOW)
    acts.deliver()
    assert AfterSalesCase.objects.count() == 1


def test_answer_of_ours_lets_a_held_order_go_on() -> None:
    order = unshipped_order(lines__unit_price=Decimal("900.00"))
    asked = told(order, amount=Decimal("900.00"))
    note_platform_refund(order.store_id, refund=asked, now=NOW)
    acts.deliver()
    assert sorted(order.holds.values_list("owner", flat=True)) == ["channel", "system"]
    acts.reject(AfterSalesCase.objects.get())
    assert not order.holds.filter(released_at=None).exists()


def test_other_open_request_keeps_the_order_held() -> None:
    order = unshipped_order(lines=2, lines__unit_price=Decimal("900.00"))
    first, second = order.lines.order_by("pk")
    for number, line in (("R-1", first), ("R-2", second)):
        dear = Decimal("900.00")
        asked = told(order, channel_refund_no=number, lines=lines_of(line), amount=dear)
        note_platform_refund(order.store_id, refund=asked, now=NOW)
    acts.deliver()
    case = AfterSalesCase.objects.get(channel_refund_no="R-1")
    acts.reject(case)
    assert order.holds.filter(released_at=None).exists()
    acts.reject(AfterSalesCase.objects.get(channel_refund_no="R-2"))
    assert not order.holds.filter(released_at=None).exists()


def test_money_returned_by_the_platform_is_never_returned_again() -> None:
    case = take_in(shipped_order())
    acts.platform_refunds(case)
    case = acts.fresh(case)
    assert (case.money, case.approval, case.status) == (
        Money.DONE_BY_PLATFORM,
        Approval.APPROVED,
        CaseStatus.OPEN,
    )
    assert acts.expected_of(case).state == ExpectedReturn.State.EXPECTED
    case = acts.receive(case)
    assert (case.status, Refund.objects.count()) == (CaseStatus.CLOSED, 1)
    assert acts.published("aftersales.return.approved") == []
    assert acts.published("aftersales.refund.requested") == []


def test_platform_pays_between_our_asking_and_our_sending() -> None:
    case = acts.receive(acts.approve(take_in(shipped_order())))
    refund = Refund.objects.get()
    refunds.mark_done_by_platform(refund.pk, now=NOW)
    platform.follow_refunds([refund.pk], now=NOW)
    case = acts.fresh(case)
    assert (case.money, case.status) == (Money.DONE_BY_PLATFORM, CaseStatus.CLOSED)
    assert Refund.objects.count() == 1


def test_platforms_refund_whose_event_is_late_still_stops_ours() -> None:
    case = acts.approve(take_in(shipped_order()))
    acts.platform_refund_row(case)
    case = acts.receive(case)
    assert (case.money, Refund.objects.count()) == (Money.DONE_BY_PLATFORM, 1)


def test_platform_refunds_what_has_not_left() -> None:
    order = unshipped_order(lines__unit_price=Decimal("900.00"))
    case = take_in(order, kind=RefundKind.REFUND_ONLY, amount=Decimal("900.00"))
    acts.platform_refunds(case)
    case = acts.fresh(case)
    assert (case.status, case.money) == (CaseStatus.CLOSED, Money.DONE_BY_PLATFORM)
    assert Order.objects.get(pk=order.pk).status == "cancelled"


def test_news_of_a_refund_without_a_case_is_none_of_ours() -> None:
    case = open_case()
    refund = acts.platform_refunds(case)
    Refund.objects.filter(pk=refund.pk).update(case_no="", channel_refund_no="R-9")
    AfterSalesCase.objects.update(channel_refund_no="R-8")
    platform.follow_refunds([refund.pk], now=NOW)
    assert AfterSalesCase.objects.count() == 1


def test_event_brings_the_request_and_the_record_the_buyers_words() -> None:
    order = shipped_order()
    asked = told(order, reason="too small", respond_by=NOW + timedelta(hours=3))
    note_platform_refund(order.store_id, refund=asked, now=NOW)
    acts.deliver()
    case = AfterSalesCase.objects.get()
    assert (case.channel_refund_no, case.deadline_at) == ("R-1", NOW + timedelta(hours=3))
    assert case.words == "too small"
    assert "too small" not in str(acts.published("channels.return.requested"))


def test_field_that_a_newer_version_adds_is_ignored() -> None:
    order = shipped_order()
    payload = to_json(told(order)) | {"added_later": "x"}
    take_in_request(
        store_id=order.store_id, channel_refund_no="R-1", refund=payload, now=NOW, newer=1
    )
    assert AfterSalesCase.objects.count() == 1


def test_event_that_tells_nothing_ends_in_front_of_a_person() -> None:
    with pytest.raises(RequestNotTold):
        take_in_request(store_id=1, channel_refund_no="R-1", now=NOW)
