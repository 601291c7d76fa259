from collections.abc import Iterator
from typing import Any

import pytest

from oms.models import Reservation, Sku, StockLevel, StockMovement, Warehouse
from oms.models.inventory import Condition
from oms.queries.proofs import violations
from oms.services.inventory.stock import Change, Kind, NotEnoughStock, apply
from tests.factories.basics import NOW, SkuFactory, UserFactory, WarehouseFactory
from tests.oms.services.day import Day
from tests.oms.services.floor import document_of


@pytest.fixture(autouse=True)
def _books(db: None) -> Iterator[None]:
    """Here stock is reserved for nobody: no document stands behind it."""
    yield
    assert {violation.proof for violation in violations()} <= {"reserved stock"}


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    return WarehouseFactory.create()


@pytest.fixture
def sku(db: None) -> Sku:
    return SkuFactory.create(code="CUP-1")


def levels() -> list[tuple[str, int, int]]:
    rows = StockLevel.objects.order_by("warehouse_id", "sku_id", "condition")
    return [(row.condition, row.on_hand, row.reserved) for row in rows]


def test_change_moves_the_level_and_leaves_one_movement(warehouse: Warehouse, sku: Sku) -> None:
    actor = UserFactory.create()
    receive = Change(warehouse.pk, sku.pk, Kind.RECEIVE, on_hand=5, reference="PO-1", note="dock")
    ids = apply([receive], now=NOW, actor=actor)
    level = StockLevel.objects.get()
    assert ids == {(warehouse.pk, sku.pk): level.pk}
    assert levels() == [("good", 5, 0)]
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.on_hand_delta, movement.reserved_delta) == ("receive", 5, 0)
    assert (movement.reference, movement.note, movement.actor, movement.at) == (
        "PO-1",
        "dock",
        actor,
        NOW,
    )


def test_changes_of_one_level_add_up(warehouse: Warehouse, sku: Sku) -> None:
    apply([Change(warehouse.pk, sku.pk, Kind.RECEIVE, on_hand=5)], now=NOW)
    ship = [
        Change(warehouse.pk, sku.pk, Kind.RESERVE, reserved=3, reference="FO-1"),
        Change(warehouse.pk, sku.pk, Kind.RESERVE, reserved=2, reference="FO-2"),
        Change(warehouse.pk, sku.pk, Kind.SHIP, on_hand=-1, reserved=-1),
    ]
    apply(ship, now=NOW)
    assert levels() == [("good", 4, 4)]
    assert StockMovement.objects.count() == 4


def test_conditions_are_levels_of_their_own(warehouse: Warehouse, sku: Sku) -> None:
    for condition in Condition:
        change = Change(warehouse.pk, sku.pk, Kind.RETURN, on_hand=1, condition=condition)
        apply([change], now=NOW)
    assert levels() == [("defective", 1, 0), ("good", 1, 0), ("quarantine", 1, 0)]


@pytest.mark.parametrize(
    "change",
    [
        {"reserved": 6},
        {"on_hand": -6},
        {"on_hand": -3},
        {"reserved": -4},
        {"on_hand": 1, "reserved": 4},
    ],
)
def test_impossible_change_is_refused_with_everything_beside_it(
    warehouse: Warehouse, sku: Sku, change: dict[str, Any]
) -> None:
    other = SkuFactory.create()
    apply([Change(warehouse.pk, sku.pk, Kind.RECEIVE, on_hand=5)], now=NOW)
    apply([Change(warehouse.pk, sku.pk, Kind.RESERVE, reserved=3)], now=NOW)
    bad = [
        Change(warehouse.pk, other.pk, Kind.RECEIVE, on_hand=7),
        Change(warehouse.pk, sku.pk, Kind.ADJUST, **change),
    ]
    with pytest.raises(NotEnoughStock, match="CUP-1"):
        apply(bad, now=NOW)
    assert levels() == [("good", 5, 3)]
    assert StockMovement.objects.count() == 2


def test_nothing_is_taken_from_where_nothing_ever_was(warehouse: Warehouse, sku: Sku) -> None:
    with pytest.raises(NotEnoughStock):
        apply([Change(warehouse.pk, sku.pk, Kind.RESERVE, reserved=1)], now=NOW)
    assert levels() == []


def test_nothing_to_change_changes_nothing(db: None) -> None:
    assert apply([], now=NOW) == {}


def test_two_lines_of_one_sku_are_one_movement_and_two_promises(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    document = document_of(orders[0])
    movement = StockMovement.objects.get(kind="reserve")
    assert (movement.reserved_delta, movement.reference) == (2, document.fulfillment_no)
    assert list(Reservation.objects.values_list("quantity", flat=True)) == [1, 1]
