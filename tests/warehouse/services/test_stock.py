from datetime import timedelta

from oms.access.checks import NotAllowed
from oms.models import OutboxEvent, StockMovement
from oms.services.inventory.stock import NotEnoughStock
from tests.factories.oms import NOW, SkuFactory, WarehouseFactory
from tests.factories.warehouse import BinFactory, Floor
from tests.warehouse.services.books import in_bin, on_hand, refused
from warehouse.models import BinStock
from warehouse.services.stock import Goods, NotInBin, count, move, receive
from warehouse.services.stock.bins import take
from warehouse.services.stock.moves import DifferentWarehouse, NothingToMove, OnPickList


def test_received_goods_lie_in_the_bin_and_on_hand(floor: Floor) -> None:
    shelf, sku = floor.shelf(), SkuFactory.create()
    goods = Goods(sku.pk, 7)
    receive(shelf.pk, goods=goods, reference="PO-1", now=NOW, actor=floor.manager)
    assert (in_bin(shelf, sku), on_hand(floor.warehouse, sku)) == (7, 7)
    movement = StockMovement.objects.get(sku=sku)
    assert (movement.kind, movement.on_hand_delta, movement.reference) == ("receive", 7, "PO-1")
    assert OutboxEvent.objects.filter(name="oms.stock.changed", payload__sku_ids=[sku.pk]).exists()


def test_only_whoever_may_adjust_receives(floor: Floor) -> None:
    shelf, sku = floor.shelf(), SkuFactory.create()
    with refused(NotAllowed):
        receive(shelf.pk, goods=Goods(sku.pk, 7), reference="", now=NOW, actor=floor.worker)
    assert on_hand(floor.warehouse, sku) == 0


def test_nothing_cannot_be_received(floor: Floor) -> None:
    shelf, sku = floor.shelf(), SkuFactory.create()
    with refused(NothingToMove):
        receive(shelf.pk, goods=Goods(sku.pk, 0), reference="", now=NOW, actor=floor.manager)


def test_move_changes_bins_and_not_on_hand(floor: Floor) -> None:
    here, there = floor.shelf(), floor.shelf()
    sku = floor.goods(10, shelf=here)
    move(here.pk, to_bin_id=there.pk, sku_id=sku.pk, quantity=4, now=NOW, actor=floor.worker)
    assert (in_bin(here, sku), in_bin(there, sku)) == (6, 4)
    assert on_hand(floor.warehouse, sku) == 10


def test_moved_goods_keep_their_age(floor: Floor) -> None:
    here, there = floor.shelf(), floor.shelf()
    sku = SkuFactory.create()
    floor.stock(sku, 5, shelf=here, days_ago=30)
    move(here.pk, to_bin_id=there.pk, sku_id=sku.pk, quantity=2, now=NOW, actor=floor.worker)
    assert BinStock.objects.get(bin=there).since == NOW - timedelta(days=30)


def test_move_out_of_reach_changes_nothing(floor: Floor) -> None:
    here, foreign = floor.shelf(), BinFactory.create(warehouse=WarehouseFactory.create())
    sku = floor.goods(3, shelf=here)
    with refused(DifferentWarehouse):
        move(here.pk, to_bin_id=foreign.pk, sku_id=sku.pk, quantity=1, now=NOW, actor=floor.worker)
    with refused(NotInBin, match="4"):
        move(
            here.pk,
            to_bin_id=floor.shelf().pk,
            sku_id=sku.pk,
            quantity=4,
            now=NOW,
            actor=floor.worker,
        )
    with refused(NothingToMove):
        move(here.pk, to_bin_id=here.pk, sku_id=sku.pk, quantity=0, now=NOW, actor=floor.worker)
    assert in_bin(here, sku) == 3


def test_move_leaves_what_is_on_a_pick_list(floor: Floor) -> None:
    here, there = floor.shelf(), floor.shelf()
    sku = floor.goods(5, shelf=here)
    floor.document({sku: 4})
    floor.waves()
    with refused(NotInBin):
        move(here.pk, to_bin_id=there.pk, sku_id=sku.pk, quantity=2, now=NOW, actor=floor.worker)
    move(here.pk, to_bin_id=there.pk, sku_id=sku.pk, quantity=1, now=NOW, actor=floor.worker)


def test_oldest_lot_is_taken_first(floor: Floor) -> None:
    shelf, sku = floor.shelf(), SkuFactory.create()
    floor.stock(sku, 3, shelf=shelf, lot="new", days_ago=1)
    floor.stock(sku, 3, shelf=shelf, lot="old", days_ago=9)
    there = floor.shelf()
    move(shelf.pk, to_bin_id=there.pk, sku_id=sku.pk, quantity=4, now=NOW, actor=floor.worker)
    moved = dict(BinStock.objects.filter(bin=there).values_list("lot", "quantity"))
    assert moved == {"old": 3, "new": 1}


def test_take_of_a_named_lot_takes_no_other(floor: Floor) -> None:
    shelf, sku = floor.shelf(), SkuFactory.create()
    floor.stock(sku, 3, shelf=shelf, lot="a")
    with refused(NotInBin):
        take(sku.pk, bin_id=shelf.pk, quantity=1, lot="b")


def test_count_sets_the_bin_and_books_the_difference(floor: Floor) -> None:
    shelf = floor.shelf()
    sku = floor.goods(10, shelf=shelf)
    row = BinStock.objects.get(bin=shelf)
    BinStock.objects.filter(pk=row.pk).update(doubted_at=NOW)
    assert count(row.pk, counted=8, now=NOW, actor=floor.manager) == -2
    row.refresh_from_db()
    assert (row.quantity, row.doubted_at, on_hand(floor.warehouse, sku)) == (8, None, 8)
    assert StockMovement.objects.filter(sku=sku, kind="count").get().on_hand_delta == -2


def test_count_as_expected_books_nothing(floor: Floor) -> None:
    sku = floor.goods(10)
    row = BinStock.objects.get(sku=sku)
    assert count(row.pk, counted=10, now=NOW, actor=floor.manager) == 0
    assert not StockMovement.objects.filter(sku=sku, kind="count").exists()


def test_count_below_what_is_promised_is_refused(floor: Floor) -> None:
    sku = floor.goods(10)
    row = BinStock.objects.get(sku=sku)
    floor.document({sku: 6})
    with refused(NotEnoughStock):
        count(row.pk, counted=5, now=NOW, actor=floor.manager)
    floor.waves()
    with refused(OnPickList, match="6"):
        count(row.pk, counted=5, now=NOW, actor=floor.manager)
    with refused(NotAllowed):
        count(row.pk, counted=9, now=NOW, actor=floor.worker)
