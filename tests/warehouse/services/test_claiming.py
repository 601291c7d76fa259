from datetime import timedelta

import pytest

from oms.access.checks import NotAllowed
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import refused
from warehouse.models import PickTask
from warehouse.services.picking.claiming import NotYourTask, NoWork, claim, current, waiting


def test_claimed_documents_are_frozen(floor: Floor) -> None:
    document = floor.document({floor.goods(5): 1})
    floor.waves()
    task = floor.claim()
    document.refresh_from_db()
    assert (task.status, task.picker, task.claimed_at) == ("claimed", floor.worker, NOW)
    assert (document.status, document.frozen_reason) == ("picking", "pick_claimed")


def test_two_pickers_get_two_tasks(floor: Floor) -> None:
    a, b = floor.goods(9), floor.goods(9)
    floor.document({a: 1})
    floor.document({a: 1, b: 1})
    floor.waves()
    first, second = floor.claim(), floor.claim(floor.person("warehouse_staff"))
    assert first != second
    assert waiting(floor.warehouse.pk) == 0


def test_claiming_again_is_going_on(floor: Floor) -> None:
    floor.document({floor.goods(5): 1})
    floor.waves()
    assert floor.claim() == floor.claim() == current(floor.worker, warehouse_id=floor.warehouse.pk)


def test_most_pressing_task_comes_first(floor: Floor) -> None:
    a, b = floor.goods(9), floor.goods(9)
    floor.document({a: 1}, ship_by=NOW + timedelta(hours=9))
    floor.waves()
    soon = floor.document({a: 1, b: 1}, ship_by=NOW + timedelta(hours=1))
    floor.waves()
    urgent = floor.document({a: 1}, is_urgent=True, ship_by=None)
    floor.waves()
    people = [floor.person("warehouse_staff") for _ in range(2)]
    tasks = [floor.claim(person) for person in people]
    assert [task.slots.get().fulfillment_id for task in tasks] == [urgent.pk, soon.pk]


def test_nothing_to_claim_is_said(floor: Floor) -> None:
    with refused(NoWork):
        floor.claim()


def test_document_held_meanwhile_is_left_and_the_rest_goes_on(floor: Floor) -> None:
    sku = floor.goods(9)
    held, free = floor.document({sku: 1}), floor.document({sku: 1})
    floor.waves()
    floor.hold(held)
    task = floor.pick_all()
    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.status, free.status, task.status) == ("waved", "picked", "done")


def test_task_of_stopped_documents_only_is_no_work(floor: Floor) -> None:
    document = floor.document({floor.goods(9): 1})
    floor.waves()
    floor.hold(document)
    with refused(NoWork):
        floor.claim()


def test_handed_back_task_goes_on_with_somebody_else(floor: Floor) -> None:
    sku = floor.goods(9)
    floor.document({sku: 2})
    floor.waves()
    task = floor.claim()
    tote = floor.tote()
    floor.pick(task, tote.code)
    floor.pick(task, floor.warehouse.bins.get(stock__sku=sku, kind="shelf").code)
    floor.pick(task, sku.code)
    floor.pick(task, "CMD:HANDBACK")
    other = floor.person("warehouse_staff")
    again = floor.claim(other)
    assert (again.pk, again.picker) == (task.pk, other)
    with refused(NotYourTask):
        floor.pick(PickTask(pk=task.pk, picker=floor.worker), sku.code)
    floor.pick_all(again)
    assert PickTask.objects.get(pk=task.pk).status == "done"


@pytest.mark.parametrize("role", ["", "customer_service", "inspector"])
def test_others_get_no_work(floor: Floor, role: str) -> None:
    floor.document({floor.goods(5): 1})
    floor.waves()
    with refused(NotAllowed):
        claim(floor.warehouse.pk, actor=floor.person(role), now=NOW)
    assert PickTask.objects.get().status == "waiting"


def test_staff_of_another_warehouse_get_no_work(floor: Floor) -> None:
    floor.document({floor.goods(5): 1})
    floor.waves()
    with refused(NotAllowed):
        claim(floor.warehouse.pk, actor=Floor().worker, now=NOW)
