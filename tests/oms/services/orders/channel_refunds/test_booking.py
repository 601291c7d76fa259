"""Money that the platform paid back: booked once, never more than was paid, and its goods kept."""

from decimal import Decimal

import pytest

from oms.dto import ChannelStatus, IncomingLine, RefundStage
from oms.flows.order import OrderStatus
from oms.flows.refund import RefundStatus
from oms.models import ChannelRefund, Order, OutboxEvent, Payment, Refund, RefundLine
from oms.services import refunds
from oms.services.orders.channel_refunds.records import note_answer
from oms.services.orders.revision import Verdict
from tests.factories.basics import NOW
from tests.factories.incoming import incoming_line
from tests.factories.refunds import of_line, tell
from tests.oms.services.day import Day, are_together, status_of
from tests.oms.services.floor import Floor, document_of

PAID_BACK = RefundStage.SUCCESS


def two_lines() -> tuple[IncomingLine, ...]:
    return (
        incoming_line("P1", channel_line_no="L1", quantity=2),
        incoming_line("P2", channel_line_no="L2"),
    )


def test_whole_order_paid_back_before_shipping_is_cancelled(day: Day) -> None:
    order = day.order("1001")
    day.until(15)
    tell(order, minutes=16, status=PAID_BACK)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == (RefundStatus.DONE_BY_PLATFORM, 50)
    assert status_of(order) == OrderStatus.CANCELLED
    assert Payment.objects.get().refunded == 50
    told = OutboxEvent.objects.get(name="channels.refund.done_by_platform")
    assert told.payload == {"refund_ids": [refund.pk]}


def test_units_paid_back_are_cancelled_and_the_rest_goes_on(day: Day) -> None:
    day.shop.stock(5, "P2")
    order = day.order("1001", lines=two_lines())
    tell(order, status=PAID_BACK, lines=of_line("L1", 1))
    day.until(15)
    units = dict(order.items.values_list("line__channel_line_no", "cancelled_quantity"))
    assert units == {"L1": 1, "L2": 0}
    assert status_of(order) == OrderStatus.RELEASED
    assert order.items.get(line__channel_line_no="L1").refunded_amount == 50


def test_units_that_the_order_told_as_cancelled_are_cancelled_once(day: Day) -> None:
    day.shop.stock(5, "P2")
    first, second = two_lines()
    order = day.order("1001", lines=(first, second))
    fewer = incoming_line("P1", channel_line_no="L1", quantity=2, cancelled_quantity=1)
    day.revise("1001", lines=(fewer, second))
    tell(order, minutes=1, status=PAID_BACK, lines=of_line("L1", 1))
    assert order.items.get(line__channel_line_no="L1").cancelled_quantity == 1


def test_refund_and_cancelled_order_together_are_one_cancellation(day: Day) -> None:
    order = day.order("1001")
    day.revise("1001", channel_status=ChannelStatus.CANCELLED)
    tell(order, minutes=1, status=PAID_BACK)
    assert (status_of(order), Refund.objects.count()) == (OrderStatus.CANCELLED, 1)


def test_sibling_in_the_parcel_stays(day: Day) -> None:
    back, stays = day.order("1001"), day.order("1002")
    day.until(15)
    assert are_together(back, stays)
    tell(back, minutes=16, status=PAID_BACK)
    assert status_of(back) == OrderStatus.CANCELLED
    assert document_of(stays).lines.filter(cancelled_at=None).count() == 1


def test_paid_back_after_shipping_is_money_alone(day: Day, floor: Floor) -> None:
    order = day.order("1001")
    day.until(15)
    floor.ship(document_of(order))
    tell(order, minutes=20, status=PAID_BACK)
    item = order.items.get()
    assert (item.cancelled_quantity, item.refunded_amount) == (0, 50)
    assert status_of(order) == OrderStatus.SHIPPED


def test_told_again_the_money_is_booked_once(day: Day) -> None:
    order = day.order("1001")
    for minutes in (1, 1, 2, 3):
        tell(order, minutes=minutes, status=PAID_BACK)
    assert Refund.objects.count() == 1
    assert Payment.objects.get().refunded == 50


def test_money_that_went_back_stays_so(day: Day) -> None:
    order = day.order("1001")
    tell(order, status=PAID_BACK)
    assert tell(order, minutes=5, status=RefundStage.CLOSED).verdict is Verdict.STALE
    assert ChannelRefund.objects.get().stage == PAID_BACK


def test_freight_is_taken_from_the_payment_alone(day: Day) -> None:
    order = day.order("1001", freight=Decimal("8.00"))
    tell(order, status=PAID_BACK, amount=Decimal("58.00"))
    parts = list(RefundLine.objects.order_by("pk").values_list("order_item", "amount"))
    assert parts == [(order.items.get().pk, 50), (None, 8)]
    assert Payment.objects.get().refunded == 58


def test_part_of_the_money_without_units_cancels_nothing(day: Day) -> None:
    order = day.order("1001")
    tell(order, status=PAID_BACK, amount=Decimal("10.00"))
    item = order.items.get()
    assert (item.refunded_amount, item.refunded_quantity, item.cancelled_quantity) == (10, 0, 0)
    assert status_of(order) == OrderStatus.PENDING_REVIEW


def test_more_than_was_paid_is_booked_as_far_as_it_goes_and_told(day: Day) -> None:
    order = day.order("1001")
    tell(order, status=PAID_BACK, amount=Decimal("70.00"))
    row = ChannelRefund.objects.get()
    assert (Refund.objects.get().amount, Payment.objects.get().refunded) == (50, 50)
    assert "70.00" in row.problem


def test_other_currency_is_for_a_person(day: Day) -> None:
    order = day.order("1001")
    tell(order, status=PAID_BACK, currency="USD")
    assert not Refund.objects.exists()
    assert "USD" in ChannelRefund.objects.get().problem


@pytest.mark.parametrize("step", ["asked", "sent", "confirmed", "failed"])
def test_refund_that_we_asked_for_is_this_money(day: Day, floor: Floor, step: str) -> None:
    order = day.order("1001")
    day.until(15)
    floor.ship(document_of(order))
    tell(order, minutes=20)
    note_answer(order.store_id, channel_refund_no="R-1", case_no="AS-1")
    ours = ask(order, Decimal("50.00"))
    if step in ("sent", "confirmed"):
        refunds.mark_sent(ours.pk, now=NOW)
    if step == "confirmed":
        refunds.mark_confirmed(ours.pk, now=NOW, channel_refund_no="77")
    if step == "failed":
        refunds.mark_failed(ours.pk, error="busy", now=NOW)
    tell(order, minutes=21, status=PAID_BACK)
    ours.refresh_from_db()
    expected = "confirmed" if step == "confirmed" else "done_by_platform"
    assert (Refund.objects.count(), ours.status) == (1, expected)
    assert ChannelRefund.objects.get().refund == ours
    assert Payment.objects.get().refunded == 50


def ask(order: Order, amount: Decimal) -> Refund:
    return refunds.ask(
        order.pk,
        case_no="AS-1",
        units={order.items.get().pk: 1},
        amount=amount,
        reason="",
        actor=None,
        now=NOW,
    )


def test_our_own_refund_that_the_shop_repeats_is_booked_once(day: Day) -> None:
    order = day.order("1001")
    units = {order.items.get().pk: 1}
    ours = refunds.ask(
        order.pk, case_no="", units=units, amount=Decimal(50), reason="", actor=None, now=NOW
    )
    refunds.mark_sent(ours.pk, now=NOW)
    tell(order, status=PAID_BACK, refund_no=ours.refund_no)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == (RefundStatus.DONE_BY_PLATFORM, 50)
    assert Payment.objects.get().refunded == 50
    assert ChannelRefund.objects.get().refund == ours


def test_our_number_of_another_order_does_not_swallow_the_money(day: Day) -> None:
    day.shop.stock(5, "P1")
    order, other = day.order("1001"), day.order("1002")
    units = {other.items.get().pk: 1}
    ours = refunds.ask(
        other.pk, case_no="", units=units, amount=Decimal(50), reason="", actor=None, now=NOW
    )
    tell(order, status=PAID_BACK, refund_no=ours.refund_no)
    assert Refund.objects.get(pk=ours.pk).status == RefundStatus.ASKED
    assert Refund.objects.get(order=order).amount == 50
