"""One statement leaves what the ORM's way leaves, whatever is asked of whichever levels."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from oms.models import StockLevel, StockMovement, User
from oms.models.inventory import Condition
from oms.queries.proofs import violations
from oms.services.inventory import stock
from oms.services.inventory.stock import Change, Kind, NotEnoughStock
from tests.factories.basics import NOW, SkuFactory, UserFactory, WarehouseFactory
from tests.factories.oms import StockLevelFactory

pytestmark = pytest.mark.property

Way = Callable[..., dict[tuple[int, int], int]]
PLACES, SKUS = 2, 3
_DELTA = st.integers(-4, 4)


@pytest.fixture(autouse=True)
def _books(db: None) -> Iterator[None]:
    """Here stock is reserved for nobody: no document stands behind it."""
    yield
    assert {violation.proof for violation in violations()} <= {"reserved stock"}


@st.composite
def wishes(draw: st.DrawFn) -> tuple[int, int, Condition, int, int]:
    """Place, SKU (one more than have levels), condition, on hand, reserved: never nothing."""
    place, sku = draw(st.integers(0, PLACES - 1)), draw(st.integers(0, SKUS))
    condition = draw(st.sampled_from([Condition.GOOD, Condition.GOOD, Condition.DEFECTIVE]))
    reserved = draw(_DELTA)
    on_hand = draw(st.integers(-4, 0 if reserved else -1))
    return place, sku, condition, on_hand, reserved


class Refused(Exception):
    """Carries out of a block what was left in it, so that the block is rolled back."""

    def __init__(self, left: object) -> None:
        super().__init__()
        self.left = left


@pytest.mark.property
class BothWays(TestCase):
    def setUp(self) -> None:
        self.places = [WarehouseFactory.create() for _place in range(PLACES)]
        self.skus = [SkuFactory.create() for _sku in range(SKUS + 1)]
        self.actor: User = UserFactory.create()
        for place in self.places:
            for position, sku in enumerate(self.skus[:SKUS]):
                StockLevelFactory.create(warehouse=place, sku=sku, on_hand=6 + position)
                taken = Change(place.pk, sku.pk, Kind.RESERVE, reserved=3)
                stock.apply([taken], now=NOW)
        StockLevelFactory.create(
            warehouse=self.places[0], sku=self.skus[0], condition=Condition.DEFECTIVE, on_hand=5
        )

    @given(st.lists(wishes(), min_size=1, max_size=6), st.booleans())
    @settings(max_examples=150)
    def test_same_rows_and_the_same_answer(
        self, asked: list[tuple[int, int, Condition, int, int]], is_somebody: bool
    ) -> None:
        changes = [self._change(number, wish) for number, wish in enumerate(asked)]
        changes.sort(key=lambda change: change.key)
        actor = self.actor if is_somebody else None
        by_rows = self._left(stock._apply_by_rows, changes, actor)
        at_once = self._left(stock._apply_at_once, changes, actor)
        assert at_once == by_rows

    def _change(self, number: int, wish: tuple[int, int, Condition, int, int]) -> Change:
        place, sku, condition, on_hand, reserved = wish
        return Change(
            self.places[place].pk,
            self.skus[sku].pk,
            Kind.SHIP if on_hand else Kind.RESERVE,
            on_hand=on_hand,
            reserved=reserved,
            condition=condition,
            reference=f"FO-{number}",
            note="" if number % 2 else "看一下",
        )

    def _left(self, way: Way, changes: Sequence[Change], actor: User | None) -> object:
        """Return what a way answers and what it leaves, and take it back."""
        try:
            with transaction.atomic():
                raise Refused((_answer(way, changes, actor), _rows()))
        except Refused as outcome:
            return outcome.left


def _answer(way: Way, changes: Sequence[Change], actor: User | None) -> object:
    try:
        return way(changes, now=NOW, actor=actor)
    except NotEnoughStock:
        return NotEnoughStock


def _rows() -> tuple[list[Any], list[Any]]:
    columns = [field.attname for field in StockMovement._meta.concrete_fields if field.name != "id"]
    levels = StockLevel.objects.order_by("pk").values_list()
    return list(levels), list(StockMovement.objects.order_by("pk").values_list(*columns))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_refusal_names_what_is_missing_and_moves_nothing(count: int) -> None:
    levels = [StockLevelFactory.create(on_hand=5) for _level in range(count)]
    before = _rows()
    asked = [
        Change(
            level.warehouse_id, level.sku_id, Kind.RESERVE, reserved=6 if level is levels[-1] else 1
        )
        for level in levels
    ]
    with pytest.raises(NotEnoughStock) as refusal:
        stock.apply(asked, now=NOW)
    assert refusal.value.facts == {"sku": levels[-1].sku.code}
    assert _rows() == before


@pytest.mark.django_db
def test_reservation_asks_the_database_nothing_else() -> None:
    level = StockLevelFactory.create(on_hand=5)
    with CaptureQueriesContext(connection) as queries:
        stock.apply([Change(level.warehouse_id, level.sku_id, Kind.RESERVE, reserved=1)], now=NOW)
    assert len(queries) == 1
    level.refresh_from_db()
    assert level.reserved == 1
