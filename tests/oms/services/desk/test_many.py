"""Many orders at once: told beforehand, done one by one, and nothing is left unsaid."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, User
from oms.services.desk import acts, many
from oms.services.desk.acts import ACTS, BULK_ACTS, Act, Asked
from oms.services.desk.judging import DecideOneByOne, OrderIsOver
from oms.services.desk.many import NoneChosen, NotNow, TooMany, outlook, perform_many
from oms.services.holds import place_hold
from tests.factories.basics import NOW, StoreFactory, UserFactory
from tests.factories.incoming import Shop
from tests.factories.oms import FulfillmentOrderFactory, OrderFactory, grant
from tests.oms.services.day import Day, are_together

S = OrderStatus


@pytest.fixture
def desk(shop: Shop) -> User:
    user: User = UserFactory.create()
    grant(user, "customer_service", shop.store)
    return user


def asked(actor: User) -> Asked:
    return Asked(actor=actor, now=NOW, reason="because")


def numbers(orders: Any) -> set[str]:
    return {order.order_no for order in orders}


def test_outlook_and_outcome_say_the_same(shop: Shop, desk: User) -> None:
    fine = [OrderFactory.create(store=shop.store) for _n in range(3)]
    gone = OrderFactory.create(store=shop.store, cancelled=True, lines=0)
    ids = [order.pk for order in (*fine, gone)]
    before = outlook(ACTS["cancel"], ids=ids, actor=desk, now=NOW)
    assert {one.order.pk for one in before.will} == {order.pk for order in fine}
    reason = str(OrderIsOver(status=gone.get_status_display()))
    assert {why: numbers(orders) for why, orders in before.wont.items()} == {
        reason: {gone.order_no}
    }
    after = perform_many(ACTS["cancel"], ids=ids, asked=asked(desk))
    assert (len(after.will), after.wont_count) == (3, 1)
    assert set(Order.objects.values_list("status", flat=True)) == {S.CANCELLED}


def test_second_submit_does_nothing_and_says_so(shop: Shop, desk: User) -> None:
    order = OrderFactory.create(store=shop.store)
    perform_many(ACTS["hold"], ids=[order.pk], asked=asked(desk))
    again = perform_many(ACTS["hold"], ids=[order.pk], asked=asked(desk))
    assert (len(again.will), again.wont_count) == (0, 1)
    assert order.holds.count() == 1


def test_orders_of_other_stores_are_neither_told_nor_touched(shop: Shop, desk: User) -> None:
    mine = OrderFactory.create(store=shop.store)
    foreign = OrderFactory.create(store=StoreFactory.create())
    both = [mine.pk, foreign.pk]
    before = outlook(ACTS["cancel"], ids=both, actor=desk, now=NOW)
    assert (len(before.will), before.wont_count) == (1, 0)
    perform_many(ACTS["cancel"], ids=both, asked=asked(desk))
    foreign.refresh_from_db()
    assert foreign.status == S.PENDING_REVIEW
    with pytest.raises(NoneChosen):
        perform_many(ACTS["cancel"], ids=[foreign.pk], asked=asked(desk))


def test_who_sees_but_may_not_is_told_why(shop: Shop) -> None:
    looker: User = UserFactory.create()
    grant(looker, "finance", shop.store)
    order = OrderFactory.create(store=shop.store)
    found = perform_many(ACTS["cancel"], ids=[order.pk], asked=asked(looker))
    assert (len(found.will), found.wont_count) == (0, 1)
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW


def test_one_fault_does_not_stop_the_others_and_is_reported(
    shop: Shop, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (OrderFactory.create(store=shop.store) for _n in range(3))
    real = acts.perform

    def perform(act: Act, *, order_id: int, asked: Asked) -> Any:
        done = real(act, order_id=order_id, asked=asked)
        if order_id == broken.pk:
            raise DatabaseError("disk full")
        return done

    monkeypatch.setattr(many, "perform", perform)
    ids = [first.pk, broken.pk, last.pk]
    found = perform_many(ACTS["hold"], ids=ids, asked=asked(desk))
    assert {one.order.pk for one in found.will} == {first.pk, last.pk}
    assert {why: numbers(orders) for why, orders in found.wont.items()} == {
        str(NotNow()): {broken.order_no}
    }


def test_what_the_time_did_not_allow_is_told_and_untouched(shop: Shop, desk: User) -> None:
    orders = [OrderFactory.create(store=shop.store) for _n in range(4)]
    answers = iter([True, False])
    found = perform_many(
        ACTS["hold"],
        ids=[order.pk for order in orders],
        asked=asked(desk),
        go_on=lambda: next(answers),
    )
    assert (len(found.will), found.wont_count, len(found.rest)) == (2, 0, 2)
    assert set(OrderHold.objects.values_list("order", flat=True)) == {
        one.order.pk for one in found.will
    }
    never = perform_many(
        ACTS["hold"],
        ids=[order.pk for order in found.rest],
        asked=asked(desk),
        go_on=lambda: False,
    )
    assert (len(never.will), len(never.rest)) == (1, 1)


def test_too_many_at_once_are_refused(desk: User) -> None:
    with pytest.raises(TooMany):
        perform_many(ACTS["hold"], ids=range(1, many.MOST + 2), asked=asked(desk))


def test_holds_end_in_bulk_but_for_refunds_and_the_platform(shop: Shop, desk: User) -> None:
    plain, refund, both = (OrderFactory.create(store=shop.store) for _n in range(3))
    for order, codes in (
        (plain, ["amount_mismatch"]),
        (refund, ["refund_requested"]),
        (both, ["person", "refund_requested"]),
    ):
        for code in codes:
            place_hold(order, code=code, owner=OrderHold.Owner.SYSTEM, now=NOW)
    act = BULK_ACTS["release"]
    found = perform_many(act, ids=[plain.pk, refund.pk, both.pk], asked=asked(desk))
    assert {one.order.pk for one in found.will} == {plain.pk, both.pk}
    assert numbers(found.wont[str(DecideOneByOne())]) == {refund.order_no}
    left = OrderHold.objects.filter(released_at=None)
    assert set(left.values_list("order", "code")) == {
        (refund.pk, "refund_requested"),
        (both.pk, "refund_requested"),
    }


def test_siblings_of_a_cancelled_order_stay_together(day: Day, desk: User) -> None:
    orders = [day.order(str(n)) for n in range(3)]
    day.until(5)
    assert are_together(*orders)
    perform_many(
        ACTS["cancel"], ids=[orders[0].pk], asked=Asked(actor=desk, now=day.now, reason="x")
    )
    assert are_together(*orders[1:])


@pytest.mark.parametrize("key", sorted(BULK_ACTS))
def test_more_orders_do_not_mean_more_questions(shop: Shop, desk: User, key: str) -> None:
    def count() -> int:
        ids = list(Order.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked_for:
            outlook(BULK_ACTS[key], ids=ids, actor=desk, now=NOW)
        return len(asked_for)

    def fill(orders: int) -> None:
        for _n in range(orders):
            order = OrderFactory.create(store=shop.store, allocated=True)
            FulfillmentOrderFactory.create(order=order, warehouse=shop.warehouse)
            OrderHold.objects.create(
                order=order, code="shortage", owner=OrderHold.Owner.SYSTEM, placed_at=NOW
            )

    fill(2)
    OrderFactory.create(store=shop.store)
    count()
    few = count()
    fill(25)
    assert count() == few
    assert few <= 8
