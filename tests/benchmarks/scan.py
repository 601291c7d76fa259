"""`scan`: one scan of a picker with a full cart, beside a view with one UPDATE and one INSERT."""

import json
from dataclasses import dataclass
from uuid import uuid4

from django.test import override_settings

from oms.models import Warehouse
from tests.benchmarks.harness import Bar, Result, compare
from tests.benchmarks.web import URLS, Door
from tests.benchmarks.world import NOW
from tests.factories.warehouse import Floor
from warehouse.models import PickLine, PickTask, WarehouseSetting
from warehouse.services.picking.steps import StepKind, next_step

SCANS, DOCUMENTS = 200, 12
_PATH = "/wh/api/scan"


@dataclass(frozen=True, slots=True)
class Cart:
    """A task whose picker stands before the bin; a scan of ``code`` is one piece of ``line``."""

    floor: Floor
    task: PickTask
    line: PickLine
    code: str


def run() -> list[Result]:
    """Pieces scanned one after another, as one picker scans them."""
    carts: dict[int, Cart] = {}

    def prepare(number: int) -> None:
        carts[number] = _cart(number)

    with override_settings(ROOT_URLCONF=URLS):
        result = compare(
            "scan",
            product=lambda number: _scan(carts[number], path=_PATH, plain=False),
            baseline=lambda number: _scan(carts[number], path="/bare/scan/", plain=True),
            prepare=prepare,
            work=1,
            unit="s",
            bar=Bar(at_most=4),
            note=f"{SCANS} scans a round, a cart of {DOCUMENTS} documents",
        )
    for cart in carts.values():
        cart.line.refresh_from_db()
        if cart.line.picked != SCANS:
            raise AssertionError(f"{cart.line.picked} of {SCANS} scans counted")
    return [result]


def _scan(cart: Cart, *, path: str, plain: bool) -> None:
    door = Door(plain=plain, user=cart.floor.worker)
    context = {"station": "pick", "warehouse": cart.floor.warehouse.pk, "task": cart.task.pk}
    for _piece in range(SCANS):
        asked = {"idem_key": str(uuid4()), "context": context, "code": cart.code}
        answer = door.post(path, json.dumps(asked | {"line": cart.line.pk}).encode())
        if answer["result"] != "accepted":
            raise AssertionError(str(answer))


def _cart(number: int) -> Cart:
    """A warehouse of its own, a cart of totes, and the picker at the first bin of the walk."""
    floor = Floor(now=NOW)
    Warehouse.objects.filter(pk=floor.warehouse.pk).update(code=f"bench-{number}")
    WarehouseSetting.objects.filter(warehouse=floor.warehouse).update(
        cart_slots=DOCUMENTS, cart_weight_g=10**8, cart_volume_l=10**6, cart_lines=1000
    )
    first = floor.goods(10_000, shelf=floor.shelf(aisle=1, bay=1), weight_g=1)
    others = [
        floor.goods(100, shelf=floor.shelf(aisle=2, bay=place), weight_g=1)
        for place in range(DOCUMENTS)
    ]
    floor.document({first: SCANS + 1, others[0]: 1})
    for sku, beside in zip(others[1:], others, strict=False):
        floor.document({sku: 2, beside: 1})
    floor.waves()
    task = floor.claim()
    while next_step(task).kind is not StepKind.SKU:
        floor.one_step(task)
        task.refresh_from_db()
    line = PickLine.objects.get(pk=next_step(task).lines[0].pk)
    if line.sku_id != first.pk:
        raise AssertionError("the walk begins somewhere else")
    return Cart(floor, task, line, first.code)
