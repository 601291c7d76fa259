"""What a person at a station does, through the services of the station."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import FulfillmentOrder, Shipment, User, Warehouse
from warehouse.flows import TaskStatus, WaybillStatus
from warehouse.models import Bin, PickSlot, PickTask
from warehouse.services.barcodes import read
from warehouse.services.handing_over import at_dock, hand_over
from warehouse.services.packing.check import pack
from warehouse.services.packing.desk import unpacked
from warehouse.services.picking.claiming import NoWork, claim
from warehouse.services.picking.pick import pick
from warehouse.services.picking.steps import Step, StepKind, next_step
from warehouse.services.waybills.labelling import label_parcel

_MOST_CARTS = 50


def pick_cart(
    warehouse: Warehouse, *, picker: User, now: datetime, steps: int = 500
) -> PickTask | None:
    """Claim a cart and walk it, at most so many steps; None if there is nothing to pick."""
    try:
        task = claim(warehouse.pk, actor=picker, now=now)
    except NoWork:
        return None
    for _step in range(steps):
        task.refresh_from_db()
        step = next_step(task)
        if step.kind is StepKind.DONE or task.status != TaskStatus.CLAIMED:
            break
        _do(task, step, picker=picker, now=now)
    return task


def pick_everything(warehouse: Warehouse, *, picker: User, now: datetime) -> None:
    for _cart in range(_MOST_CARTS):
        if pick_cart(warehouse, picker=picker, now=now) is None:
            return


def pack_picked(warehouse: Warehouse, *, packer: User, now: datetime, most: int = 500) -> None:
    """Check and seal what stands at the packing table."""
    rows = FulfillmentOrder.objects.filter(warehouse=warehouse, status=FulfillmentStatus.PICKED)
    for document in rows.order_by("pk")[:most]:
        for code, quantity in _contents(document):
            scan = read(code, user=packer, warehouse_id=warehouse.pk, quantity=quantity)
            pack(warehouse.pk, scan=scan, actor=packer, now=now)


def label_packed(
    warehouse: Warehouse, *, packer: User, now: datetime, most: int = 500
) -> list[Shipment]:
    """Ask the carrier for labels; as soon as it does not answer, the rest waits for the worker."""
    rows = Shipment.objects.filter(
        fulfillment__warehouse=warehouse, status=ShipmentStatus.PACKED
    ).order_by("pk")
    labelled = []
    for parcel in rows[:most]:
        if label_parcel(parcel.pk, actor=packer, now=now).status != WaybillStatus.ISSUED:
            break
        parcel.refresh_from_db()
        labelled.append(parcel)
    return labelled


def collect(warehouse: Warehouse, parcel: Shipment, *, worker: User, now: datetime) -> None:
    """Scan a parcel into the cage."""
    scan = read(parcel.waybill_no or "", user=worker, warehouse_id=warehouse.pk)
    at_dock(warehouse.pk, scan=scan, actor=worker, now=now)


def send_away(warehouse: Warehouse, *, worker: User, now: datetime) -> None:
    """Everything on the shelves goes: picked, packed, labelled, given to the carrier."""
    pick_everything(warehouse, picker=worker, now=now)
    pack_picked(warehouse, packer=worker, now=now)
    labelled = label_packed(warehouse, packer=worker, now=now)
    for parcel in labelled:
        collect(warehouse, parcel, worker=worker, now=now)
    if labelled:
        hand_over(warehouse.pk, actor=worker, now=now)


def _contents(document: FulfillmentOrder) -> Iterator[tuple[str, int]]:
    yield document.fulfillment_no, 1
    for line in unpacked(document.pk):
        whole = not (line.sku.has_serial or line.sku.has_expiry)
        for _scan in range(1 if whole else line.quantity):
            yield line.sku.code, line.quantity if whole else 1


def _do(task: PickTask, step: Step, *, picker: User, now: datetime) -> None:
    place = task.wave.warehouse_id
    quantity = _pieces(step) if step.kind is StepKind.SKU else 1
    found = read(_code(step, place), user=picker, warehouse_id=place, quantity=quantity)
    pick(place, task_id=task.pk, scan=found, actor=picker, now=now)


def _pieces(step: Step) -> int:
    sku = step.lines[0].sku
    return 1 if sku.has_serial or sku.has_expiry else step.remaining


def _code(step: Step, warehouse_id: int) -> str:
    match step.kind:
        case StepKind.TOTE:
            return _free_tote(warehouse_id).code
        case StepKind.BIN:
            return step.bin.code
        case StepKind.PUT if step.slot is not None and step.slot.tote is not None:
            return step.slot.tote.code
    return step.lines[0].sku.code


def _free_tote(warehouse_id: int) -> Bin:
    in_use = PickSlot.objects.filter(tote=OuterRef("pk"), closed_at=None)
    totes = Bin.objects.filter(~Exists(in_use), warehouse=warehouse_id, kind=Bin.Kind.TOTE)
    return totes.order_by("code")[0]
