"""An act is judged under the lock: by right, by state, once."""

import pytest

from oms.access.checks import NotAllowed
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, User
from oms.refusals import Refusal
from oms.services.desk import judging
from oms.services.desk.acts import ACTS, Asked, perform
from oms.services.holds import HeldByChannel, HoldNotFound, TooLateToHold, place_hold
from oms.services.orders.cancel import TooLateToCancel
from oms.services.review import CannotUnapprove, StillHeld
from oms.services.standing import standing_of
from tests.factories.basics import NOW, UserFactory
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def do(key: str, order: Order, actor: User, *, day: Day, reason: str = "because") -> None:
    perform(ACTS[key], order_id=order.pk, asked=Asked(actor=actor, now=day.now, reason=reason))


def allowed(order: Order, day: Day) -> set[str]:
    standing = standing_of(order.pk)
    return {key for key, act in ACTS.items() if act.against(standing, now=day.now) is None}


def test_what_is_possible_follows_the_order_on_its_way(day: Day, floor: Floor) -> None:
    order = day.order("1")
    assert allowed(order, day) == {"approve", "hold", "cancel"}
    day.until(1)
    assert allowed(order, day) == {
        "release_now",
        "unapprove",
        "hold",
        "keep_apart",
        "cancel",
    }
    day.until(10)
    assert allowed(order, day) == {"unapprove", "hold", "keep_apart", "cancel"}
    document = document_of(order)
    floor.claim(document)
    assert allowed(order, day) == {"hold", "cancel"}


def test_nothing_is_possible_once_it_has_left(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    floor.ship(document_of(order))
    assert allowed(order, day) == set()
    for key, refusal in (("hold", TooLateToHold), ("cancel", TooLateToCancel)):
        with pytest.raises(refusal):
            do(key, order, floor.actor, day=day)


@pytest.mark.parametrize("key", sorted(ACTS))
def test_without_the_right_nothing_happens(day: Day, key: str) -> None:
    order = day.order("1")
    with pytest.raises(NotAllowed):
        do(key, order, UserFactory.create(), day=day)
    assert status_of(order) == S.PENDING_REVIEW
    assert not OrderHold.objects.exists()


@pytest.mark.parametrize(
    ("key", "again"),
    [
        ("approve", judging.NotToReview),
        ("hold", judging.HeldAlready),
        ("cancel", judging.OrderIsOver),
    ],
)
def test_done_twice_it_is_refused_the_second_time(
    day: Day, floor: Floor, key: str, again: type[Refusal]
) -> None:
    order = day.order("1")
    do(key, order, floor.actor, day=day)
    entries = order_entries(order)
    with pytest.raises(again) as refused:
        do(key, order, floor.actor, day=day)
    assert str(refused.value)
    assert order_entries(order) == entries


def order_entries(order: Order) -> tuple[str, int, int]:
    return status_of(order), order.holds.count(), Order.objects.get(pk=order.pk).revision


def test_waiting_ends_once(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(1)
    do("release_now", order, floor.actor, day=day)
    with pytest.raises(judging.GoesOnAlready):
        do("release_now", order, floor.actor, day=day)


def test_waiting_of_a_merge_is_that_of_its_document(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    assert {"release_now"} <= allowed(orders[0], day)
    assert standing_of(orders[0].pk).siblings == 1
    do("release_now", orders[0], floor.actor, day=day)
    with pytest.raises(judging.GoesOnAlready):
        do("release_now", orders[1], floor.actor, day=day)


def test_order_that_waits_for_nothing_is_not_hurried(day: Day, floor: Floor) -> None:
    order = day.order("1")
    with pytest.raises(judging.NothingWaits):
        do("release_now", order, floor.actor, day=day)
    assert Order.objects.get(pk=order.pk).release_at is None


def test_held_order_is_neither_approved_nor_hurried(day: Day, floor: Floor) -> None:
    order = day.order("1")
    do("hold", order, floor.actor, day=day)
    for key in ("approve", "release_now"):
        with pytest.raises((StillHeld, judging.NothingWaits)):
            do(key, order, floor.actor, day=day)


def test_claimed_order_keeps_its_approval(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    floor.claim(document_of(order))
    with pytest.raises(CannotUnapprove):
        do("unapprove", order, floor.actor, day=day)
    with pytest.raises(judging.NotApproved):
        do("unapprove", day.order("2"), floor.actor, day=day)


def test_only_the_named_holds_end(day: Day, floor: Floor) -> None:
    order = day.order("1")
    do("hold", order, floor.actor, day=day)
    place_hold(order, code="amount_mismatch", owner=OrderHold.Owner.SYSTEM, now=NOW)
    mine = order.holds.get(code="person")
    chosen = Asked(actor=floor.actor, now=day.now, hold_ids=frozenset({mine.pk}))
    perform(ACTS["release"], order_id=order.pk, asked=chosen)
    assert [hold.code for hold in standing_of(order.pk).holds] == ["amount_mismatch"]
    with pytest.raises(HoldNotFound):
        perform(ACTS["release"], order_id=order.pk, asked=chosen)
    do("release", order, floor.actor, day=day)
    assert standing_of(order.pk).holds == ()


def test_platform_hold_stays_with_the_others_of_its_order(day: Day, floor: Floor) -> None:
    order = day.order("1", platform_hold="risk control")
    with pytest.raises(HeldByChannel):
        do("release", order, floor.actor, day=day)
    do("hold", order, floor.actor, day=day)
    named = Asked(
        actor=floor.actor,
        now=day.now,
        hold_ids=frozenset(order.holds.values_list("pk", flat=True)),
    )
    with pytest.raises(HeldByChannel):
        perform(ACTS["release"], order_id=order.pk, asked=named)
    assert order.holds.filter(released_at=None).count() == 2
    do("release", order, floor.actor, day=day)
    assert [hold.code for hold in standing_of(order.pk).holds] == ["platform"]


def test_order_that_is_not_there_is_no_refusal(floor: Floor, day: Day) -> None:
    with pytest.raises(Order.DoesNotExist):
        perform(ACTS["hold"], order_id=0, asked=Asked(actor=floor.actor, now=day.now))
