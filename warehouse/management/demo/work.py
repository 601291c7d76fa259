"""Something in every station: a wave that waits, a cart on its way, documents at the packing table.

Done through the services, by the demo's own picker.
"""

from datetime import datetime

from oms.models import User, Warehouse
from warehouse.models import Bin, PickTask
from warehouse.services.barcodes import read
from warehouse.services.picking.claiming import NoWork, claim
from warehouse.services.picking.pick import pick
from warehouse.services.picking.steps import Step, StepKind, next_step
from warehouse.services.waves import starting

PICKER = "cangku"
_MOST_STEPS = 200


def seed_work(now: datetime) -> None:
    """Start the waves that are due and pick the first cart of each warehouse."""
    picker = User.objects.filter(username=PICKER).first()
    starting.run(now=now)
    for warehouse in Warehouse.objects.order_by("code"):
        if picker is not None:
            _pick_one_cart(warehouse, picker, now=now)


def _pick_one_cart(warehouse: Warehouse, picker: User, *, now: datetime) -> None:
    try:
        task = claim(warehouse.pk, actor=picker, now=now)
    except NoWork:
        return
    for _step in range(_MOST_STEPS):
        task.refresh_from_db()
        step = next_step(task)
        if step.kind is StepKind.DONE or task.status != "claimed":
            return
        _do(task, step, picker, now=now)


def _do(task: PickTask, step: Step, picker: User, *, now: datetime) -> None:
    place = task.wave.warehouse_id
    quantity = _pieces(step) if step.kind is StepKind.SKU else 1
    code = _code(step, place)
    found = read(code, user=picker, warehouse_id=place, quantity=quantity)
    pick(place, task_id=task.pk, scan=found, actor=picker, now=now)


def _pieces(step: Step) -> int:
    sku = step.lines[0].sku
    return 1 if sku.has_serial or sku.has_expiry else step.remaining


def _code(step: Step, warehouse_id: int) -> str:
    match step.kind:
        case StepKind.TOTE:
            free = Bin.objects.filter(warehouse=warehouse_id, kind=Bin.Kind.TOTE, slots=None)
            return free.order_by("code")[0].code
        case StepKind.BIN:
            return step.bin.code
        case StepKind.PUT if step.slot is not None and step.slot.tote is not None:
            return step.slot.tote.code
    return step.lines[0].sku.code
