"""A parcel is put on the table: whose it is, or the search for whose it may be."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oms.models import ExpectedReturn, Shipment, User
from oms.models.locking import lock_row, lock_rows
from oms.privacy.filters import redact
from oms.refusals import Refusal
from oms.services import returns
from warehouse.flows import UnclaimedStatus
from warehouse.models import ReturnCheck, ReturnCheckLine, UnclaimedParcel
from warehouse.services.barcodes import Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.receiving.counting import sort_out
from warehouse.services.receiving.desk import Difference, counted
from warehouse.services.receiving.finding import (
    OPEN,
    Finding,
    find,
    looks_like_waybill,
    marks,
)

LEFT_ALONE = timedelta(minutes=30)
"""After so long without a scan somebody else may take over a parcel that was left open."""


class ScanParcelFirst(Refusal):
    message = _("Scan the waybill on the parcel first.")


class NobodyExpects(Refusal):
    message = _(
        "No return fits %(code)s. Try the waybill, the case, the order or the phone number."
    )


class OpenedByAnother(Refusal):
    message = _("%(person)s has this return open already.")


class ParcelInHand(Refusal):
    message = _("Finish the parcel in hand first.")


class UnclaimedAlready(Refusal):
    message = _("This parcel is booked as unclaimed %(parcel)s and stands in %(bin)s.")


class ReceivedBefore(Refusal):
    message = _("%(number)s was received completely before. Is it another parcel? Book it apart.")


def open_parcel(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Put a parcel on the table.

    :raises ScanParcelFirst: if goods or a button were scanned
    :raises NobodyExpects: if what was typed fits nothing and is no waybill number either
    :raises UnclaimedAlready: if it was booked before and nobody has claimed it
    :raises Refusal: whatever else speaks against it
    """
    if scan.command is not None or not scan.code:
        raise ScanParcelFirst
    found = find(scan.code, warehouse_id=warehouse_id)
    _refuse_what_cannot_come(found)
    if found.is_empty:
        _check_worth_a_search(scan)
    check = _begin(warehouse_id, scan, actor=actor, now=now)
    return _lay_on(check, found, scan.code, now=now)


def identify(check: ReturnCheck, *, code: str, now: datetime) -> Outcome:
    """Find out, with a parcel open on the table, whose it is.

    :raises NobodyExpects: if the code fits nothing
    """
    found = find(code, warehouse_id=check.warehouse_id)
    _refuse_what_cannot_come(found)
    if found.is_empty or found.closed is not None:
        raise NobodyExpects(code=redact(code)[:40])
    _note_marks(check, code)
    return _lay_on(check, found, code, now=now)


def _refuse_what_cannot_come(found: Finding) -> None:
    parcel = found.unclaimed
    if parcel is not None and parcel.status == UnclaimedStatus.OPEN:
        place = parcel.bin.code if parcel.bin else "?"
        raise UnclaimedAlready(parcel=parcel.parcel_no, bin=place)
    if found.closed is not None and found.closed.state == ExpectedReturn.State.RECEIVED:
        raise ReceivedBefore(number=found.closed.return_no)
    if found.shipment is not None and not found.returns:
        _check_shipment(found.shipment)


def _check_shipment(shipment: Shipment) -> None:
    """A delivered box with our old label on it may hold anything: that is for a person."""
    try:
        returns.still_inside(shipment.pk)
    except returns.WasDelivered:
        return


def _check_worth_a_search(scan: Scan) -> None:
    if scan.id_of("sku") is not None or scan.id_of("bin") is not None:
        raise ScanParcelFirst
    if not looks_like_waybill(scan.code):
        raise NobodyExpects(code=redact(scan.code)[:40])


def _begin(warehouse_id: int, scan: Scan, *, actor: User, now: datetime) -> ReturnCheck:
    check, made = ReturnCheck.objects.get_or_create(
        warehouse_id=warehouse_id,
        checked_by=actor,
        finished_at=None,
        defaults={"opened_at": now, "touched_at": now},
    )
    if not made:
        raise ParcelInHand
    _note_marks(check, scan.code)
    return check


def _note_marks(check: ReturnCheck, code: str) -> None:
    known = marks(code)
    if known.tail:
        check.sender_phone_tail = known.tail
        check.sender_phone_fingerprint = known.prints[0] if known.prints else ""
        check.save(update_fields=["sender_phone_tail", "sender_phone_fingerprint"])
    check.searched_for = (known.tail if known.prints else code)[:64]
    check.save(update_fields=["searched_for"])


def _lay_on(check: ReturnCheck, found: Finding, code: str, *, now: datetime) -> Outcome:
    if found.shipment is not None and not _was_delivered(found.shipment):
        _take_shipment(check, found.shipment, now=now)
    if found.is_exact and (found.returns or check.shipment_id):
        return _attach(check, found.returns, code=code, now=now)
    if found.returns:
        return Outcome("parcel_choose", {"n": len(found.returns)}, tone=Tone.INFO)
    if not check.waybill_no and looks_like_waybill(code):
        check.waybill_no = code.upper()[:40]
        check.save(update_fields=["waybill_no"])
    if found.closed is not None:
        return Outcome("parcel_called_off", {"text": found.closed.return_no}, tone=Tone.STOP)
    return Outcome("parcel_unknown", tone=Tone.INFO)


def _was_delivered(shipment: Shipment) -> bool:
    try:
        returns.still_inside(shipment.pk)
    except returns.WasDelivered:
        return True
    except returns.CameBackAlready:
        return False
    return False


def _take_shipment(check: ReturnCheck, shipment: Shipment, *, now: datetime) -> None:
    lock_row(Shipment, shipment.pk)
    _release_elsewhere(check, ReturnCheck.objects.filter(shipment=shipment), now=now)
    check.shipment = shipment
    check.waybill_no = check.waybill_no or shipment.waybill_no or ""
    check.carrier = check.carrier or shipment.carrier
    check.save(update_fields=["shipment", "waybill_no", "carrier"])


def _attach(
    check: ReturnCheck,
    found: Sequence[ExpectedReturn],
    *,
    code: str,
    now: datetime,
) -> Outcome:
    """Say whose the open parcel is; what was scanned before is sorted anew.

    :raises OpenedByAnother: if somebody is at one of these returns just now
    """
    rows = lock_rows(ExpectedReturn, [row.pk for row in found])
    if any(row.state not in OPEN for row in rows):
        raise returns.ReturnClosed
    _release_elsewhere(check, ReturnCheck.objects.filter(returns__in=rows), now=now)
    check.returns.set(rows)
    for row in rows:
        check.waybill_no = check.waybill_no or row.return_waybill_no
        check.carrier = check.carrier or row.return_carrier
    booked = UnclaimedParcel.objects.filter(expected_return__in=rows, receipts=None)
    check.unclaimed = booked.filter(status=UnclaimedStatus.CLAIMED).order_by("pk").first()
    check.save(update_fields=["waybill_no", "carrier", "unclaimed"])
    if check.unclaimed is not None and not counted(check):
        _unpack(check, check.unclaimed)
    sort_out(check)
    text = rows[0].return_no if rows else code
    return Outcome("parcel_opened", {"text": text})


def _release_elsewhere(check: ReturnCheck, rows: "QuerySet[ReturnCheck]", *, now: datetime) -> None:
    """Take over from a person who left it alone; refuse while he is at it."""
    others = rows.filter(finished_at=None).exclude(pk=check.pk).distinct()
    for other in others.select_related("checked_by"):
        if other.touched_at > now - LEFT_ALONE:
            raise OpenedByAnother(person=str(other.checked_by))
        other.finished_at = now
        other.save(update_fields=["finished_at"])


def _unpack(check: ReturnCheck, parcel: UnclaimedParcel) -> None:
    """Lay out what was scanned when the parcel was nobody's: nobody has to scan it again."""
    for rank, line in enumerate(parcel.lines.order_by("pk"), start=1):
        ReturnCheckLine.objects.create(
            check_row=check,
            sku=line.sku,
            code=line.code,
            quantity=line.quantity,
            condition=line.condition,
            difference=Difference.NONE if line.sku_id else Difference.WRONG,
            rank=rank,
        )
