"""Whatever happens to one sibling takes out exactly its own goods."""

from collections.abc import Callable

import pytest

from oms.dto import ChannelStatus
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, MergeMembership, Order, Reservation, StopToken
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.holds import TooLateToHold, hold_order, release_hold
from oms.services.orders.cancel import cancel_order
from oms.services.recall import Answer
from tests.factories.incoming import at, incoming_line, moved_to
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


@pytest.fixture
def merged(day: Day) -> list[Order]:
    """Three orders on one document in the warehouse: of P1, of P2, of 3 × P1."""
    day.shop.stock(9, "P2")
    orders = [
        day.order("1", ship_by=at(1100)),
        day.order("2", ship_by=at(1200), lines=(incoming_line("P2"),)),
        day.order("3", ship_by=at(1300), lines=(incoming_line("P1", quantity=3),)),
    ]
    day.until(10)
    assert are_together(*orders)
    day.minute = 11
    return orders


def promises(order: Order) -> list[tuple[int, int]]:
    """Return what is promised to the order: (reservation, units)."""
    rows = Reservation.objects.filter(
        fulfillment_line__order_item__order=order, fulfillment_line__cancelled_at=None
    )
    return list(rows.values_list("pk", "quantity"))


def hold(day: Day, floor: Floor, order: Order) -> None:
    assert hold_order(order.pk, actor=floor.actor, detail="?", now=day.now) is Answer.FREE


def cancel(day: Day, floor: Floor, order: Order) -> None:
    cancel_order(order.pk, actor=floor.actor, reason="?", now=day.now)


def cancel_on_channel(day: Day, floor: Floor, order: Order) -> None:
    day.revise(str(order.channel_order_no), channel_status=ChannelStatus.CANCELLED)


def move(day: Day, floor: Floor, order: Order) -> None:
    day.revise(str(order.channel_order_no), receiver=moved_to("示范大道8号"))


def change_carrier(day: Day, floor: Floor, order: Order) -> None:
    day.revise(str(order.channel_order_no), promised_carrier="zto")


def cancel_every_line(day: Day, floor: Floor, order: Order) -> None:
    day.revise(str(order.channel_order_no), lines=(incoming_line("P1", cancelled_quantity=1),))


Act = Callable[[Day, Floor, Order], None]
acts = pytest.mark.parametrize(
    ("act", "status"),
    [
        (hold, S.APPROVED),
        (cancel, S.CANCELLED),
        (cancel_on_channel, S.CANCELLED),
        (move, S.APPROVED),
        (change_carrier, S.APPROVED),
        (cancel_every_line, S.APPROVED),
    ],
)


@acts
def test_touched_order_leaves_and_the_others_keep_everything(
    day: Day, floor: Floor, merged: list[Order], act: Act, status: OrderStatus
) -> None:
    document, kept = document_of(merged[0]), [promises(order) for order in merged[1:]]
    floor.wave(document)
    act(day, floor, merged[0])
    assert status_of(merged[0]) == status
    assert promises(merged[0]) == []
    place = MergeMembership.objects.get(order=merged[0])
    assert place.left_at == day.now
    assert place.left_reason
    assert [promises(order) for order in merged[1:]] == kept
    assert are_together(*merged[1:])
    document.refresh_from_db()
    assert (document.status, document.ship_by) == ("waved", at(1200))
    assert document_of(merged[1]) == document_of(merged[2]) == document


@acts
def test_last_one_out_leaves_no_document_behind(
    day: Day, floor: Floor, merged: list[Order], act: Act, status: OrderStatus
) -> None:
    cancel(day, floor, merged[1])
    cancel(day, floor, merged[2])
    act(day, floor, merged[0])
    assert FulfillmentOrder.objects.get().status == "cancelled"
    assert status_of(merged[0]) == status
    assert not MergeMembership.objects.filter(left_at=None).exists()


def test_cancelled_line_takes_out_its_units_alone(day: Day, merged: list[Order]) -> None:
    day.revise("3", lines=(incoming_line("P1", quantity=3, cancelled_quantity=2),))
    assert [units for _pk, units in promises(merged[2])] == [1]
    assert are_together(*merged)
    assert document_of(merged[2]).ship_by == at(1100)


def test_order_whose_hold_ends_joins_its_siblings_again(
    day: Day, floor: Floor, merged: list[Order]
) -> None:
    group = group_of(merged[0])
    hold(day, floor, merged[0])
    day.until(14)
    release_hold(merged[0].holds.get().pk, actor=floor.actor, note="fine", now=day.now)
    day.until(15)
    assert are_together(*merged)
    assert group_of(merged[0]) == group
    assert MergeMembership.objects.filter(order=merged[0]).count() == 2


def test_moved_order_waits_anew_and_goes_to_its_new_door(day: Day, merged: list[Order]) -> None:
    day.revise("1", receiver=moved_to("示范大道8号"))
    day.until(20)
    assert status_of(merged[0]) == S.WAITING_MERGE
    day.until(21)
    assert status_of(merged[0]) == S.RELEASED
    mine, theirs = document_of(merged[0]).receiver, document_of(merged[1]).receiver
    assert mine is not None
    assert theirs is not None
    assert (mine.street, theirs.street != mine.street) == ("示范大道8号", True)


def test_all_siblings_that_move_to_one_address_are_together_there(
    day: Day, merged: list[Order]
) -> None:
    for number in ("1", "2", "3"):
        day.revise(number, receiver=moved_to("示范大道8号"))
    day.until(15)
    assert are_together(*merged)
    receiver = document_of(merged[0]).receiver
    assert receiver is not None
    assert receiver.street == "示范大道8号"
    assert MergeGroup.objects.count() == 2


def test_hold_on_claimed_goods_stops_the_whole_parcel_in_place(
    day: Day, floor: Floor, merged: list[Order]
) -> None:
    document = document_of(merged[0])
    floor.claim(document)
    answer = hold_order(merged[0].pk, actor=floor.actor, detail="?", now=day.now)
    assert answer is Answer.STOPPED
    assert are_together(*merged)
    with pytest.raises(DocumentStopped):
        floor._advance(document, "finish_picking", "pick")
    token = StopToken.objects.get()
    assert (token.order, token.station, token.raised_by) == (merged[0], "picking", floor.actor)
    release_hold(merged[0].holds.get().pk, actor=floor.actor, note="fine", now=day.now)
    document.lines.update(picked_quantity=1)
    floor._advance(document, "finish_picking", "pick")


def test_cancelling_who_stopped_it_lets_the_siblings_go_on(
    day: Day, floor: Floor, merged: list[Order]
) -> None:
    document = document_of(merged[0])
    floor.claim(document)
    hold_order(merged[0].pk, actor=floor.actor, detail="?", now=day.now)
    cancel(day, floor, merged[0])
    floor._advance(document, "finish_picking", "pick")
    assert are_together(*merged[1:])


def test_shipped_order_cannot_be_held(day: Day, floor: Floor, merged: list[Order]) -> None:
    floor.ship(document_of(merged[0]))
    assert [status_of(order) for order in merged] == [S.SHIPPED] * 3
    with pytest.raises(TooLateToHold):
        hold_order(merged[0].pk, actor=floor.actor, detail="?", now=day.now)
    assert not merged[0].holds.exists()
