import pytest

from oms.access.checks import NotAllowed
from oms.models import StockMovement
from oms.services.inventory.stock import NotEnoughStock
from tests.factories.oms import NOW, SkuFactory
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_bin, on_hand, refused
from warehouse.services.stock import BadOpeningRows, OpeningRow, set_opening_stock
from warehouse.services.stock.moves import OnPickList


def opening(floor: Floor, *rows: OpeningRow) -> int:
    return set_opening_stock(floor.warehouse.pk, rows=rows, now=NOW, actor=floor.manager)


def test_list_becomes_the_stock(floor: Floor) -> None:
    a, b = floor.shelf("A-01"), floor.shelf("A-02")
    milk, tea = SkuFactory.create(code="MILK"), SkuFactory.create(code="TEA")
    changed = opening(
        floor,
        OpeningRow("A-01", "MILK", 5),
        OpeningRow("A-02", "MILK", 2),
        OpeningRow("A-02", "TEA", 9, lot="L1"),
    )
    assert changed == 16
    assert (in_bin(a, milk), in_bin(b, milk), in_bin(b, tea)) == (5, 2, 9)
    assert on_hand(floor.warehouse, milk) == 7


def test_same_list_twice_changes_nothing(floor: Floor) -> None:
    floor.shelf("A-01")
    sku = SkuFactory.create(code="MILK")
    rows = [OpeningRow("A-01", "MILK", 5)]
    opening(floor, *rows)
    assert opening(floor, *rows) == 0
    assert StockMovement.objects.filter(sku=sku).count() == 1


def test_corrected_list_books_the_difference(floor: Floor) -> None:
    shelf = floor.shelf("A-01")
    sku = SkuFactory.create(code="MILK")
    opening(floor, OpeningRow("A-01", "MILK", 5))
    assert opening(floor, OpeningRow("A-01", "MILK", 2)) == -3
    assert in_bin(shelf, sku) == on_hand(floor.warehouse, sku) == 2


def test_rows_of_one_place_are_added_up(floor: Floor) -> None:
    shelf = floor.shelf("A-01")
    sku = SkuFactory.create(code="MILK")
    opening(floor, OpeningRow("A-01", "MILK", 5), OpeningRow("A-01", "MILK", 4))
    assert in_bin(shelf, sku) == 9


def test_conditions_are_kept_apart(floor: Floor) -> None:
    floor.shelf("A-01")
    sku = SkuFactory.create(code="MILK")
    opening(
        floor,
        OpeningRow("A-01", "MILK", 5),
        OpeningRow("A-01", "MILK", 3, condition="defective"),
    )
    assert on_hand(floor.warehouse, sku) == 5


def test_every_faulty_row_is_named_and_nothing_changes(floor: Floor) -> None:
    floor.shelf("A-01")
    sku = SkuFactory.create(code="MILK")
    with pytest.raises(BadOpeningRows) as caught:
        opening(
            floor,
            OpeningRow("A-01", "MILK", 5),
            OpeningRow("Z-99", "NONE", 1),
            OpeningRow("A-01", "MILK", -1, condition="lost"),
        )
    assert [number for number, _text in caught.value.problems] == [2, 2, 3, 3]
    assert on_hand(floor.warehouse, sku) == 0


def test_list_below_what_is_promised_is_refused_whole(floor: Floor) -> None:
    shelf = floor.shelf("A-01")
    sku = floor.goods(8, shelf=shelf, code="MILK")
    floor.document({sku: 6})
    with refused(NotEnoughStock):
        opening(floor, OpeningRow("A-01", "MILK", 3))
    assert in_bin(shelf, sku) == on_hand(floor.warehouse, sku) == 8


def test_list_below_what_pickers_shall_take_is_refused(floor: Floor) -> None:
    shelf = floor.shelf("A-01")
    sku = floor.goods(8, shelf=shelf, code="MILK")
    floor.stock(sku, 8)
    floor.document({sku: 6})
    floor.waves()
    with refused(OnPickList, match="6"):
        opening(floor, OpeningRow("A-01", "MILK", 5))
    assert in_bin(shelf, sku) == 8


def test_floor_staff_set_no_opening_stock(floor: Floor) -> None:
    with refused(NotAllowed):
        set_opening_stock(floor.warehouse.pk, rows=[], now=NOW, actor=floor.worker)
