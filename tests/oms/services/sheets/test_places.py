"""The warehouse's lists, which it contributes: bins, and the stock it starts with."""

import pytest
from django.db import transaction

from oms.models import Sku, StockLevel, StockMovement, User, Warehouse
from oms.services.sheets.kinds import Context, Outrun, Row
from tests.factories.oms import NOW, SkuFactory, WarehouseFactory
from tests.factories.warehouse import BinFactory
from tests.oms.services.sheets.files import Rows, complaints, counts, imported, tried
from warehouse.models import Bin, BinStock
from warehouse.services.sheets.opening import OpeningSheet
from warehouse.services.stock.bins import Goods
from warehouse.services.stock.moves import add
from warehouse.services.stock.proof import bins_against_on_hand

BINS = ["库位编码", "库区", "库位类型", "巷道", "列", "层"]
STOCK = ["库位编码", "SKU编码", "数量", "批次", "品质"]
COUNT_IT = "stock of this SKU was booked here already: count it instead"


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    place: Warehouse = WarehouseFactory.create()
    for code in ("A-1", "A-2"):
        BinFactory.create(warehouse=place, code=code)
    for code in ("APPLE", "PEAR"):
        SkuFactory.create(code=code)
    return place


def opening(rows: Rows, *, actor: User, warehouse: Warehouse) -> dict[int, str]:
    """Import opening stock; return the complaints."""
    job = imported("opening_stock", [STOCK, *rows], actor=actor, place_id=warehouse.pk)
    assert list(bins_against_on_hand()) == []
    return complaints(job)


def lying(warehouse: Warehouse) -> set[tuple[str, str, str, int]]:
    rows = BinStock.objects.filter(bin__warehouse=warehouse, quantity__gt=0)
    return set(rows.values_list("bin__code", "sku__code", "condition", "quantity"))


def test_bins_are_added_and_changed_in_their_warehouse(root: User, warehouse: Warehouse) -> None:
    foreign = BinFactory.create(code="B-1")
    rows = [
        BINS,
        ["A-1", "Z", "", "7", "8", "9"],
        ["B-1", "B", "周转箱", "", "", ""],
        ["C", "", "hole", "", "", ""],
    ]
    job = imported("bins", rows, actor=root, place_id=warehouse.pk)
    assert counts(job) == {"changed": 1, "new": 1, "faulty": 1}
    changed = Bin.objects.get(warehouse=warehouse, code="A-1")
    assert (changed.zone, changed.kind, changed.aisle, changed.level) == ("Z", "shelf", 7, 9)
    assert Bin.objects.get(warehouse=warehouse, code="B-1").kind == Bin.Kind.TOTE
    foreign.refresh_from_db()
    assert foreign.kind == Bin.Kind.SHELF


def test_bin_with_goods_stays_of_its_kind(root: User, warehouse: Warehouse) -> None:
    opening([["A-1", "APPLE", "3", "", ""]], actor=root, warehouse=warehouse)
    rows = [BINS, ["A-1", "", "tote", "", "", ""], ["A-2", "", "tote", "", "", ""]]
    job = imported("bins", rows, actor=root, place_id=warehouse.pk)
    assert complaints(job) == {2: "goods lie in this bin: empty it before it becomes another kind"}


def test_opening_stock_lies_in_its_bins_and_in_the_books(root: User, warehouse: Warehouse) -> None:
    rows = [
        ["A-1", "APPLE", "3", "", ""],
        ["A-2", "APPLE", "4", "L1", "良品"],
        ["A-2", "APPLE", "1", "", "次品"],
        ["A-2", "PEAR", "0", "", ""],
    ]
    assert opening(rows, actor=root, warehouse=warehouse) == {}
    assert lying(warehouse) == {
        ("A-1", "APPLE", "good", 3),
        ("A-2", "APPLE", "good", 4),
        ("A-2", "APPLE", "defective", 1),
    }
    levels = StockLevel.objects.filter(warehouse=warehouse)
    assert set(levels.values_list("condition", "on_hand")) == {("good", 7), ("defective", 1)}
    movements = StockMovement.objects.filter(warehouse=warehouse)
    assert {(row.kind, row.actor) for row in movements} == {("opening", root)}


def test_stock_that_was_booked_already_is_to_be_counted(root: User, warehouse: Warehouse) -> None:
    rows = [["A-1", "APPLE", "3", "", ""]]
    assert opening(rows, actor=root, warehouse=warehouse) == {}
    assert opening(rows, actor=root, warehouse=warehouse) == {}
    more = [["A-1", "APPLE", "5", "", ""], ["A-2", "PEAR", "1", "", ""]]
    assert opening(more, actor=root, warehouse=warehouse) == {2: COUNT_IT}
    other_bin = [["A-2", "APPLE", "1", "", ""]]
    assert opening(other_bin, actor=root, warehouse=warehouse) == {2: COUNT_IT}
    assert lying(warehouse) == {("A-1", "APPLE", "good", 3), ("A-2", "PEAR", "good", 1)}


def test_one_faulty_row_holds_the_stock_of_its_sku_back(root: User, warehouse: Warehouse) -> None:
    rows = [
        ["A-1", "APPLE", "3", "", ""],
        ["A-9", "APPLE", "4", "", ""],
        ["A-1", "PEAR", "1", "", ""],
        ["A-1", "PEAR", "1", "", "good"],
        ["A-1", "PLUM", "-1", "", ""],
    ]
    assert opening(rows, actor=root, warehouse=warehouse) == {
        2: "held back, because row 3 belongs to it and is faulty",
        3: "there is no bin “A-9” in use here: import the bins first",
        4: "stands in the file twice: see row 5",
        5: "stands in the file twice: see row 4",
        6: "Quantity: -1 is not between 0 and 10000000",
    }
    mended = [["A-1", "APPLE", "3", "", ""], ["A-2", "APPLE", "4", "", ""]]
    assert opening(mended, actor=root, warehouse=warehouse) == {}
    assert StockLevel.objects.get(sku__code="APPLE").on_hand == 7


def test_dry_run_books_nothing(root: User, warehouse: Warehouse) -> None:
    rows = [STOCK, ["A-1", "APPLE", "3", "", ""]]
    assert counts(tried("opening_stock", rows, actor=root, place_id=warehouse.pk)) == {"new": 1}
    assert not StockMovement.objects.exists()
    assert not BinStock.objects.exists()


def test_level_that_somebody_booked_since_the_plan_is_left_alone(
    root: User, warehouse: Warehouse
) -> None:
    values = {"bin": "A-2", "code": "APPLE", "quantity": 9, "lot": "", "condition": "good"}
    groups = [[Row(2, [], values)]]
    context = Context(warehouse.pk, "sheet:1", root, NOW)
    OpeningSheet().plan(groups, context)
    receive_one_apple(warehouse)
    with pytest.raises(Outrun), transaction.atomic():
        OpeningSheet().apply(groups, context)
    assert lying(warehouse) == {("A-1", "APPLE", "good", 1)}
    OpeningSheet().plan(groups, context)
    assert groups[0][0].reasons == [COUNT_IT]


def receive_one_apple(warehouse: Warehouse) -> None:
    goods = Goods(Sku.objects.get(code="APPLE").pk, 1)
    shelf = Bin.objects.get(warehouse=warehouse, code="A-1")
    add(shelf, goods=goods, kind=StockMovement.Kind.RECEIVE, reference="t", now=NOW, actor=None)
