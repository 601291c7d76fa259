from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from oms.access.checks import NotAllowed
from oms.dto import CipherReceiver, LineKind, PaymentTerms
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, Receiver
from oms.services.dispatch import dispatch
from oms.services.holds import hold_order, release_hold
from oms.services.review import (
    CannotUnapprove,
    StillHeld,
    approve_order,
    review_pending,
    unapprove_order,
)
from oms.transitions import IllegalTransition
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import HOME, Shop, at, incoming_line, incoming_order
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"receiver": replace(HOME, phone="")}, "address_incomplete"),
        ({"receiver": replace(HOME, street="")}, "address_incomplete"),
        ({"receiver": replace(HOME, province="", city="")}, "address_incomplete"),
        ({"paid_amount": Decimal("49.99")}, "amount_mismatch"),
        ({"freight": Decimal("6.00"), "paid_amount": Decimal("50.00")}, "amount_mismatch"),
    ],
)
def test_what_a_person_must_look_at_is_held(shop: Shop, told: dict[str, Any], code: str) -> None:
    order = shop.take_in(incoming_order(**told))
    assert review_pending(now=NOW) == 1
    assert status_of(order) == S.PENDING_REVIEW
    assert [hold.code for hold in order.holds.all()] == [code]
    assert review_pending(now=NOW) == 0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"payment_terms": PaymentTerms.COD, "paid_amount": Decimal(0)},
        {"paid_amount": Decimal("60.00")},
        {"seller_discount": Decimal("10.00"), "paid_amount": Decimal("40.00")},
        {"receiver": None, "lines": (incoming_line("V", kind=LineKind.VIRTUAL),)},
        {"receiver": CipherReceiver(platform_ref="oaid-1", province="浙江省")},
    ],
)
def test_what_is_in_order_passes_by_itself(shop: Shop, told: dict[str, Any]) -> None:
    order = shop.take_in(incoming_order(**told))
    assert review_pending(now=NOW) == 1
    assert status_of(order) in (S.APPROVED, S.WAITING_MERGE)


@pytest.mark.parametrize(
    ("model", "column"), [(Receiver, "street"), (Order, "buyer_memo"), (Receiver, "phone")]
)
@pytest.mark.parametrize("damaged", [b"\x01short", b"\x63" + bytes(60)])
def test_order_that_cannot_be_read_is_held_and_the_others_pass(
    shop: Shop, model: type[Model], column: str, damaged: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    orders = [shop.take_in(incoming_order(str(n), buyer_memo="轻放")) for n in range(3)]
    row = orders[0] if model is Order else orders[0].receiver
    assert row is not None
    with connection.cursor() as cursor:
        table = model._meta.db_table
        sql = f"UPDATE {table} SET {column} = %s WHERE id = %s"  # noqa: S608  # names of ours
        cursor.execute(sql, [damaged, row.pk])
    assert review_pending(now=NOW) == 3
    assert status_of(orders[0]) == S.PENDING_REVIEW
    assert {status_of(order) for order in orders[1:]} == {S.WAITING_MERGE}
    assert OrderHold.objects.values_list("order", "code").get() == (
        orders[0].pk,
        "needs_technician",
    )
    assert "UndecryptableValue" in caplog.text
    assert review_pending(now=NOW) == 0


def test_person_approves_what_the_review_held(shop: Shop, floor: Floor) -> None:
    order = shop.take_in(incoming_order(paid_amount=Decimal("49.99")))
    review_pending(now=NOW)
    with pytest.raises(StillHeld):
        approve_order(order.pk, actor=floor.actor, now=at(1))
    release_hold(order.holds.get().pk, actor=floor.actor, note="a cent", now=at(1))
    with pytest.raises(NotAllowed):
        approve_order(order.pk, actor=UserFactory.create(), now=at(1))
    approve_order(order.pk, actor=floor.actor, now=at(1))
    order.refresh_from_db()
    assert (order.status, order.release_at) == (S.WAITING_MERGE, at(11))
    with pytest.raises(IllegalTransition):
        approve_order(order.pk, actor=floor.actor, now=at(1))


def test_approval_is_taken_back_while_nobody_works_on_it(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    with pytest.raises(NotAllowed):
        unapprove_order(order.pk, actor=UserFactory.create(), reason="", now=day.now)
    unapprove_order(order.pk, actor=floor.actor, reason="wrong price", now=day.now)
    assert status_of(order) == S.PENDING_REVIEW
    [hold] = order.holds.all()
    assert (hold.code, hold.detail, hold.placed_by) == ("person", "wrong price", floor.actor)
    assert day.shop.warehouse.stock.get().reserved == 0
    dispatch(now=at(30))
    assert status_of(order) == S.PENDING_REVIEW
    release_hold(hold.pk, actor=floor.actor, note="", now=at(31))
    dispatch(now=at(31))
    assert status_of(order) == S.WAITING_MERGE


def test_approval_is_not_taken_back_from_under_a_picker(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    floor.claim(document_of(order))
    with pytest.raises(CannotUnapprove), transaction.atomic():
        unapprove_order(order.pk, actor=floor.actor, reason="", now=day.now)
    assert status_of(order) == S.RELEASED
    assert not order.holds.exists()
    assert not order.stops.exists()


def test_approval_is_taken_back_from_a_merge(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    unapprove_order(orders[0].pk, actor=floor.actor, reason="", now=day.now)
    assert [status_of(order) for order in orders] == [S.PENDING_REVIEW, S.MERGED]


def test_held_order_is_not_reviewed(shop: Shop, floor: Floor) -> None:
    order = shop.take_in()
    hold_order(order.pk, actor=floor.actor, detail="", now=NOW)
    assert review_pending(now=NOW) == 0
    assert status_of(order) == S.PENDING_REVIEW


def test_review_works_in_pages(shop: Shop) -> None:
    for number in range(5):
        shop.take_in(incoming_order(str(number)))
    assert [review_pending(now=NOW, limit=2) for _page in range(4)] == [2, 2, 1, 0]
