"""Each scan at the packing table: the wrong thing never gets into a box."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.models import FulfillmentLine, Shipment, User, Warehouse
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.fulfillment.stations import DocumentStopped, check_open
from warehouse.models import PackCheck, PackCheckLine, PackDesk, PickSlot
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.packing.desk import (
    PERMISSION,
    NothingToPack,
    begin,
    current,
    desk_of,
    in_tote,
    needs,
    set_checked,
)
from warehouse.services.packing.sealing import seal


class ScanToteFirst(Refusal):
    message = _("Scan the tote or the document first.")


class NotInThisDocument(Refusal):
    message = _("Does not belong here: %(item)s. Put it aside.")


class NotWantedAnyMore(Refusal):
    message = _("Cancelled: %(item)s. Leave it in the tote, it will be put back.")


class AllInTheBox(Refusal):
    message = _("Too many: only %(left)d more of %(item)s.")


class OnePieceAtATime(Refusal):
    message = _("Scan %(item)s piece by piece: it has serial numbers or expiry dates.")


@atomic_service
def pack(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Take one scan of a packer.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if the document must not go on
    :raises Refusal: one of this package, if the scan does not fit
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    desk = lock_row(PackDesk, desk_of(actor, warehouse_id=warehouse_id).pk)
    check = current(actor, warehouse_id=warehouse_id)
    if check is None:
        return _open(desk, scan, actor=actor, now=now)
    match scan.command:
        case Command.UNDO | Command.NEXT:
            return _leave(check, now=now)
        case Command.SEAL:
            return _seal(check, desk, actor=actor, now=now)
    return _check_item(check, desk, scan, actor=actor, now=now)


def _open(desk: PackDesk, scan: Scan, *, actor: User, now: datetime) -> Outcome:
    if scan.command is Command.NEXT:
        _lay_on(desk, tote_id=None)
        return Outcome("desk_cleared", tone=Tone.INFO)
    if (document_id := _document_of(scan)) is not None:
        begin(document_id, actor=actor, now=now)
        _lay_on(desk, tote_id=None)
        return Outcome("check_begun")
    if (bin_id := scan.id_of("bin")) is not None:
        return _open_tote(desk, bin_id, actor=actor, now=now)
    if scan.id_of("sku") is not None and desk.tote_id is not None:
        return _match_document(desk, scan, actor=actor, now=now)
    raise ScanToteFirst


def _document_of(scan: Scan) -> int | None:
    if (document_id := scan.id_of("document")) is not None:
        return document_id
    parcel = Shipment.objects.filter(pk=scan.id_of("package") or scan.id_of("waybill") or 0)
    return parcel.values_list("fulfillment_id", flat=True).first()


def _open_tote(desk: PackDesk, tote_id: int, *, actor: User, now: datetime) -> Outcome:
    slots = in_tote(tote_id)
    if not slots:
        raise NothingToPack
    _lay_on(desk, tote_id=tote_id)
    if len(slots) == 1:
        begin(slots[0].fulfillment_id, actor=actor, now=now)
        return Outcome("check_begun")
    return Outcome("tote_opened", {"n": len(slots)})


def _match_document(desk: PackDesk, scan: Scan, *, actor: User, now: datetime) -> Outcome:
    """A tote of many single-item documents: the item says which one is packed next."""
    stop: DocumentStopped | None = None
    for slot in _wanting(desk, scan):
        try:
            check = begin(slot.fulfillment_id, actor=actor, now=now)
        except DocumentStopped as error:
            stop = error
        else:
            return _check_item(check, desk, scan, actor=actor, now=now)
    raise stop or NotInThisDocument(item=_name_of(scan))


def _wanting(desk: PackDesk, scan: Scan) -> list[PickSlot]:
    waiting = in_tote(desk.tote_id or 0)
    lines = FulfillmentLine.objects.filter(
        fulfillment__in=[slot.fulfillment_id for slot in waiting],
        cancelled_at=None,
        sku=scan.id_of("sku") or 0,
    )
    found = set(lines.values_list("fulfillment_id", flat=True))
    return [slot for slot in waiting if slot.fulfillment_id in found]


def _check_item(
    check: PackCheck, desk: PackDesk, scan: Scan, *, actor: User, now: datetime
) -> Outcome:
    check_open(check.fulfillment_id, permission=PERMISSION, actor=actor)
    if gone := _forget_unwanted(check):
        return _take_out(gone)
    open_needs = needs(check)
    fitting = [need for need in open_needs if need.line.sku_id == scan.id_of("sku")]
    if not fitting:
        raise _stranger(check, scan)
    need = next((need for need in fitting if need.left >= scan.quantity), None)
    sku = fitting[0].line.sku
    if need is None:
        raise AllInTheBox(left=max(row.left for row in fitting), item=sku.name)
    if scan.quantity > 1 and (sku.has_serial or sku.has_expiry):
        raise OnePieceAtATime(item=sku.name)
    set_checked(check, line_id=need.line.pk, quantity=need.checked + scan.quantity)
    if sum(row.left for row in open_needs) > scan.quantity:
        return Outcome("item_checked", {"n": need.left - scan.quantity})
    return seal(check, desk=desk, actor=actor, now=now)


def _stranger(check: PackCheck, scan: Scan) -> Refusal:
    gone = FulfillmentLine.objects.filter(
        fulfillment=check.fulfillment_id, cancelled_at__isnull=False, sku=scan.id_of("sku") or 0
    )
    if gone.exists():
        return NotWantedAnyMore(item=_name_of(scan))
    return NotInThisDocument(item=_name_of(scan))


def _name_of(scan: Scan) -> str:
    return scan.matches[0].text if scan.matches else scan.code


def _seal(check: PackCheck, desk: PackDesk, *, actor: User, now: datetime) -> Outcome:
    """Close the box, unless something in it is not wanted any more: asked under the document's
    lock, whether or not the warehouse has heard of the cancellation."""
    check_open(check.fulfillment_id, permission=PERMISSION, actor=actor)
    if gone := _forget_unwanted(check):
        return _take_out(gone)
    return seal(check, desk=desk, actor=actor, now=now)


def _take_out(gone: list[str]) -> Outcome:
    return Outcome("cancelled_in_box", {"items": ", ".join(gone)}, tone=Tone.STOP)


def _forget_unwanted(check: PackCheck) -> list[str]:
    """Uncount what was cancelled after it was scanned and name it: it has to come out of the box
    again."""
    wanted = {need.line.pk: need.units for need in needs(check)}
    gone = []
    rows = PackCheckLine.objects.filter(check_row=check, quantity__gt=0)
    for row in rows.select_related("fulfillment_line__sku").order_by("pk"):
        limit = wanted.get(row.fulfillment_line_id, 0)
        if row.quantity > limit:
            gone.append(f"{row.quantity - limit} × {row.fulfillment_line.sku.name}")
            row.quantity = limit
            row.save(update_fields=["quantity"])
    return gone


def _leave(check: PackCheck, *, now: datetime) -> Outcome:
    """Stop checking: nothing was packed, the document can be scanned again."""
    PackCheckLine.objects.filter(check_row=check).update(quantity=0)
    check.finished_at = now
    check.save(update_fields=["finished_at"])
    return Outcome("check_left", tone=Tone.INFO)


def _lay_on(desk: PackDesk, *, tote_id: int | None) -> None:
    desk.tote_id, desk.shipment = tote_id, None
    desk.save(update_fields=["tote", "shipment"])
