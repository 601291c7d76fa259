from datetime import timedelta

from oms.access.checks import NotAllowed
from oms.models import StopToken, TimelineEntry
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import refused
from warehouse.models import BinStock, PickSlot, WarehouseSetting
from warehouse.services.waves.planning import (
    NOT_ON_SHELVES,
    look,
    plan_waves,
    setting_of,
    waiting,
)


def planned(floor: Floor, **options: bool) -> list[list[int]]:
    waves = plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager, **options)
    slots = PickSlot.objects.filter(task__wave__in=waves).order_by("task", "position")
    return [
        list(slots.filter(task__wave=wave).values_list("fulfillment_id", flat=True))
        for wave in waves
    ]


def test_released_documents_are_planned_and_not_yet_started(floor: Floor) -> None:
    sku = floor.goods(10)
    first, second = floor.document({sku: 1}), floor.document({sku: 2})
    assert planned(floor) == [[first.pk, second.pk]]
    first.refresh_from_db()
    assert first.status == "released"
    assert BinStock.objects.get(sku=sku).promised == 0


def test_planned_document_is_not_planned_again(floor: Floor) -> None:
    floor.document({floor.goods(10): 1})
    planned(floor)
    assert planned(floor) == []


def test_held_stopped_and_foreign_documents_wait(floor: Floor) -> None:
    sku = floor.goods(10)
    held, stopped, free = (floor.document({sku: 1}) for _ in range(3))
    floor.hold(held)
    StopToken.objects.create(
        fulfillment=stopped,
        order=floor.order({sku: 1}),
        reason="x",
        station="released",
        raised_at=NOW,
    )
    other = Floor()
    other.stock(sku, 1)
    other.document({sku: 1})
    assert [row.pk for row in waiting(floor.warehouse.pk)] == [free.pk]


def test_document_without_goods_on_shelves_waits_with_the_reason(floor: Floor) -> None:
    tote = floor.tote()
    sku = floor.goods(5, shelf=tote)
    document = floor.document({sku: 1})
    outlook = look(floor.warehouse.pk)
    assert outlook.candidates == []
    assert outlook.blocked == {document.pk: NOT_ON_SHELVES}
    assert planned(floor) == []


def test_goods_are_counted_once_for_all_candidates(floor: Floor) -> None:
    sku = floor.goods(3)
    first = floor.document({sku: 2}, ship_by=NOW + timedelta(hours=1))
    second = floor.document({sku: 1}, ship_by=NOW + timedelta(hours=2))
    BinStock.objects.filter(sku=sku).update(doubted_at=NOW)
    floor.stock(sku, 2)
    assert planned(floor) == [[first.pk]]
    assert list(look(floor.warehouse.pk).blocked) == [second.pk]


def test_urgent_document_gets_a_wave_of_its_own(floor: Floor) -> None:
    sku = floor.goods(10)
    plain, urgent = floor.document({sku: 1}), floor.document({sku: 1}, is_urgent=True)
    assert planned(floor) == [[urgent.pk], [plain.pk]]


def test_only_due_waves_are_made_by_themselves(floor: Floor) -> None:
    setting = WarehouseSetting.objects.get(warehouse=floor.warehouse)
    setting.wave_wait_minutes, setting.wave_documents = 10, 3
    setting.save()
    sku = floor.goods(20)
    for _ in range(2):
        floor.document({sku: 1}, released_at=NOW - timedelta(minutes=5))
    assert planned(floor, only_due=True) == []
    urgent = floor.document({sku: 1}, is_urgent=True)
    assert planned(floor, only_due=True) == [[urgent.pk]]
    floor.document({sku: 1})
    assert [len(wave) for wave in planned(floor, only_due=True)] == [3]


def test_waited_long_enough_is_due(floor: Floor) -> None:
    WarehouseSetting.objects.filter(warehouse=floor.warehouse).update(wave_wait_minutes=10)
    document = floor.document({floor.goods(2): 1}, released_at=NOW - timedelta(minutes=10))
    assert planned(floor, only_due=True) == [[document.pk]]


def test_cart_caps_come_from_the_warehouse(floor: Floor) -> None:
    WarehouseSetting.objects.filter(warehouse=floor.warehouse).update(cart_slots=1)
    a, b = floor.goods(10), floor.goods(10)
    floor.document({a: 1, b: 1})
    floor.document({a: 1, b: 1})
    [wave] = plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager)
    assert wave.tasks.count() == 2


def test_setting_is_made_at_first_use(floor: Floor) -> None:
    WarehouseSetting.objects.all().delete()
    assert setting_of(floor.warehouse.pk).cart_slots == 12


def test_only_a_manager_plans(floor: Floor) -> None:
    floor.document({floor.goods(2): 1})
    for stranger in (floor.worker, floor.person(), Floor().manager):
        with refused(NotAllowed):
            plan_waves(floor.warehouse.pk, now=NOW, actor=stranger)
    assert not PickSlot.objects.exists()


def test_timeline_knows_when_a_wave_was_made(floor: Floor) -> None:
    floor.document({floor.goods(2): 1})
    [wave] = plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager)
    entry = TimelineEntry.objects.get(subject="wave", subject_id=wave.pk)
    assert (entry.action, entry.actor) == ("create", floor.manager)
