from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from oms.audit.context import acting_as
from oms.flows.order import OrderStatus
from oms.flows.table import UnknownAction
from oms.models import FulfillmentOrder, Order, TimelineEntry
from oms.transitions import IllegalTransition, fire, fire_many
from tests.factories.oms import FulfillmentOrderFactory, OrderFactory, StoreFactory, UserFactory

pytestmark = pytest.mark.django_db

S = OrderStatus


def standing(*orders: Order) -> list[tuple[str, datetime]]:
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).order_by("pk")
    return list(rows.values_list("status", "status_at"))


def test_all_rows_move_and_the_timeline_tells_how_long_each_stood(now: datetime) -> None:
    first = OrderFactory.create(approved=True, status_at=now - timedelta(minutes=5))
    second = OrderFactory.create(waiting_merge=True, status_at=now - timedelta(hours=2))
    user = UserFactory.create()
    with acting_as(user, correlation_id="c-1"):
        fire_many(Order, [second.pk, first.pk], "merge", now=now, actor=user, note="same address")
    assert standing(first, second) == [(S.MERGED, now), (S.MERGED, now)]
    entries = TimelineEntry.objects.order_by("subject_id").values_list(
        "subject_id", "action", "from_status", "to_status", "entered_at", "at"
    )
    assert list(entries) == [
        (first.pk, "merge", S.APPROVED, S.MERGED, now - timedelta(minutes=5), now),
        (second.pk, "merge", S.WAITING_MERGE, S.MERGED, now - timedelta(hours=2), now),
    ]
    shared = TimelineEntry.objects.values_list("subject", "actor", "note", "correlation_id")
    assert set(shared) == {("order", user.pk, "same address", "c-1")}


def test_one_row_that_cannot_keeps_all_where_they_are(now: datetime) -> None:
    earlier = now - timedelta(hours=1)
    ready = OrderFactory.create(approved=True, status_at=earlier)
    shipped = OrderFactory.create(shipped=True, status_at=earlier)
    with pytest.raises(IllegalTransition) as refused:
        fire_many(Order, [ready.pk, shipped.pk], "allocate", now=now)
    assert refused.value.standing == {shipped.pk: S.SHIPPED}
    assert standing(ready, shipped) == [(S.APPROVED, earlier), (S.SHIPPED, earlier)]
    assert not TimelineEntry.objects.exists()


def test_row_that_does_not_exist_is_refused_like_any_other(now: datetime) -> None:
    ready = OrderFactory.create(approved=True)
    before = standing(ready)
    with pytest.raises(IllegalTransition) as refused:
        fire_many(Order, [ready.pk, 0], "allocate", now=now + timedelta(hours=1))
    assert refused.value.standing == {0: None}
    assert standing(ready) == before
    assert not TimelineEntry.objects.exists()


def test_unknown_action_is_a_programming_error(now: datetime) -> None:
    order = OrderFactory.create()
    with pytest.raises(UnknownAction):
        fire_many(Order, [order.pk], "aprove", now=now)
    assert standing(order) == [(S.PENDING_REVIEW, order.status_at)]


def test_row_named_twice_moves_once(now: datetime) -> None:
    order = OrderFactory.create()
    fire_many(Order, [order.pk, order.pk], "approve", now=now)
    assert TimelineEntry.objects.count() == 1


def test_nothing_to_move_is_no_error(now: datetime) -> None:
    fire_many(Order, [], "approve", now=now)
    assert not TimelineEntry.objects.exists()


def test_rows_that_nobody_named_stay(now: datetime) -> None:
    named, other = OrderFactory.create_batch(2)
    fire_many(Order, [named.pk], "approve", now=now)
    assert standing(other) == [(S.PENDING_REVIEW, other.status_at)]


def test_instance_in_hand_is_brought_up_to_date(now: datetime) -> None:
    order, later = OrderFactory.create(), now + timedelta(minutes=1)
    fire(order, "approve", now=later)
    assert (order.status, order.status_at) == (S.APPROVED, later)
    assert standing(order) == [(S.APPROVED, later)]


def test_stale_instance_does_not_move_and_stays_as_it_was(now: datetime) -> None:
    order = OrderFactory.create()
    stale = Order.objects.get(pk=order.pk)
    fire(order, "cancel", now=now)
    with pytest.raises(IllegalTransition) as refused:
        fire(stale, "approve", now=now)
    assert refused.value.standing == {order.pk: S.CANCELLED}
    assert stale.status == S.PENDING_REVIEW
    assert standing(order) == [(S.CANCELLED, now)]


def test_other_columns_are_left_alone(now: datetime) -> None:
    order = OrderFactory.create(seller_memo="fragile", is_urgent=True)
    before = Order.objects.filter(pk=order.pk).values().get()
    fire(order, "approve", now=now)
    after = Order.objects.filter(pk=order.pk).values().get()
    moved = {"status": S.APPROVED, "status_at": now}
    assert after == {**before, **moved}


def test_move_of_an_undone_transaction_never_happened(now: datetime) -> None:
    order = OrderFactory.create()
    with transaction.atomic():
        fire(order, "approve", now=now)
        transaction.set_rollback(True)
    assert standing(order) == [(S.PENDING_REVIEW, now)]
    assert not TimelineEntry.objects.exists()


def test_each_kind_of_row_has_its_own_flow_and_name(now: datetime) -> None:
    document = FulfillmentOrderFactory.create()
    fire(document, "release", now=now)
    assert FulfillmentOrder.objects.get(pk=document.pk).status == "released"
    assert TimelineEntry.objects.get().subject == "fulfillment"


def test_hundreds_move_in_few_queries(
    now: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    unsaved = OrderFactory.build_batch(
        600, store=StoreFactory.create(), buyer=None, receiver=None, lines=0
    )
    ids = [order.pk for order in Order.objects.bulk_create(unsaved)]
    with django_assert_max_num_queries(25):
        fire_many(Order, ids, "approve", now=now)
    assert Order.objects.filter(status=S.APPROVED).count() == 600


def test_refusal_tells_how_many_and_what() -> None:
    refused = IllegalTransition("order", "approve", {1: "shipped", 2: None})
    with translation.override("en"):
        assert str(refused).startswith("2 of the rows cannot do this now (approve).")
