"""Make the pick lines say what the documents want: the one place where they come and go.

Called when a wave starts, when a task is claimed (late siblings may have joined until then), when
something is recalled, and when a picker finds too little.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from oms.audit import timeline
from oms.models import FulfillmentLine
from oms.transitions import fire_rows
from warehouse.flows import PickStatus
from warehouse.models import BinStock, PickLine, PickSlot, PickTask
from warehouse.services import putting_back
from warehouse.services.stock.bins import lock_shelves, promise, shelves, unpromise
from warehouse.waves.allocation import Shelf, Want, allocate
from warehouse.waves.walk import Spot, s_shape

Missing = dict[int, dict[int, int]]
"""{slot id: {document line id: units that no shelf has}}"""


@dataclass
class _Page:
    """What is wanted and what is planned, of some slots."""

    wanted: dict[int, list[FulfillmentLine]] = field(default_factory=lambda: defaultdict(list))
    planned: dict[int, list[PickLine]] = field(default_factory=lambda: defaultdict(list))


def align(slots: Sequence[PickSlot], *, warehouse_id: int, now: datetime) -> Missing:
    """Plan what is missing on pick lines, give up what is not wanted; return what no shelf has.

    Tasks and documents are locked by the caller: from here on it is the shelves' turn.
    """
    page = _load(slots)
    gaps = [(slot, line, gap) for slot in slots for line, gap in _gaps(slot, page)]
    if not gaps:
        return {}
    lock_shelves(warehouse_id, sku_ids=[line.sku_id for _slot, line, _gap in gaps])
    wants: dict[int, list[Want]] = defaultdict(list)
    for slot, line, gap in gaps:
        if gap > 0:
            wants[slot.pk].append(Want(line.pk, line.sku_id, gap))
        else:
            give_up(page.planned[line.pk], units=-gap, slot=slot, now=now)
    return _plan(slots, wants, warehouse_id=warehouse_id, now=now)


def _gaps(slot: PickSlot, page: _Page) -> Iterator[tuple[FulfillmentLine, int]]:
    """Yield the document's lines of which too few units are planned, or (negative) too many."""
    for line in page.wanted[slot.fulfillment_id]:
        units = 0 if line.cancelled_at else line.quantity
        gap = units - sum(_live(row) for row in page.planned[line.pk])
        if gap:
            yield line, gap


def _load(slots: Sequence[PickSlot]) -> _Page:
    page = _Page()
    documents = [slot.fulfillment_id for slot in slots]
    for line in FulfillmentLine.objects.filter(fulfillment__in=documents).order_by("pk"):
        page.wanted[line.fulfillment_id].append(line)
    rows = PickLine.objects.filter(slot__in=slots).exclude(status=PickStatus.CANCELLED)
    for row in rows.select_related("bin", "fulfillment_line").order_by("pk"):
        page.planned[row.fulfillment_line_id].append(row)
    return page


def _live(row: PickLine) -> int:
    """Units of a line that the document still gets."""
    return row.quantity - row.put_back


def give_up(
    lines: Iterable[PickLine],
    *,
    units: int,
    slot: PickSlot,
    now: datetime,
    doubted: bool = False,
) -> None:
    """Take units off pick lines: first those still on the shelf, then picked ones, which become a
    put-back. ``doubted``: they are not on the shelf where the books say."""
    left = units
    rows = list(lines)
    for row in rows:
        left -= _leave_on_shelf(row, units=left, now=now, doubted=doubted)
    if slot.tote_id is not None and slot.closed_at is None:
        send_back(rows, units=left, from_bin_id=slot.tote_id, now=now)


def _leave_on_shelf(row: PickLine, *, units: int, now: datetime, doubted: bool) -> int:
    if row.status != PickStatus.OPEN or units <= 0:
        return 0
    leaving = min(row.quantity - row.picked, units)
    unpromise(
        row.sku_id,
        bin_id=row.bin_id,
        lot=row.lot,
        quantity=leaving,
        doubted_at=now if doubted else None,
    )
    if leaving == row.quantity:
        fire_rows([row], "cancel", now=now)
        return leaving
    row.quantity -= leaving
    row.save(update_fields=["quantity"])
    if row.picked == row.quantity:
        fire_rows([row], "finish", now=now)
    return leaving


def send_back(
    rows: Iterable[PickLine],
    *,
    units: int,
    from_bin_id: int,
    now: datetime,
    shipment_id: int | None = None,
) -> None:
    """Have picked units put back from where they are: the tote, or the parcel they were in."""
    left = units
    for row in rows:
        leaving = min(row.picked - row.put_back, left)
        if leaving <= 0:
            continue
        left -= leaving
        row.put_back += leaving
        row.save(update_fields=["put_back"])
        putting_back.ask(
            row, units=leaving, from_bin_id=from_bin_id, now=now, shipment_id=shipment_id
        )


def _plan(
    slots: Sequence[PickSlot],
    wants: dict[int, list[Want]],
    *,
    warehouse_id: int,
    now: datetime,
) -> Missing:
    sku_ids = {want.sku_id for rows in wants.values() for want in rows}
    stock = {row.pk: row for row in shelves(warehouse_id, sku_ids=sku_ids)} if sku_ids else {}
    free = [as_shelf(row) for row in stock.values()]
    new, missing = list[PickLine](), Missing()
    for slot in slots:
        if not wants[slot.pk]:
            continue
        takes, short = allocate(wants[slot.pk], free)
        new += [
            _new_line(slot, take.want, stock[take.shelf], take.quantity, now=now) for take in takes
        ]
        if short:
            missing[slot.pk] = short
    PickLine.objects.bulk_create(new)
    ids = [row.pk for row in new]
    timeline.record_created(PickLine.SUBJECT, ids, PickStatus.OPEN, at=now)
    return missing


def _new_line(
    slot: PickSlot, fulfillment_line_id: int, stock: BinStock, units: int, *, now: datetime
) -> PickLine:
    promise(stock.pk, quantity=units)
    return PickLine(
        slot=slot,
        fulfillment_line_id=fulfillment_line_id,
        bin=stock.bin,
        sku_id=stock.sku_id,
        lot=stock.lot,
        quantity=units,
        status=PickStatus.OPEN,
        status_at=now,
    )


def as_shelf(row: BinStock) -> Shelf:
    return Shelf(row.pk, row.sku_id, row.bin.zone, row.quantity - row.promised)


def order_walk(task: PickTask) -> None:
    """Number a task's open lines in walking order; what was picked keeps its number."""
    lines = PickLine.objects.filter(slot__task=task)
    start = lines.exclude(status=PickStatus.OPEN).aggregate(last=Max("position"))["last"] or 0
    open_lines = list(lines.filter(status=PickStatus.OPEN).select_related("bin"))
    spots = {
        row.pk: Spot(row.bin.zone, row.bin.aisle, row.bin.bay, row.bin.level, row.bin.code)
        for row in open_lines
    }
    places = {key: number for number, key in enumerate(s_shape(spots), start=start + 1)}
    for row in open_lines:
        row.position = places[row.pk]
    PickLine.objects.bulk_update(open_lines, ["position"], batch_size=200)
