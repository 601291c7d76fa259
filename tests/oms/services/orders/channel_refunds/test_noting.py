"""A platform's refund request: once per number, whatever comes how often and in which order."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from oms.dto import RefundKind, RefundStage
from oms.flows.order import OrderStatus
from oms.models import ChannelRefund, Order, OrderHold, OutboxEvent
from oms.services.dispatch import dispatch
from oms.services.fulfillment.stations import DocumentStopped, freeze_document
from oms.services.holds import HeldByChannel, release_hold
from oms.services.orders.channel_refunds.noting import (
    FaultyRefund,
    note_platform_refund,
    preview_platform_refund,
    sweep,
)
from oms.services.orders.revision import Verdict
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at, incoming_line, incoming_order
from tests.factories.refunds import asked, of_line, tell
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = RefundStage


def holds(order: Order) -> list[tuple[str, str]]:
    return list(order.holds.filter(released_at=None).values_list("code", "owner"))


HELD = [("refund_requested", OrderHold.Owner.CHANNEL)]


def test_open_request_holds_the_order(day: Day) -> None:
    order = day.order("1001")
    assert tell(order).verdict is Verdict.CREATED
    assert holds(order) == HELD
    day.until(30)
    assert status_of(order) == OrderStatus.PENDING_REVIEW


def test_told_twice_it_is_one(day: Day) -> None:
    order = day.order("1001")
    verdicts = [tell(order).verdict for _time in range(3)]
    assert verdicts == [Verdict.CREATED, Verdict.UNCHANGED, Verdict.UNCHANGED]
    assert OutboxEvent.objects.filter(name="channels.return.requested").count() == 1
    assert (ChannelRefund.objects.count(), order.holds.count()) == (1, 1)


@pytest.mark.parametrize("over", [S.CLOSED, S.REJECTED])
def test_request_that_is_over_lets_the_order_go_on(day: Day, over: S) -> None:
    order = day.order("1001")
    tell(order)
    tell(order, status=over, minutes=1)
    assert holds(order) == []
    day.until(30)
    assert status_of(order) == OrderStatus.RELEASED


@pytest.mark.parametrize("told", list(permutations(range(3))))
def test_newest_word_wins_in_whatever_order_they_come(day: Day, told: tuple[int, ...]) -> None:
    order = day.order("1001")
    words: list[dict[str, Any]] = [
        {"status": S.WAIT_MERCHANT, "minutes": 0},
        {"status": S.CLOSED, "minutes": 1},
        {"status": S.WAIT_MERCHANT, "minutes": 2, "amount": Decimal("20.00")},
    ]
    for position in (*told, *told):
        tell(order, **words[position])
    row = ChannelRefund.objects.get()
    assert (row.stage, row.amount, row.channel_modified_at) == (S.WAIT_MERCHANT, 20, at(2))
    assert holds(order) == HELD


def test_of_two_words_of_one_second_the_later_stage_counts(day: Day) -> None:
    order = day.order("1001")
    tell(order, status=S.CLOSED)
    assert tell(order, status=S.WAIT_MERCHANT).verdict is Verdict.STALE
    assert holds(order) == []


def test_what_is_not_told_again_stays(day: Day) -> None:
    order = day.order("1001")
    tell(order, reason="too big", respond_by=at(90), lines=of_line("L1", 1))
    tell(order, minutes=1)
    row = ChannelRefund.objects.get()
    assert (row.reason, row.respond_by, row.lines) == ("too big", at(90), [["L1", 1]])


def test_request_before_its_order_waits_for_it(shop: Shop) -> None:
    order = incoming_order("1001")
    early = asked(Order(store=shop.store, channel_order_no="1001"))
    noted = note_platform_refund(shop.store.pk, refund=early, now=NOW)
    assert (noted.order_id, ChannelRefund.objects.get().order) == (None, None)
    row = shop.take_in(order)
    assert holds(row) == HELD
    assert ChannelRefund.objects.get().order == row


def test_money_back_before_the_order_came_cancels_it_on_arrival(shop: Shop) -> None:
    early = asked(Order(store=shop.store, channel_order_no="1001"), status=S.SUCCESS)
    note_platform_refund(shop.store.pk, refund=early, now=NOW)
    row = shop.take_in(incoming_order("1001"))
    assert status_of(row) == OrderStatus.CANCELLED


def test_request_is_not_taken_for_another_stores_order(shop: Shop) -> None:
    other = Shop().take_in(incoming_order("1001"))
    noted = note_platform_refund(shop.store.pk, refund=asked(other), now=NOW)
    assert noted.order_id is None
    assert holds(other) == []


def test_request_that_missed_its_order_is_found_before_the_review(day: Day) -> None:
    order = day.order("1001")
    tell(order)
    ChannelRefund.objects.update(order=None)
    OrderHold.objects.all().delete()
    day.work()
    assert holds(order) == HELD
    assert status_of(order) == OrderStatus.PENDING_REVIEW
    assert sweep(now=NOW) == 0


def test_platforms_hold_is_not_released_by_hand(day: Day, floor: Floor) -> None:
    order = day.order("1001")
    tell(order)
    with pytest.raises(HeldByChannel):
        release_hold(order.holds.get().pk, actor=floor.actor, note="", now=NOW)


def test_request_stops_what_the_picker_has_in_hand(day: Day, floor: Floor) -> None:
    order = day.order("1001")
    day.until(15)
    document = document_of(order)
    freeze_document(document, reason="printed", now=day.now)
    tell(order, minutes=16)
    with pytest.raises(DocumentStopped):
        floor.wave(document)
    tell(order, minutes=17, status=S.CLOSED)
    assert holds(order) == []
    floor.ship(document)
    assert status_of(order) == OrderStatus.SHIPPED


def test_request_after_hand_over_holds_nothing(day: Day, floor: Floor) -> None:
    order = day.order("1001")
    day.until(15)
    floor.ship(document_of(order))
    assert tell(order, minutes=20).verdict is Verdict.CREATED
    assert (holds(order), status_of(order)) == ([], OrderStatus.SHIPPED)


def test_rest_of_a_partly_shipped_order_is_stopped(day: Day, floor: Floor) -> None:
    lines = (incoming_line(quantity=2),)
    order = day.order("1001", lines=lines)
    day.until(15)
    document = document_of(order)
    line = document.lines.get()
    floor.pick(document)
    floor.hand_over(floor.box(document, units={line.pk: 1}))
    assert status_of(order) == OrderStatus.PARTLY_SHIPPED
    tell(order, minutes=20)
    assert holds(order) == HELD
    with pytest.raises(DocumentStopped):
        floor.box(document)
    tell(order, minutes=21, status=S.REJECTED)
    floor.hand_over(floor.box(document))
    assert status_of(order) == OrderStatus.SHIPPED


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel_refund_no": ""},
        {"channel_refund_no": "R" * 65},
        {"amount": Decimal("-0.01")},
        {"amount": Decimal("NaN")},
        {"amount": Decimal(10) ** 12},
        {"lines": of_line("L1", 0)},
    ],
)
def test_nonsense_is_refused(day: Day, wrong: dict[str, Any]) -> None:
    order = day.order("1001")
    with pytest.raises(FaultyRefund):
        tell(order, **wrong)
    with pytest.raises(FaultyRefund):
        preview_platform_refund(order.store_id, refund=asked(order, **wrong))
    assert not ChannelRefund.objects.exists()


def test_number_that_belongs_to_another_order_is_refused(day: Day) -> None:
    tell(day.order("1001"))
    with pytest.raises(FaultyRefund):
        tell(day.order("1002"), minutes=1)


def test_preview_tells_and_writes_nothing(day: Day) -> None:
    order = day.order("1001")
    tell(order)
    for minutes, verdict in ((-1, Verdict.STALE), (0, Verdict.UNCHANGED), (1, Verdict.UPDATED)):
        told = asked(order, minutes=minutes)
        assert preview_platform_refund(order.store_id, refund=told) is verdict
    assert ChannelRefund.objects.get().channel_modified_at == NOW


def test_request_without_a_time_is_as_old_as_its_arrival(day: Day) -> None:
    order = day.order("1001")
    tell(order, modified_at=None)
    assert ChannelRefund.objects.get().channel_modified_at == NOW


def test_goods_that_are_asked_back_are_not_cancelled(day: Day, floor: Floor) -> None:
    order = day.order("1001")
    day.until(15)
    floor.ship(document_of(order))
    tell(order, minutes=20, status=S.SUCCESS, kind=RefundKind.RETURN_REFUND)
    item = order.items.get()
    assert (item.cancelled_quantity, item.refunded_quantity) == (0, 1)


def test_day_goes_on_for_everybody_else(day: Day) -> None:
    held, free = day.order("1001"), day.order("1002")
    tell(held)
    dispatch(now=NOW + timedelta(minutes=1))
    day.until(30)
    assert (status_of(held), status_of(free)) == ("pending_review", "released")
