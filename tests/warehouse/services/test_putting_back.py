from oms.access.checks import NotAllowed
from oms.models import FulfillmentOrder, Sku
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_bin, in_kind, refused
from warehouse.models import PutBackTask
from warehouse.services import putting_back
from warehouse.services.outcome import Tone
from warehouse.services.recalling import take_back


def unwanted(floor: Floor, sku: Sku, units: int = 2) -> FulfillmentOrder:
    """A document that was cancelled when its goods were in the tote."""
    document = floor.document({sku: units})
    floor.waves()
    floor.pick_all()
    floor.cancel(document)
    take_back([document.pk], now=NOW)
    return document


def test_goods_go_back_to_any_shelf(floor: Floor) -> None:
    milk, shelf = floor.goods(9), floor.shelf()
    unwanted(floor, milk)
    taken, done = floor.put_back(milk.code, shelf.code)
    assert (taken.facts, done.tone) == ({"n": 2}, Tone.DONE)
    task = PutBackTask.objects.get()
    assert (task.status, task.to_bin, task.worker, task.done_at) == (
        "done",
        shelf,
        floor.worker,
        NOW,
    )
    assert (in_bin(shelf, milk), in_kind(floor.warehouse, "tote", milk)) == (2, 0)


def test_tote_leads_to_what_lies_in_it(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    task = PutBackTask.objects.get()
    floor.put_back(task.from_bin.code)
    assert putting_back.current(floor.worker, warehouse_id=floor.warehouse.pk) == task


def test_place_they_came_from_is_suggested(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    suggested = PutBackTask.objects.get().suggested_bin
    assert suggested is not None
    assert in_bin(suggested, milk) == 7


def test_only_a_shelf_takes_them(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    floor.put_back(milk.code)
    for code in (floor.tote().code, milk.code, "nowhere"):
        with refused(putting_back.NotAShelf):
            floor.put_back(code)
    assert PutBackTask.objects.get().status == "taken"


def test_goods_in_hand_can_be_left(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    floor.put_back(milk.code, "CMD:UNDO")
    assert PutBackTask.objects.get().status == "open"
    assert floor.put_back(milk.code, user=floor.person("warehouse_staff"))


def test_nobody_else_gets_what_somebody_has_in_hand(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    floor.put_back(milk.code)
    with refused(putting_back.NothingToPutBack):
        floor.put_back(milk.code, user=floor.person("warehouse_staff"))


def test_nothing_to_put_back_is_said(floor: Floor) -> None:
    with refused(putting_back.NothingToPutBack):
        floor.put_back(floor.goods(9).code)
    assert putting_back.waiting(floor.warehouse.pk) == []


def test_strangers_put_nothing_back(floor: Floor) -> None:
    milk = floor.goods(9)
    unwanted(floor, milk)
    for stranger in (floor.person("customer_service"), Floor().worker):
        with refused(NotAllowed):
            floor.put_back(milk.code, user=stranger)
    assert PutBackTask.objects.get().status == "open"
