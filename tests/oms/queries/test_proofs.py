"""Each proof finds what it is there for: a book in order is bent in one place."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import F

from oms.models import (
    Demand,
    FulfillmentLine,
    MergeMembership,
    Order,
    OrderItem,
    Payment,
    Reservation,
    StockLevel,
    StockMovement,
)
from oms.queries.proofs import PROOFS, violations
from oms.services.orders.cancel import cancel_order
from tests.factories.incoming import Shop, incoming_line
from tests.oms.services.day import Day
from tests.oms.services.floor import Floor, document_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> Day:
    """A merge of two, a shipped order, an order in review and a cancelled one."""
    floor = Floor.open()
    day = Day(Shop())
    day.shop.stock(50)
    floor.ship(document_of(_sent(day, "0")))
    for number in ("1", "2"):
        day.order(number, lines=(incoming_line(quantity=3),))
    day.until(10)
    day.order("3")
    cancel_order(day.order("4").pk, actor=floor.actor, reason="", now=day.now)
    return day


def _sent(day: Day, number: str) -> Order:
    order = day.order(number, buyer=None)
    day.until(0)
    return order


def of_merged() -> dict[str, str]:
    return {"order__status": "merged"}


BENT: dict[str, Callable[[], object]] = {
    "units on documents": lambda: OrderItem.objects.filter(**of_merged()).update(
        assigned_quantity=2
    ),
    "units owed": lambda: Demand.objects.filter(quantity__gt=0).update(quantity=9),
    "reserved stock": lambda: Reservation.objects.filter(quantity=3).update(quantity=2),
    "stock movements": lambda: StockLevel.objects.update(on_hand=F("on_hand") + 1),
    "promised lines": lambda: Reservation.objects.filter(quantity=3).update(quantity=1),
    "living documents": lambda: FulfillmentLine.objects.update(cancelled_at="2026-11-11T00:00Z"),
    "merged orders": lambda: MergeMembership.objects.all().delete(),
    "merged lines": lambda: MergeMembership.objects.filter(order__channel_order_no="1").delete(),
    "paid shares": lambda: OrderItem.objects.update(paid_share=Decimal("49.99")),
    "payments": lambda: Payment.objects.update(amount=F("amount") + Decimal("0.01")),
}


def test_books_in_order_show_nothing(day: Day) -> None:
    assert violations() == []


@pytest.mark.parametrize("proof", BENT)
def test_bent_book_is_found(day: Day, proof: str) -> None:
    BENT[proof]()
    found = {violation.proof for violation in violations()}
    assert proof in found


def test_every_proof_is_tried_here() -> None:
    names = {proof.__name__.replace("_", " ") for proof in PROOFS}
    assert names == set(BENT)


def test_lost_movement_is_found(day: Day) -> None:
    StockMovement.objects.filter(kind="reserve").first().delete()  # type: ignore[union-attr]
    assert {violation.proof for violation in violations()} == {"stock movements"}


def test_cancelled_order_that_still_owes_is_found(day: Day) -> None:
    OrderItem.objects.filter(order__status="cancelled").update(cancelled_quantity=0)
    [violation] = violations()
    assert (violation.proof, dict(violation.facts)["open_units"]) == ("units owed", 1)
