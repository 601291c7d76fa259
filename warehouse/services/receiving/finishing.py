"""The parcel is empty: stock, bins, the receipt and its event, in one transaction, once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from oms.events import bus
from oms.events.types import ReturnReceived
from oms.evidence.append import append
from oms.models import Condition, ExpectedReturn, User
from oms.models.base import new_number
from oms.services import returns
from oms.services.returns import Found
from warehouse.models import Bin, ReceiptLine, ReturnCheck, ReturnCheckLine, ReturnReceipt
from warehouse.services import putting_back
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.receiving.desk import Difference, counted, return_bin
from warehouse.services.receiving.finding import OPEN
from warehouse.services.stock.bins import Goods, put


@dataclass(frozen=True, slots=True)
class _Act:
    """Who empties which parcel into which bin. ``pool`` are announced units by (SKU, condition)
    that no return has taken yet, ``odd`` the rest of what lay in it."""

    check: ReturnCheck
    receipt: ReturnReceipt
    place: Bin
    actor: User
    now: datetime
    pool: Counter[tuple[int, str]]
    odd: Sequence[ReturnCheckLine]
    numbers: list[str] = field(default_factory=list)


def finish(check: ReturnCheck, *, actor: User, now: datetime) -> Outcome:
    """Receive what was counted; what is missing stays expected, what is too much is written down.

    A return that was called off or received in this very moment is let go of: what was scanned
    stays on the table, for another return or to be booked as unclaimed.
    """
    ids = list(check.returns.values_list("pk", flat=True))
    locked = returns.lock_returns(ids, shipment_id=check.shipment_id)
    gone = [row for row in locked if row.state not in OPEN]
    if gone:
        check.returns.remove(*gone)
        return Outcome("return_gone", {"text": gone[0].return_no}, tone=Tone.STOP)
    lines = counted(check)
    act = _begin(check, lines, actor=actor, now=now)
    for expected in locked:
        _take(act, expected, is_first=expected == locked[0])
    if check.shipment_id is not None and (not locked or +act.pool):
        _take(act, _own_parcel(act), is_first=not locked)
    units = sum(row.quantity for row in lines)
    _close(act, units=units)
    return Outcome("return_received", {"n": units, "bin": act.place.code}, tone=Tone.DONE)


def _begin(
    check: ReturnCheck, lines: Sequence[ReturnCheckLine], *, actor: User, now: datetime
) -> _Act:
    receipt = ReturnReceipt.objects.create(
        receipt_no=new_number("RR", now.date()),
        warehouse_id=check.warehouse_id,
        carrier=check.carrier,
        waybill_no=check.waybill_no,
        unclaimed=check.unclaimed,
        received_by=actor,
        received_at=now,
    )
    pool = Counter[tuple[int, str]]()
    for line in lines:
        if line.difference == Difference.NONE and line.sku_id is not None:
            pool[line.sku_id, line.condition] += line.quantity
    odd = [line for line in lines if line.difference != Difference.NONE]
    return _Act(check, receipt, return_bin(check.warehouse_id), actor, now, pool, odd)


def _own_parcel(act: _Act) -> ExpectedReturn:
    """Our own parcel is expected from the moment at which it is known to be here."""
    own = returns.expect_parcel_back(
        act.check.shipment_id or 0,
        warehouse_id=act.check.warehouse_id,
        actor=act.actor,
        now=act.now,
    )
    act.check.returns.add(own)
    return own


def _take(act: _Act, expected: ExpectedReturn, *, is_first: bool) -> None:
    """Give a return its share of what was found; the first also gets what nobody expected."""
    shares = _share(act, expected)
    found = list(shares)
    remark = ""
    if is_first:
        strays = [line for line in act.odd if line.sku_id is not None]
        found += [Found(row.quantity, row.condition, sku_id=row.sku_id) for row in strays]
        remark = ", ".join(f"{row.quantity} × {row.code}" for row in act.odd if row.sku_id is None)
        if not found and not remark:
            found = [Found(0)]
    if not found and not remark:
        return
    returns.receive(expected.pk, found=found, actor=act.actor, now=act.now, remark=remark)
    act.numbers.append(expected.return_no)
    for row in shares:
        _lay(act, expected, row, Difference.NONE)
    if is_first:
        _lay_odd(act, expected)
    _note_missing(act, expected)


def _share(act: _Act, expected: ExpectedReturn) -> list[Found]:
    shares = []
    for line in expected.lines.order_by("pk"):
        left = line.quantity - line.received_quantity
        for condition in Condition.values:
            units = min(left, act.pool[line.sku_id, condition])
            if units > 0:
                act.pool[line.sku_id, condition] -= units
                left -= units
                shares.append(Found(units, condition, line_id=line.pk, sku_id=line.sku_id))
    return shares


def _lay(act: _Act, expected: ExpectedReturn, found: Found, difference: str) -> None:
    """Put units into the returns' bin; good ones are to go on to a shelf."""
    sku_id = found.sku_id or 0
    put(Goods(sku_id, found.units, condition=found.condition), bin_id=act.place.pk, now=act.now)
    ReceiptLine.objects.create(
        receipt=act.receipt,
        expected_return=expected,
        expected_line_id=found.line_id,
        sku_id=sku_id,
        quantity=found.units,
        condition=found.condition,
        bin=act.place,
        difference=difference,
    )
    if found.condition == Condition.GOOD:
        putting_back.ask_for_return(
            act.receipt, sku_id=sku_id, units=found.units, from_bin=act.place, now=act.now
        )


def _lay_odd(act: _Act, expected: ExpectedReturn) -> None:
    for row in act.odd:
        if row.sku_id is not None:
            _lay(
                act, expected, Found(row.quantity, row.condition, sku_id=row.sku_id), row.difference
            )
        else:
            ReceiptLine.objects.create(
                receipt=act.receipt,
                expected_return=expected,
                quantity=row.quantity,
                condition=row.condition,
                difference=row.difference,
            )


def _note_missing(act: _Act, expected: ExpectedReturn) -> None:
    for line in expected.lines.order_by("pk"):
        if line.quantity > line.received_quantity:
            ReceiptLine.objects.create(
                receipt=act.receipt,
                expected_return=expected,
                sku_id=line.sku_id,
                quantity=line.quantity - line.received_quantity,
                condition=Condition.GOOD,
                difference=Difference.SHORT,
            )


def _close(act: _Act, *, units: int) -> None:
    check = act.check
    check.receipt, check.finished_at = act.receipt, act.now
    check.save(update_fields=["receipt", "finished_at"])
    facts = {"returns": act.numbers, "units": units, "photos": check.photos.count()}
    append("return.receive", act.receipt.receipt_no, at=act.now, actor=act.actor, facts=facts)
    bus.publish(ReturnReceived(act.numbers), now=act.now)
