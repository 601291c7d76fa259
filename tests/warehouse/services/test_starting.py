from datetime import datetime

import pytest

from oms.access.checks import NotAllowed
from oms.services.rounds import PartsFailed
from oms.transitions import IllegalTransition
from tests.factories.basics import WarehouseFactory
from tests.factories.oms import NOW, FulfillmentLineFactory
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import refused
from warehouse.models import Bin, BinStock, PickLine, PickSlot, PickTask, WarehouseSetting
from warehouse.services.recalling import take_back
from warehouse.services.waves import starting
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waves.resuming import resume_parked
from warehouse.services.waves.starting import cancel_wave, start_wave


def plan(floor: Floor) -> int:
    [wave] = plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager)
    return wave.pk


def test_started_wave_promises_bins_and_moves_documents(floor: Floor) -> None:
    sku = floor.goods(10)
    document = floor.document({sku: 3})
    wave = start_wave(plan(floor), actor=floor.manager, now=NOW)
    document.refresh_from_db()
    assert (wave.status, document.status, document.frozen_at) == ("started", "waved", None)
    assert wave.tasks.get().status == "waiting"
    line = PickLine.objects.get()
    assert (line.quantity, line.picked, line.status) == (3, 0, "open")
    assert BinStock.objects.get(sku=sku).promised == 3


def test_lines_are_numbered_along_the_walk(floor: Floor) -> None:
    bins = [floor.shelf(f"B-{n}", aisle=n // 2, bay=n) for n in range(4)]
    goods = {floor.goods(5, shelf=place): 1 for place in reversed(bins)}
    floor.document(goods)
    start_wave(plan(floor), actor=floor.manager, now=NOW)
    walk = PickLine.objects.order_by("position").values_list("bin__code", flat=True)
    assert list(walk) == ["B-0", "B-1", "B-3", "B-2"]


def test_first_in_first_out(floor: Floor) -> None:
    sku = floor.goods(1)
    older = floor.stock(sku, 5, days_ago=9)
    floor.stock(sku, 5, days_ago=2)
    floor.document({sku: 2})
    start_wave(plan(floor), actor=floor.manager, now=NOW)
    assert PickLine.objects.get().bin == older


@pytest.mark.parametrize("kind", [kind for kind in Bin.Kind.values if kind != "shelf"])
def test_only_shelves_are_picked_from(floor: Floor, kind: str) -> None:
    floor.document({floor.goods(5, shelf=floor.shelf(kind=kind)): 1})
    assert plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager) == []


def test_document_stopped_after_planning_stays_out(floor: Floor) -> None:
    sku = floor.goods(10)
    stopped, free = floor.document({sku: 1}), floor.document({sku: 1})
    wave_id = plan(floor)
    floor.hold(stopped)
    start_wave(wave_id, actor=floor.manager, now=NOW)
    stopped.refresh_from_db()
    free.refresh_from_db()
    assert (stopped.status, free.status) == ("released", "waved")
    assert PickSlot.objects.get(fulfillment=stopped).closed_at == NOW


def test_document_whose_goods_went_elsewhere_waits_again(floor: Floor) -> None:
    sku = floor.goods(2)
    document = floor.document({sku: 2})
    wave_id = plan(floor)
    BinStock.objects.filter(sku=sku).update(doubted_at=NOW)
    wave = start_wave(wave_id, actor=floor.manager, now=NOW)
    document.refresh_from_db()
    assert (document.status, wave.status) == ("released", "cancelled")
    BinStock.objects.filter(sku=sku).update(doubted_at=None)
    start_wave(plan(floor), actor=floor.manager, now=NOW)


def test_late_sibling_is_picked_too(floor: Floor) -> None:
    milk, tea = floor.goods(5), floor.goods(5)
    document = floor.document({milk: 1})
    start_wave(plan(floor), actor=floor.manager, now=NOW)
    sibling = floor.order({tea: 2})
    FulfillmentLineFactory.create(fulfillment=document, order_item=sibling.items.get())
    task = floor.claim()
    assert PickLine.objects.filter(slot__task=task, sku=tea).get().quantity == 2
    floor.pick_all(task)
    document.refresh_from_db()
    assert document.status == "picked"


def test_cancelled_document_leaves_the_open_wave_alone(floor: Floor) -> None:
    sku = floor.goods(10)
    gone, stays = floor.document({sku: 1}), floor.document({sku: 4})
    start_wave(plan(floor), actor=floor.manager, now=NOW)
    floor.cancel(gone)
    take_back([gone.pk], now=NOW)
    assert BinStock.objects.get(sku=sku).promised == 4
    assert PickSlot.objects.get(closed_at=None).fulfillment_id == stays.pk


def test_wave_without_documents_is_over(floor: Floor) -> None:
    document = floor.document({floor.goods(10): 1})
    wave_id = plan(floor)
    start_wave(wave_id, actor=floor.manager, now=NOW)
    floor.cancel(document)
    take_back([document.pk], now=NOW)
    slot = PickSlot.objects.select_related("task__wave").get()
    assert (slot.task.status, slot.task.wave.status) == ("cancelled", "cancelled")


def test_document_cancelled_in_a_planned_wave_leaves_it(floor: Floor) -> None:
    document = floor.document({floor.goods(10): 1})
    plan(floor)
    floor.cancel(document)
    take_back([document.pk], now=NOW)
    assert PickSlot.objects.get().closed_at == NOW


def test_upgraded_document_changes_to_an_urgent_wave(floor: Floor) -> None:
    sku = floor.goods(10)
    plain, upgraded = floor.document({sku: 1}), floor.document({sku: 1})
    start_wave(plan(floor), actor=floor.manager, now=NOW)
    upgraded.is_urgent = True
    upgraded.save()
    starting.run(now=NOW)
    slots = PickSlot.objects.filter(closed_at=None).select_related("task__wave")
    urgent = {slot.fulfillment_id: slot.task.wave.is_urgent for slot in slots}
    assert urgent == {plain.pk: False, upgraded.pk: True}


def test_waves_start_by_themselves_where_they_shall(floor: Floor) -> None:
    document = floor.document({floor.goods(10): 1})
    assert starting.run(now=NOW) == 1
    document.refresh_from_db()
    assert document.status == "waved"


def test_warehouse_that_fails_does_not_stop_the_next(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resume(warehouse_id: int, *, now: datetime) -> int:
        if warehouse_id != floor.warehouse.pk:
            raise RuntimeError
        return resume_parked(warehouse_id, now=now)

    WarehouseFactory.create(pk=0)
    monkeypatch.setattr(starting, "resume_parked", resume)
    document = floor.document({floor.goods(10): 1})
    with pytest.raises(PartsFailed, match="waves: warehouse 0"):
        starting.run(now=NOW)
    document.refresh_from_db()
    assert document.status == "waved"


def test_waves_wait_for_a_person_where_they_shall(floor: Floor) -> None:
    WarehouseSetting.objects.update(auto_waves=False)
    floor.document({floor.goods(10): 1})
    assert starting.run(now=NOW) == 0


def test_given_up_wave_gives_everything_back(floor: Floor) -> None:
    sku = floor.goods(10)
    document = floor.document({sku: 3})
    wave_id = plan(floor)
    start_wave(wave_id, actor=floor.manager, now=NOW)
    cancel_wave(wave_id, actor=floor.manager, now=NOW)
    document.refresh_from_db()
    assert (document.status, BinStock.objects.get(sku=sku).promised) == ("released", 0)
    assert plan(floor)


def test_given_up_wave_leaves_a_picker_alone(floor: Floor) -> None:
    document = floor.document({floor.goods(10): 1})
    wave_id = plan(floor)
    start_wave(wave_id, actor=floor.manager, now=NOW)
    task = floor.claim()
    cancel_wave(wave_id, actor=floor.manager, now=NOW)
    floor.pick_all(task)
    document.refresh_from_db()
    assert document.status == "picked"


def test_wave_is_started_once_and_by_a_manager(floor: Floor) -> None:
    floor.document({floor.goods(10): 1})
    wave_id = plan(floor)
    with refused(NotAllowed):
        start_wave(wave_id, actor=floor.worker, now=NOW)
    start_wave(wave_id, actor=floor.manager, now=NOW)
    with refused(IllegalTransition):
        start_wave(wave_id, actor=floor.manager, now=NOW)
    with refused(NotAllowed):
        cancel_wave(wave_id, actor=floor.worker, now=NOW)


def test_one_cancelled_document_does_not_end_a_wave_that_is_only_planned(floor: Floor) -> None:
    sku = floor.goods(9)
    stays, gone = floor.document({sku: 1}), floor.document({sku: 1})
    [wave] = plan_waves(floor.warehouse.pk, now=NOW, actor=None)
    floor.cancel(gone)
    take_back([gone.pk], now=NOW)
    assert PickTask.objects.get().status == "planned"
    start_wave(wave.pk, actor=None, now=NOW)
    floor.pick_all()
    stays.refresh_from_db()
    assert stays.status == "picked"


def test_planned_task_ends_with_its_last_document(floor: Floor) -> None:
    gone = floor.document({floor.goods(9): 1})
    [wave] = plan_waves(floor.warehouse.pk, now=NOW, actor=None)
    floor.cancel(gone)
    take_back([gone.pk], now=NOW)
    assert PickTask.objects.get().status == "cancelled"
    assert start_wave(wave.pk, actor=None, now=NOW).status == "cancelled"
