"""What happens at the same moment happens one after the other, and never twice."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, Order, Shipment, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.holds import TooLateToHold, place_hold
from oms.services.orders.cancel import TooLateToCancel, cancel_locked
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.races.together import queued_behind, refusals, together
from tests.warehouse.services.books import assert_books_are_right, in_kind, on_hand
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from warehouse.models import Handover, Parcel, PickLine, PickTask, ScanLog, Waybill
from warehouse.services import recalling
from warehouse.services.outcome import Outcome
from warehouse.services.picking.claiming import NoWork, claim
from warehouse.services.picking.steps import next_step
from warehouse.services.scanning.scan import scan
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waves.starting import start_wave
from warehouse.services.waybills.calling import call_carrier
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.requesting import request_waybill

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@atomic_service
def cancel(document: FulfillmentOrder) -> None:
    cancel_locked(lock_row(Order, document.order_id or 0), reason="x", now=NOW)


@atomic_service
def hold(document: FulfillmentOrder) -> None:
    place_hold(lock_row(Order, document.order_id or 0), code="person", owner="person", now=NOW)


def take(floor: Floor, user: User) -> PickTask:
    return claim(floor.warehouse.pk, actor=User.objects.get(pk=user.pk), now=NOW)


def test_two_pickers_never_get_the_same_task() -> None:
    floor = Floor()
    goods = [floor.goods(9) for _ in range(3)]
    for sku in goods:
        floor.document({sku: 1, goods[0]: 1} if sku != goods[0] else {sku: 1})
    floor.waves()
    people = [floor.person("warehouse_staff") for _ in range(4)]
    results = together(*(partial(take, floor, person) for person in people))
    tasks = [result.pk for result in results if isinstance(result, PickTask)]
    assert len(tasks) == len(set(tasks)) == PickTask.objects.filter(status="claimed").count()
    assert all(isinstance(error, NoWork) for error in refusals(results))
    assert_books_are_right()


def test_two_planners_put_a_document_into_one_wave() -> None:
    floor = Floor()
    sku = floor.goods(9)
    for _ in range(3):
        floor.document({sku: 1})
    act = partial(plan_waves, floor.warehouse.pk, now=NOW, actor=None)
    results = together(act, act)
    assert refusals(results) == []
    waves = [wave for result in results if isinstance(result, list) for wave in result]
    assert len(waves) == 1
    together(*(partial(start_wave, waves[0].pk, actor=None, now=NOW) for _ in range(2)))
    assert PickLine.objects.count() == 3
    assert_books_are_right()


def test_same_scan_twice_at_once_counts_once() -> None:
    for _round in range(ROUNDS):
        floor = Floor()
        floor.document({floor.goods(9): 3})
        floor.waves()
        task = floor.claim()
        floor.pick(task, floor.tote().code)
        floor.pick(task, next_step(task).bin.code)
        request = floor.scan("pick", next_step(task).lines[0].sku.code, task_id=task.pk)
        act = partial(scan, request, actor=floor.worker, now=NOW)
        answers = queued_behind(task, act, act, act)
        assert refusals(answers) == []
        assert answers[0] == answers[1] == answers[2]
        assert next_step(task).remaining == 2
        assert ScanLog.objects.filter(idem_key=request.idem_key).count() == 1
    assert_books_are_right()


def test_different_scans_at_once_are_both_counted() -> None:
    floor = Floor()
    floor.document({floor.goods(9): 3})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, next_step(task).bin.code)
    code = next_step(task).lines[0].sku.code
    requests = [floor.scan("pick", code, task_id=task.pk) for _ in range(3)]
    acts = [partial(scan, row, actor=floor.worker, now=NOW) for row in requests]
    results = queued_behind(task, *acts)
    assert refusals(results) == []
    task.refresh_from_db()
    assert task.status == "done"
    assert_books_are_right()


def test_cancel_against_claim_leaves_no_goods_in_between() -> None:
    for number in range(ROUNDS):
        floor = Floor()
        document = floor.document({floor.goods(9): 2})
        floor.waves()
        acts = (partial(take, floor, floor.worker), partial(cancel, document))
        results = queued_behind(document, *(acts if number % 2 else reversed(acts)))
        assert all(isinstance(error, Refusal) for error in refusals(results))
        recalling.take_back([document.pk], now=NOW)
        document.refresh_from_db()
        assert document.status == FulfillmentStatus.CANCELLED
        assert_books_are_right()


def labelled(floor: Floor, path: Path) -> tuple[FulfillmentOrder, Shipment]:
    with simulated_sf(path) as bench:
        account_at(bench, floor.warehouse)
        document = floor.packed({floor.goods(9): 1})
        label_parcel(Shipment.objects.get(fulfillment=document).pk, actor=floor.worker, now=NOW)
    return document, Shipment.objects.get(fulfillment=document)


@pytest.mark.parametrize("stop", [cancel, hold])
def test_stop_against_hand_over_tells_the_truth(
    stop: Callable[[FulfillmentOrder], None], tmp_path: Path
) -> None:
    """One of them comes first for certain: either it left, or it stays and nothing was booked."""
    for number in range(ROUNDS):
        floor, path = Floor(), tmp_path / str(number)
        path.mkdir()
        document, parcel = labelled(floor, path)
        sku = document.lines.get().sku
        floor.at_dock(parcel.waybill_no or "")
        leave, stay = partial(floor.at_dock, "CMD:HANDOVER"), partial(stop, document)
        order = Order.objects.get(pk=document.order_id or 0)
        results = queued_behind(order, *((leave, stay) if number % 2 else (stay, leave)))
        gone, stopped = results if number % 2 else reversed(results)
        parcel.refresh_from_db()
        if parcel.status == "handed_over":
            assert isinstance(gone, Outcome)
            assert isinstance(stopped, TooLateToCancel | TooLateToHold)
            assert on_hand(floor.warehouse, sku) == 8
        else:
            assert stopped is None
            assert isinstance(gone, DocumentStopped)
            assert on_hand(floor.warehouse, sku) == 9
            assert in_kind(floor.warehouse, "packing", sku) == 1
        assert_books_are_right()


def test_scan_against_hand_over_locks_no_parcel_in(tmp_path: Path) -> None:
    """Two devices under one login: what is scanned while the hand-over closes leaves with it, or
    with the next one."""
    floor = Floor()
    with simulated_sf(tmp_path) as bench:
        account_at(bench, floor.warehouse)
        for _parcel in range(2 * ROUNDS):
            document = floor.packed({floor.goods(9): 1})
            label_parcel(Shipment.objects.get(fulfillment=document).pk, actor=floor.worker, now=NOW)
    numbers = [parcel.waybill_no or "" for parcel in Shipment.objects.order_by("pk")]
    for number in range(ROUNDS):
        first, second = numbers[2 * number : 2 * number + 2]
        floor.at_dock(first)
        handover = Handover.objects.get(closed_at=None)
        acts = (partial(floor.at_dock, "CMD:HANDOVER"), partial(floor.at_dock, second))
        assert refusals(queued_behind(handover, *(acts if number % 2 else reversed(acts)))) == []
        assert not Parcel.objects.filter(
            shipment__status="labelled", handover__closed_at__isnull=False
        ).exists()
        if floor.collected():
            floor.at_dock("CMD:HANDOVER")
        gone = Shipment.objects.filter(waybill_no__in=(first, second), status="handed_over")
        assert gone.count() == 2
    assert_books_are_right()


def test_two_requests_and_two_callers_make_one_waybill(tmp_path: Path) -> None:
    floor = Floor()
    with simulated_sf(tmp_path) as bench:
        account_at(bench, floor.warehouse)
        document = floor.packed({floor.goods(9): 1})
        parcel = Shipment.objects.get(fulfillment=document)
        ask = partial(request_waybill, parcel.pk, actor=floor.worker, now=NOW)
        first, second = queued_behind(document, ask, ask)
        assert first == second
        assert isinstance(first, Waybill)
        call = partial(call_carrier, first.pk, now=NOW)
        together(call, call, call)
        assert len(bench.numbers()) == 1
    assert Waybill.objects.get().status == "issued"


def test_two_totes_are_not_one() -> None:
    floor = Floor()
    a, b = floor.goods(9), floor.goods(9)
    floor.document({a: 1})
    floor.document({a: 1, b: 1})
    floor.waves()
    people = [floor.person("warehouse_staff") for _ in range(2)]
    tasks = [floor.claim(person) for person in people]
    tote = floor.tote()
    results = queued_behind(tote, *(partial(floor.pick, task, tote.code) for task in tasks))
    assert len(refusals(results)) == 1
