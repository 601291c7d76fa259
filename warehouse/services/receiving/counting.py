"""Each thing out of the parcel: counted, graded, or asked about."""

from collections import Counter
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from oms.models import Condition, Sku
from oms.privacy.filters import redact
from oms.refusals import Refusal
from warehouse.models import ReturnCheck, ReturnCheckLine
from warehouse.services.barcodes import Command, Scan
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.receiving.desk import (
    Difference,
    counted,
    first_condition,
    is_known,
    units_left,
    wants,
)

GRADES = {
    Command.GOOD: Condition.GOOD,
    Command.DEFECTIVE: Condition.DEFECTIVE,
    Command.QUARANTINE: Condition.QUARANTINE,
}
_ANSWERS = {Command.EXTRA: Difference.EXTRA, Command.WRONG: Difference.WRONG}


class AnswerFirst(Refusal):
    message = _("Answer first: what about %(item)s?")


class NothingToUndo(Refusal):
    message = _("Nothing was scanned yet.")


class LooksNotGood(Refusal):
    message = _("This is not announced goods: it waits for somebody's decision as it is.")


def count_item(check: ReturnCheck, *, scan: Scan) -> Outcome:
    """Count units of a SKU; what nobody expects in this parcel is asked about."""
    sku = Sku.objects.get(pk=scan.id_of("sku") or 0)
    if is_known(check) and units_left(check, sku_id=sku.pk) < scan.quantity:
        return _ask(check, sku=sku, code="", quantity=scan.quantity)
    condition = first_condition(check)
    _add(check, sku=sku, units=scan.quantity, condition=condition, difference=Difference.NONE)
    if not is_known(check):
        return Outcome("item_laid_out", {"text": sku.name})
    left = sum(want.units for want in wants(check)) - sum(
        row.quantity for row in counted(check) if row.difference == Difference.NONE
    )
    if left:
        return Outcome("return_item_counted", {"n": left})
    return Outcome("return_all_there", tone=Tone.DONE)


def ask_about_unknown(check: ReturnCheck, *, scan: Scan) -> Outcome:
    return _ask(check, sku=None, code=redact(scan.code)[:64], quantity=scan.quantity)


def _ask(check: ReturnCheck, *, sku: Sku | None, code: str, quantity: int) -> Outcome:
    check.asked_sku, check.asked_code, check.asked_quantity = sku, code, quantity
    check.save(update_fields=["asked_sku", "asked_code", "asked_quantity"])
    return Outcome("not_expected", {"text": sku.name if sku else code}, tone=Tone.STOP)


def answer(check: ReturnCheck, *, scan: Scan) -> Outcome:
    """Take the answer about a thing that is not expected.

    :raises AnswerFirst: if anything else was scanned
    """
    sku, code, units = check.asked_sku, check.asked_code, check.asked_quantity
    difference = _ANSWERS.get(scan.command) if scan.command else None
    if scan.command is not Command.UNDO and (difference is None or _is_odd(sku, difference)):
        raise AnswerFirst(item=sku.name if sku else code)
    check.asked_sku, check.asked_code, check.asked_quantity = None, "", 0
    check.save(update_fields=["asked_sku", "asked_code", "asked_quantity"])
    if difference is None:
        return Outcome("thing_put_aside", tone=Tone.INFO)
    _add(
        check,
        sku=sku,
        code=code,
        units=units,
        condition=Condition.QUARANTINE,
        difference=difference,
    )
    return Outcome("difference_noted", {"text": sku.name if sku else code}, tone=Tone.INFO)


def _is_odd(sku: Sku | None, difference: str) -> bool:
    """A thing that we do not sell cannot be one too many of ours."""
    return sku is None and difference == Difference.EXTRA


def grade(check: ReturnCheck, *, condition: Condition) -> Outcome:
    """Say in which condition the units of the last scan are.

    :raises NothingToUndo: before any scan
    :raises LooksNotGood: if nobody expected them
    """
    rows = counted(check)
    if not rows:
        raise NothingToUndo
    last = rows[0]
    if last.difference != Difference.NONE:
        raise LooksNotGood
    if last.condition != condition:
        units = min(check.last_quantity or 1, last.quantity)
        _lower(last, units)
        _add(
            check,
            sku=last.sku,
            units=units,
            condition=condition,
            difference=Difference.NONE,
        )
    return Outcome("graded")


def undo(check: ReturnCheck) -> Outcome:
    """Take the units of the last scan out again.

    :raises NothingToUndo: before any scan
    """
    rows = counted(check)
    if not rows:
        raise NothingToUndo
    _lower(rows[0], min(check.last_quantity or 1, rows[0].quantity))
    check.last_quantity = 1
    check.save(update_fields=["last_quantity"])
    return Outcome("return_item_undone", tone=Tone.INFO)


def leave(check: ReturnCheck, *, now: datetime) -> Outcome:
    """Close the parcel again: nothing was received, it can be scanned anew."""
    check.finished_at = now
    check.save(update_fields=["finished_at"])
    return Outcome("parcel_left", tone=Tone.INFO)


def sort_out(check: ReturnCheck) -> None:
    """Compare what lies there with what is expected now: the rest is one too many."""
    rows = [row for row in counted(check) if row.sku_id is not None]
    left = Counter[int]()
    for want in wants(check):
        left[want.sku.pk] += want.units
    for row in sorted(rows, key=lambda row: row.rank):
        fits = min(row.quantity, left[row.sku_id or 0])
        left[row.sku_id or 0] -= fits
        _split(check, row, fits=fits)


def _split(check: ReturnCheck, row: ReturnCheckLine, *, fits: int) -> None:
    over = row.quantity - fits
    condition = Condition(row.condition)
    expected = row.difference == Difference.NONE
    if expected and over:
        _lower(row, over)
        _add(check, sku=row.sku, units=over, condition=condition, difference=Difference.EXTRA)
    elif not expected and fits:
        _lower(row, fits)
        _add(check, sku=row.sku, units=fits, condition=condition, difference=Difference.NONE)


def _add(
    check: ReturnCheck,
    *,
    sku: Sku | None,
    units: int,
    condition: Condition,
    difference: str,
    code: str = "",
) -> None:
    top = ReturnCheckLine.objects.filter(check_row=check).aggregate(top=Max("rank"))["top"] or 0
    row, _made = ReturnCheckLine.objects.get_or_create(
        check_row=check, sku=sku, code=code, condition=condition, difference=difference
    )
    row.quantity += units
    row.rank = top + 1
    row.save(update_fields=["quantity", "rank"])
    check.last_quantity = units
    check.save(update_fields=["last_quantity"])


def _lower(row: ReturnCheckLine, units: int) -> None:
    row.quantity -= units
    row.save(update_fields=["quantity"])
