"""A picker waits for every scan: what it asks the database is counted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import body, post, signed_in, told
from warehouse.models import PickLine, PickTask, ScanLog
from warehouse.services.picking.steps import StepKind, next_step

# Session, person, scanned before?, what the code is, rights, task, cart, document,
# stops, the log; and the booking: one statement, or row by row.
STATEMENTS = {"postgresql": 11, "sqlite": 16}


def at_the_shelf(floor: Floor, *, documents: int) -> PickTask:
    """A cart of many documents, its picker before the first bin; one piece lies in the tote."""
    first, other = floor.goods(99, shelf=floor.shelf(aisle=1)), floor.goods(99)
    for _number in range(documents):
        floor.document({first: 5, other: 2})
    floor.waves()
    task = floor.claim()
    while next_step(task).kind is not StepKind.SKU:
        floor.one_step(task)
        task.refresh_from_db()
    floor.one_step(task)
    return task


def asked_by_a_scan(client: Client, floor: Floor, task: PickTask) -> list[str]:
    code = next_step(task).lines[0].sku.code
    with CaptureQueriesContext(connection) as asked:
        answer = told(post(client, body(floor, "pick", code, task=task.pk)))
    assert (answer["result"], answer["screen"]["context"]["task"]) == ("accepted", task.pk)
    return [row["sql"] for row in asked]


@pytest.mark.parametrize("documents", [1, 4])
def test_scan_of_goods_asks_the_same_whatever_lies_on_the_cart(
    floor: Floor, documents: int
) -> None:
    task = at_the_shelf(floor, documents=documents)
    client = signed_in(floor.worker)
    picked = PickLine.objects.get(picked=1).pk
    asked = asked_by_a_scan(client, floor, task)
    assert len(asked) == STATEMENTS[connection.vendor], "\n".join(asked)
    assert PickLine.objects.get(pk=picked).picked == 2
    assert ScanLog.objects.count() == 1


def test_screen_in_the_answer_is_the_one_that_is_read_anew(floor: Floor) -> None:
    task = at_the_shelf(floor, documents=2)
    client = signed_in(floor.worker)
    code = next_step(task).lines[0].sku.code
    for _piece in range(2):
        answer = told(post(client, body(floor, "pick", code, task=task.pk)))
        shown = client.get("/wh/api/screen/pick", {"warehouse": floor.warehouse.pk}).json()
        assert answer["screen"] == shown["screen"]
