"""Every scan is answered once and written down."""

from dataclasses import replace
from datetime import timedelta

from oms.models import Sku
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_bin, refused
from warehouse.models import PickSlot, PickTask, ScanLog
from warehouse.services.picking.steps import next_step
from warehouse.services.scanning.scan import STATIONS, KeyReused, scan
from warehouse.services.scanning.values import Answer, ScanRequest


def send(floor: Floor, request: ScanRequest) -> Answer:
    return scan(request, actor=floor.worker, now=NOW)


def at_the_shelf(floor: Floor, units: int = 3) -> PickTask:
    """A task whose picker stands before the goods, tote on the cart."""
    floor.document({floor.goods(9): units})
    floor.waves()
    task = floor.claim()
    floor.pick(task, floor.tote().code)
    floor.pick(task, next_step(task).bin.code)
    return task


def test_accepted_scan_is_written_down(floor: Floor) -> None:
    task = at_the_shelf(floor)
    sku = next_step(task).lines[0].sku
    at = NOW - timedelta(seconds=2)
    answer = send(
        floor, floor.scan("pick", sku.code, task_id=task.pk, device="pda-7", client_at=at)
    )
    assert (answer.result, answer.code, answer.kind, answer.facts) == (
        "accepted",
        "item_picked",
        "sku",
        {"n": 2},
    )
    row = ScanLog.objects.get()
    assert (row.user, row.warehouse, row.station, row.device) == (
        floor.worker,
        floor.warehouse,
        "pick",
        "pda-7",
    )
    assert (row.code, row.kind, row.result, row.client_at, row.server_at) == (
        sku.code,
        "sku",
        "accepted",
        at,
        NOW,
    )
    assert row.context == {"task": task.pk, "quantity": 1}


def test_refused_scan_is_written_down_with_its_reason(floor: Floor) -> None:
    task = at_the_shelf(floor)
    answer = send(floor, floor.scan("pick", floor.goods(1).code, task_id=task.pk))
    row = ScanLog.objects.get()
    assert (answer.result, answer.code, answer.tone) == ("refused", "WrongItem", "refused")
    assert (row.result, row.message) == ("refused", answer.message)


def test_same_key_gets_the_same_answer_and_does_nothing(floor: Floor) -> None:
    task = at_the_shelf(floor)
    step = next_step(task)
    request = floor.scan("pick", step.lines[0].sku.code, task_id=task.pk)
    first = send(floor, request)
    again = send(floor, request)
    assert first == again
    assert next_step(task).remaining == 2
    assert ScanLog.objects.count() == 1


def test_refusal_is_replayed_too(floor: Floor) -> None:
    task = at_the_shelf(floor)
    request = floor.scan("pick", "nonsense", task_id=task.pk)
    assert send(floor, request) == send(floor, request)
    assert ScanLog.objects.count() == 1


def test_same_key_with_another_scan_is_refused(floor: Floor) -> None:
    task = at_the_shelf(floor)
    sku = next_step(task).lines[0].sku
    request = floor.scan("pick", sku.code, task_id=task.pk)
    send(floor, request)
    for changed in (
        {"code": "other"},
        {"quantity": 2},
        {"station": "pack"},
        {"task_id": None},
        {"warehouse_id": 99},
    ):
        with refused(KeyReused):
            send(floor, replace(request, **changed))
    with refused(KeyReused):
        scan(request, actor=floor.person("warehouse_staff"), now=NOW)
    assert next_step(task).remaining == 2


def test_crashed_device_loses_no_scan_and_repeats_none(floor: Floor) -> None:
    """It sends again everything it is not sure of, in order."""
    task = at_the_shelf(floor)
    sku = next_step(task).lines[0].sku
    requests = [floor.scan("pick", sku.code, task_id=task.pk) for _ in range(3)]
    for request in (requests[0], requests[0], requests[1], requests[0], requests[1], requests[2]):
        send(floor, request)
    slot = PickSlot.objects.get()
    assert slot.tote is not None
    assert in_bin(slot.tote, Sku.objects.get(pk=sku.pk)) == 3


def test_scan_without_right_is_forbidden_and_written_down(floor: Floor) -> None:
    stranger = floor.person("customer_service")
    for station in STATIONS.keys() - {"find"}:
        answer = scan(floor.scan(station, "X"), actor=stranger, now=NOW)
        assert (answer.result, answer.is_forbidden) == ("refused", True), station
    assert ScanLog.objects.filter(user=stranger, result="refused").count() == len(STATIONS) - 1


def test_unknown_warehouse_and_station_are_refused(floor: Floor) -> None:
    assert send(floor, floor.scan("pick", "X", warehouse_id=10**9)).is_forbidden
    assert send(floor, floor.scan("fly", "X")).code == "UnknownStation"
    assert ScanLog.objects.filter(warehouse=None).count() == 1


def test_code_that_names_a_person_is_kept_masked(floor: Floor) -> None:
    send(floor, floor.scan("find", "13800001111"))
    row = ScanLog.objects.get()
    assert "13800001111" not in f"{row.code} {row.message} {row.answer}"


def test_held_document_is_parked_by_the_refused_scan(floor: Floor) -> None:
    task = at_the_shelf(floor)
    step = next_step(task)
    document = task.slots.get().fulfillment
    floor.hold(document)
    answer = send(floor, floor.scan("pick", step.lines[0].sku.code, task_id=task.pk))
    assert answer.code == "DocumentStopped"
    task.refresh_from_db()
    assert task.slots.get().parked_at == NOW
    assert task.status == "done"  # nothing else is on the cart


def test_anything_is_found(floor: Floor) -> None:
    sku = floor.goods(1)
    answer = send(floor, floor.scan("find", sku.code))
    assert answer.facts == {"kind": "sku", "text": sku.name}
    assert send(floor, floor.scan("find", "what?")).code == "UnknownCode"


def test_start_claims_a_task(floor: Floor) -> None:
    floor.document({floor.goods(1): 1})
    floor.waves()
    assert send(floor, floor.scan("pick", "CMD:START")).code == "task_claimed"
    assert PickTask.objects.get().picker == floor.worker


def test_somebody_elses_task_is_left_alone(floor: Floor) -> None:
    task = at_the_shelf(floor)
    sku = next_step(task).lines[0].sku
    other = floor.person("warehouse_staff")
    answer = scan(floor.scan("pick", sku.code, task_id=task.pk), actor=other, now=NOW)
    assert answer.code == "NotYourTask"
    assert next_step(task).remaining == 3
