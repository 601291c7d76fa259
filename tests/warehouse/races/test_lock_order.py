"""Everybody on the floor locks in one order, so nobody ever waits in a circle: not once, also not
in a way that a second try would solve."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError

from oms.models import FulfillmentOrder, Order, User, locking
from oms.models.locking import atomic_service, lock_row
from oms.queries.proofs import violations
from oms.refusals import Refusal
from oms.services.orders.cancel import cancel_locked
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.races.together import queued_behind, refusals, together
from tests.warehouse.services.books import assert_books_are_right
from warehouse.models import PickTask, Wave
from warehouse.services.picking.claiming import claim
from warehouse.services.picking.steps import StepKind, next_step
from warehouse.services.recalling import take_back
from warehouse.services.scanning.scan import scan
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waves.resuming import regroup_upgraded, resume_parked
from warehouse.services.waves.starting import cancel_wave, start_wave

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


@pytest.fixture
def circles(monkeypatch: pytest.MonkeyPatch) -> list[OperationalError]:
    """Note every conflict that a service would answer by starting again."""
    found: list[OperationalError] = []
    judge = locking.is_conflict

    def noting(error: OperationalError) -> bool:
        if judge(error):
            found.append(error)
        return judge(error)

    monkeypatch.setattr(locking, "is_conflict", noting)
    return found


@atomic_service
def cancel(document: FulfillmentOrder) -> None:
    cancel_locked(lock_row(Order, document.order_id or 0), reason="x", now=NOW)


def told(document: FulfillmentOrder) -> Callable[[], None]:
    return partial(take_back, [document.pk], now=NOW)


def planned(floor: Floor) -> list[Wave]:
    return plan_waves(floor.warehouse.pk, now=NOW, actor=None)


def test_wave_is_started_while_one_of_its_documents_is_taken_back(
    circles: list[OperationalError],
) -> None:
    for number in range(ROUNDS):
        floor = Floor()
        sku = floor.goods(9)
        first, gone, last = (floor.document({sku: 1}) for _ in range(3))
        [wave] = planned(floor)
        cancel(gone)
        acts = (partial(start_wave, wave.pk, actor=None, now=NOW), told(gone))
        assert refusals(queued_behind(gone, *acts[:: 1 if number % 2 else -1])) == []
        floor.pick_all()
        for document, status in ((first, "picked"), (gone, "cancelled"), (last, "picked")):
            document.refresh_from_db()
            assert document.status == status
    assert circles == []
    assert_books_are_right()


def test_wave_is_given_up_while_one_of_its_documents_is_taken_back(
    circles: list[OperationalError],
) -> None:
    for number in range(ROUNDS):
        floor = Floor()
        sku = floor.goods(9)
        stays, gone = floor.document({sku: 1}), floor.document({sku: 1})
        [wave] = floor.waves()
        cancel(gone)
        acts = (partial(cancel_wave, wave.pk, actor=floor.manager, now=NOW), told(gone))
        assert refusals(queued_behind(gone, *acts[:: 1 if number % 2 else -1])) == []
        stays.refresh_from_db()
        assert stays.status == "released"
    assert circles == []
    assert_books_are_right()


def walk(floor: Floor, task: PickTask) -> None:
    """Pick as on a phone: what is refused is shown, and the picker does what the screen says."""
    for _scan in range(40):
        task.refresh_from_db()
        if task.status != "claimed" or (step := next_step(task)).kind is StepKind.DONE:
            return
        code = step.lines[0].sku.code if step.kind is StepKind.SKU else ""
        code = code or (step.bin.code if step.kind is StepKind.BIN else "")
        if step.kind is StepKind.PUT and step.slot and step.slot.tote:
            code = step.slot.tote.code
        request = floor.scan("pick", code or floor.tote().code, task_id=task.pk)
        scan(request, actor=User.objects.get(pk=task.picker_id or 0), now=NOW)


def test_a_whole_floor_at_once_never_waits_in_a_circle(circles: list[OperationalError]) -> None:
    for _round in range(ROUNDS):
        floor = Floor()
        goods = [floor.goods(40, shelf=floor.shelf(aisle=n)) for n in range(1, 4)]
        for sku in goods:
            floor.stock(sku, 20)
        pairs = [{goods[n % 3]: 2, goods[(n + 1) % 3]: 1} for n in range(6)]
        begun = [floor.document(pair) for pair in pairs]
        floor.waves()
        task = floor.claim()
        later = [floor.document(pair) for pair in reversed(pairs)]
        waves = planned(floor)
        other = floor.person("warehouse_staff")
        results = together(
            partial(walk, floor, task),
            *(partial(start_wave, wave.pk, actor=None, now=NOW) for wave in waves),
            partial(cancel, begun[1]),
            partial(cancel, later[2]),
            told(begun[1]),
            partial(take_back, [row.pk for row in later], now=NOW),
            partial(claim, floor.warehouse.pk, actor=other, now=NOW),
            partial(resume_parked, floor.warehouse.pk, now=NOW),
            partial(regroup_upgraded, floor.warehouse.pk, now=NOW),
        )
        assert all(isinstance(error, Refusal) for error in refusals(results)), results
        take_back([row.pk for row in (*begun, *later)], now=NOW)
        assert_books_are_right()
        assert violations() == []
    assert circles == []
