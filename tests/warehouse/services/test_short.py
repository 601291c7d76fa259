from oms.models import Order, OrderHold
from oms.models.locking import lock_row
from oms.services.holds import end_holds
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_kind, refused
from warehouse.models import BinStock, PickSlot, PickTask
from warehouse.services.picking.claiming import NoWork
from warehouse.services.picking.short import NotAtABin
from warehouse.services.picking.steps import next_step
from warehouse.services.stock import count
from warehouse.services.waves import starting


def test_missing_goods_come_from_another_bin(floor: Floor) -> None:
    sku = floor.goods(5)
    other = floor.stock(sku, 5, days_ago=-1)
    document = floor.document({sku: 3})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    empty = next_step(task).bin
    floor.pick(task, empty.code)
    floor.pick(task, sku.code)
    assert floor.pick(task, "CMD:SHORT").code == "short_elsewhere"
    assert BinStock.objects.get(bin=empty.pk).doubted_at == NOW
    step = next_step(task)
    assert (step.bin.code, step.remaining) == (other.code, 2)
    floor.pick_all(task)
    document.refresh_from_db()
    assert document.status == "picked"


def test_goods_that_are_nowhere_hold_their_order_and_the_cart_goes_on(floor: Floor) -> None:
    sku, tea = floor.goods(5), floor.goods(5)
    short, fine = floor.document({sku: 2, tea: 1}), floor.document({tea: 1, sku: 1})
    floor.waves()
    task = floor.claim()
    for _ in range(2):
        floor.pick(task, floor.tote().code)
    while next_step(task).lines[0].sku.pk != sku.pk:
        floor.pick(task, next_step(task).bin.code)
        floor.pick(task, tea.code)
        step = next_step(task)
        assert step.slot is not None
        assert step.slot.tote is not None
        floor.pick(task, step.slot.tote.code)
    first = next_step(task).slot
    assert first is not None
    assert floor.pick(task, "CMD:SHORT").code == "short_noted"
    stopped = short if first.fulfillment_id == short.pk else fine
    hold = OrderHold.objects.get(order=stopped.order)
    assert (hold.code, hold.owner, sku.code in hold.detail) == ("pick_short", "system", True)
    slot = PickSlot.objects.get(fulfillment=stopped)
    assert slot.parked_at == NOW
    # The bin is doubted now, so the other one cannot have it either.
    floor.pick(task, "CMD:SHORT")
    task.refresh_from_db()
    assert task.status == "done"


def test_found_again_goods_let_the_order_go_on(floor: Floor) -> None:
    sku = floor.goods(5)
    document = floor.document({sku: 2})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, next_step(task).bin.code)
    floor.pick(task, sku.code)
    floor.pick(task, "CMD:SHORT")
    row = BinStock.objects.get(sku=sku, bin__kind="shelf")
    count(row.pk, counted=4, now=NOW, actor=floor.manager)
    starting.run(now=NOW)
    with refused(NoWork):  # still held
        floor.claim()
    end_holds(lock_row(Order, document.order_id or 0), code="pick_short", now=NOW)
    starting.run(now=NOW)
    again = floor.claim()
    assert again != task
    assert next_step(again).remaining == 1
    floor.pick_all(again)
    document.refresh_from_db()
    assert document.status == "picked"
    assert in_kind(floor.warehouse, "tote", sku) == 2
    assert PickTask.objects.filter(status="done").count() == 2


def test_ended_hold_without_goods_changes_nothing(floor: Floor) -> None:
    sku = floor.goods(5)
    document = floor.document({sku: 2})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, "CMD:SHORT")
    end_holds(lock_row(Order, document.order_id or 0), code="pick_short", now=NOW)
    starting.run(now=NOW)
    assert PickSlot.objects.get().parked_at == NOW
    with refused(NoWork):
        floor.claim()
    assert PickTask.objects.count() == 1


def test_short_is_said_at_a_bin_only(floor: Floor) -> None:
    floor.document({floor.goods(5): 1})
    floor.waves()
    task = floor.claim()
    for command in ("CMD:SHORT", "CMD:SKIP"):
        with refused(NotAtABin):
            floor.pick(task, command)
