"""Goods that left the shelf and are not wanted: asked for, taken in hand, laid back."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.models import Condition, OrderHold, StopToken, User, Warehouse
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.transitions import fire
from warehouse.flows import PutBackStatus
from warehouse.models import Bin, BinStock, PickLine, PutBackTask, ReturnReceipt
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.stock.moves import shift

PERMISSION = "pick"


class NothingToPutBack(Refusal):
    message = _("Nothing of this is to be put back.")


class NotAShelf(Refusal):
    message = _("Goods go back onto a shelf. Scan the shelf's code.")


def ask(
    line: PickLine, *, units: int, from_bin_id: int, now: datetime, shipment_id: int | None = None
) -> PutBackTask:
    """Ask for picked units to be laid back where they came from."""
    wanted = line.fulfillment_line
    task = PutBackTask.objects.create(
        warehouse_id=line.bin.warehouse_id,
        fulfillment_id=wanted.fulfillment_id,
        shipment_id=shipment_id,
        sku_id=line.sku_id,
        lot=line.lot,
        quantity=units,
        from_bin_id=from_bin_id,
        suggested_bin=line.bin,
        reason=wanted.cancel_reason[:200],
        created_at=now,
        status=PutBackStatus.OPEN,
        status_at=now,
    )
    timeline.record_created(task.SUBJECT, [task.pk], task.status, at=now)
    return task


def ask_for_return(
    receipt: ReturnReceipt, *, sku_id: int, units: int, from_bin: Bin, now: datetime
) -> PutBackTask:
    """Ask for good units that a buyer sent back to be laid where others of them lie."""
    task = PutBackTask.objects.create(
        warehouse_id=receipt.warehouse_id,
        receipt=receipt,
        sku_id=sku_id,
        quantity=units,
        from_bin=from_bin,
        suggested_bin=_shelf_of(sku_id, warehouse_id=receipt.warehouse_id),
        reason=receipt.receipt_no,
        created_at=now,
        status=PutBackStatus.OPEN,
        status_at=now,
    )
    timeline.record_created(task.SUBJECT, [task.pk], task.status, at=now)
    return task


def _shelf_of(sku_id: int, *, warehouse_id: int) -> Bin | None:
    """Return the shelf with most good units of a SKU; None if it lies on none."""
    shelves = BinStock.objects.filter(
        bin__warehouse=warehouse_id,
        bin__kind=Bin.Kind.SHELF,
        bin__is_active=True,
        sku=sku_id,
        condition=Condition.GOOD,
    )
    most = shelves.select_related("bin").order_by("-quantity", "pk").first()
    return most.bin if most else None


def current(user: User, *, warehouse_id: int) -> PutBackTask | None:
    """Return what the person has in hand."""
    mine = PutBackTask.objects.filter(
        warehouse=warehouse_id, status=PutBackStatus.TAKEN, worker=user
    )
    return _with_places(mine).order_by("pk").first()


def waiting(warehouse_id: int, *, limit: int = 50) -> list[PutBackTask]:
    rows = PutBackTask.objects.filter(warehouse=warehouse_id, status=PutBackStatus.OPEN)
    return list(_with_places(rows).order_by("created_at", "pk")[:limit])


@atomic_service
def put_back(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Take a scan at the put-back station: first the goods (or their tote), then a shelf.

    :raises NotAllowed: if the person may not pick in the warehouse
    :raises NothingToPutBack: if none of these goods is to go back
    :raises NotAShelf: if the goods in hand are laid elsewhere
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    mine = current(actor, warehouse_id=warehouse_id)
    if mine is None:
        return _take(warehouse_id, scan=scan, actor=actor, now=now)
    mine = lock_row(PutBackTask, mine.pk)
    if scan.command is Command.UNDO:
        fire(mine, "give_up", now=now, actor=actor)
        return Outcome("put_back_given_up", tone=Tone.INFO)
    shelves = Bin.objects.filter(kind=Bin.Kind.SHELF, is_active=True)
    shelf = shelves.filter(pk=scan.id_of("bin") or 0).first()
    if shelf is None:
        raise NotAShelf
    return _lay(mine, shelf, actor=actor, now=now)


def _take(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    found = Q(pk__in=[])
    for kind, column in (("sku", "sku"), ("bin", "from_bin"), ("package", "shipment")):
        if (pk := scan.id_of(kind)) is not None:
            found |= Q(**{column: pk})
    rows = PutBackTask.objects.filter(found, warehouse=warehouse_id, status=PutBackStatus.OPEN)
    task = rows.order_by("created_at", "pk").select_for_update(skip_locked=True).first()
    if task is None:
        raise NothingToPutBack
    task.worker = actor
    task.save(update_fields=["worker"])
    fire(task, "take", now=now, actor=actor)
    return Outcome("put_back_taken", facts={"n": task.quantity})


def _lay(task: PutBackTask, shelf: Bin, *, actor: User, now: datetime) -> Outcome:
    shift(
        task.from_bin_id,
        to_bin_id=shelf.pk,
        sku_id=task.sku_id,
        quantity=task.quantity,
        condition=task.condition,
        now=now,
    )
    task.to_bin, task.done_at = shelf, now
    task.save(update_fields=["to_bin", "done_at"])
    fire(task, "finish", now=now, actor=actor, note=shelf.code)
    if task.shipment_id is not None and task.fulfillment_id is not None:
        lift_stops(task.fulfillment_id, now=now)
    return Outcome("put_back_done", facts={"bin": shelf.code}, tone=Tone.DONE)


def lift_stops(fulfillment_id: int, *, now: datetime) -> None:
    """A parcel was stopped as a whole because some of it was not wanted. When all of that is out,
    the stops of orders that nobody holds are over."""
    rest = PutBackTask.objects.filter(fulfillment=fulfillment_id, shipment__isnull=False)
    if rest.exclude(status=PutBackStatus.DONE).exists():
        return
    held = OrderHold.objects.filter(released_at=None)
    stops = StopToken.objects.filter(fulfillment=fulfillment_id, lifted_at=None)
    over = stops.exclude(order__in=held.values("order"))
    over.update(lifted_at=now, lift_reason="taken out of the parcel")


def _with_places(rows: "QuerySet[PutBackTask]") -> "QuerySet[PutBackTask]":
    return rows.select_related("sku", "from_bin", "suggested_bin", "shipment", "fulfillment")
