"""Each scan of whoever receives returns."""

from datetime import datetime

from oms.access.checks import require
from oms.models import User, Warehouse
from oms.models.locking import atomic_service, lock_row
from warehouse.models import ReturnCheck
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome
from warehouse.services.receiving import counting, opening, unclaimed
from warehouse.services.receiving.desk import PERMISSION, current, is_known
from warehouse.services.receiving.finishing import finish


@atomic_service
def take_scan(warehouse_id: int, *, scan: Scan, actor: User, now: datetime) -> Outcome:
    """Take one scan at the place where returns are opened.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises Refusal: one of this package, if the scan does not fit
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    mine = current(actor, warehouse_id=warehouse_id)
    if mine is None:
        return opening.open_parcel(warehouse_id, scan=scan, actor=actor, now=now)
    check = lock_row(ReturnCheck, mine.pk)
    if check.finished_at is not None:
        raise opening.ScanParcelFirst
    check.touched_at = now
    check.save(update_fields=["touched_at"])
    if check.is_asking:
        return counting.answer(check, scan=scan)
    if scan.command is not None:
        return _command(check, scan.command, actor=actor, now=now)
    return _item(check, scan, now=now)


def _command(check: ReturnCheck, command: Command, *, actor: User, now: datetime) -> Outcome:
    match command:
        case Command.SEAL if is_known(check):
            return finish(check, actor=actor, now=now)
        case Command.SEAL:
            return unclaimed.book(check, actor=actor, now=now)
        case Command.UNDO:
            return counting.undo(check)
        case Command.NEXT:
            return counting.leave(check, now=now)
    if (condition := counting.GRADES.get(command)) is not None:
        return counting.grade(check, condition=condition)
    raise opening.ParcelInHand


def _item(check: ReturnCheck, scan: Scan, *, now: datetime) -> Outcome:
    """Goods are counted; any other code tells whose the parcel is, as long as nobody knows."""
    if scan.id_of("sku") is not None:
        return counting.count_item(check, scan=scan)
    if not is_known(check):
        return opening.identify(check, code=scan.code, now=now)
    if scan.code.upper() == check.waybill_no:
        return Outcome("parcel_opened", {"text": check.waybill_no})
    if scan.id_of("return") is not None or scan.id_of("waybill") is not None:
        raise opening.ParcelInHand
    return counting.ask_about_unknown(check, scan=scan)
