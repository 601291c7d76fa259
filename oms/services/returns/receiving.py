"""What the dock counted becomes stock, and a fact that after-sales reads."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.events import bus
from oms.events.types import StockChanged
from oms.flows.shipment import ShipmentStatus
from oms.models import (
    Condition,
    ExpectedReturn,
    ExpectedReturnLine,
    Order,
    OrderItem,
    Shipment,
    ShipmentLine,
    StockMovement,
    User,
)
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.refusals import Refusal
from oms.services.inventory.stock import Change, apply
from oms.services.returns.announcing import OPEN, SUBJECT, ReturnClosed, State
from oms.transitions import fire

_COUNTERS = {
    Condition.DEFECTIVE: "defective_quantity",
    Condition.QUARANTINE: "quarantine_quantity",
}


class TooManyReturned(Refusal):
    message = _("More units than were announced: note the rest as a difference.")


class NothingFound(Refusal):
    message = _("Nothing was counted yet.")


@dataclass(frozen=True, slots=True)
class Found:
    """Units that lay in the parcel. Without ``line_id`` nobody announced them (``sku_id``)."""

    units: int
    condition: str = Condition.GOOD
    line_id: int | None = None
    sku_id: int | None = None


def lock_returns(
    return_ids: Iterable[int], *, shipment_id: int | None = None
) -> list[ExpectedReturn]:
    """Lock the orders of these returns (and of a parcel that came back), then the returns, by pk:
    the one order of locks."""
    ids = sorted(set(return_ids))
    lines = ExpectedReturnLine.objects.filter(expected_return__in=ids)
    orders = set(lines.values_list("order_item__order_id", flat=True).distinct())
    orders |= set(ExpectedReturn.objects.filter(pk__in=ids).values_list("order_id", flat=True))
    if shipment_id is not None:
        parts = ShipmentLine.objects.filter(shipment=shipment_id)
        orders |= set(parts.values_list("fulfillment_line__order_item__order_id", flat=True))
    lock_rows(Order, {order_id for order_id in orders if order_id is not None})
    return lock_rows(ExpectedReturn, ids)


def has_come(case_no: str) -> bool:
    """Tell whether the dock has counted any of a case's parcel, whoever knows of it yet."""
    rows = ExpectedReturn.objects.filter(case_no=case_no, received_at__isnull=False)
    return rows.exclude(case_no="").exists()


@atomic_service
def receive(
    return_id: int,
    *,
    found: Sequence[Found],
    actor: User,
    now: datetime,
    remark: str = "",
) -> ExpectedReturn:
    """Count what came into good, defective or quarantine stock; what did not come stays expected.

    ``remark`` tells of things that are no goods of ours; zero units say that the box was empty. The
    caller puts the goods into a bin and announces the receipt, in this transaction.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises ReturnClosed: if everything has come, or it was withdrawn
    :raises TooManyReturned: if more of a line comes than was announced
    :raises NothingFound: if there is nothing to write down
    """
    [expected] = lock_returns([return_id])
    require(actor, "receive_returns", expected.warehouse)
    if expected.state not in OPEN:
        raise ReturnClosed
    if not found and not remark:
        raise NothingFound
    counted = [(_count(expected, part), part) for part in found if part.units]
    _book(expected, counted, actor=actor, now=now)
    waits = expected.lines.filter(received_quantity__lt=F("quantity")).exists()
    expected.state = State.PARTLY_RECEIVED if waits else State.RECEIVED
    expected.received_at = expected.received_at or now
    if remark:
        expected.remark = f"{expected.remark} {remark}".strip()[:300]
    expected.save(update_fields=["state", "received_at", "remark"])
    timeline.record(SUBJECT, expected.pk, "receive", at=now, actor=actor, note=_told(counted))
    _note_parcel(expected, actor=actor, now=now)
    return expected


Counted = Sequence[tuple[ExpectedReturnLine, Found]]


def _count(expected: ExpectedReturn, part: Found) -> ExpectedReturnLine:
    if part.units < 0:
        raise TooManyReturned
    if part.line_id is None:
        return _count_stray(expected, part)
    rows = ExpectedReturnLine.objects.filter(
        pk=part.line_id,
        expected_return=expected,
        quantity__gte=F("received_quantity") + part.units,
    )
    if not rows.update(**_raised(part)):
        raise TooManyReturned
    line = ExpectedReturnLine.objects.get(pk=part.line_id)
    if line.order_item_id is not None:
        owned = OrderItem.objects.filter(
            pk=line.order_item_id, shipped_quantity__gte=F("returned_quantity") + part.units
        )
        if not owned.update(returned_quantity=F("returned_quantity") + part.units):
            raise TooManyReturned
    return line


def _count_stray(expected: ExpectedReturn, part: Found) -> ExpectedReturnLine:
    """What nobody announced gets a line of its own, without an item: after-sales has to decide."""
    if part.sku_id is None:
        raise NothingFound
    line = expected.lines.filter(order_item=None, sku=part.sku_id).first()
    if line is None:
        return expected.lines.create(
            sku_id=part.sku_id, quantity=part.units, **dict.fromkeys(_columns(part), part.units)
        )
    ExpectedReturnLine.objects.filter(pk=line.pk).update(
        quantity=F("quantity") + part.units, **_raised(part)
    )
    return line


def _raised(part: Found) -> dict[str, Combinable]:
    return {column: F(column) + part.units for column in _columns(part)}


def _columns(part: Found) -> list[str]:
    columns = ["received_quantity"]
    if (counter := _COUNTERS.get(Condition(part.condition))) is not None:
        columns.append(counter)
    return columns


def _book(expected: ExpectedReturn, counted: Counted, *, actor: User, now: datetime) -> None:
    units = Counter[tuple[int, str]]()
    for line, part in counted:
        units[line.sku_id, part.condition] += part.units
    changes = [
        Change(
            expected.warehouse_id,
            sku_id,
            StockMovement.Kind.RETURN,
            on_hand=quantity,
            condition=Condition(condition),
            reference=expected.return_no,
        )
        for (sku_id, condition), quantity in sorted(units.items())
    ]
    apply(changes, now=now, actor=actor)
    good = sorted({sku for sku, condition in units if condition == Condition.GOOD})
    if good:
        bus.publish(StockChanged(good), now=now)


def _told(counted: Counted) -> str:
    """Return the units by condition, in codes: "good 2, defective 1"."""
    units = Counter[str]()
    for _line, part in counted:
        units[str(part.condition)] += part.units
    return ", ".join(f"{condition} {units[condition]}" for condition in sorted(units))


def _note_parcel(expected: ExpectedReturn, *, actor: User, now: datetime) -> None:
    """Our own parcel is back: it and its orders say so, and somebody has to decide about them."""
    if expected.shipment_id is None or expected.state != State.RECEIVED:
        return
    shipment = lock_row(Shipment, expected.shipment_id)
    if shipment.status == ShipmentStatus.COMING_BACK:
        fire(shipment, "receive_back", now=now, actor=actor)
    items = expected.lines.filter(order_item__isnull=False)
    orders = items.values_list("order_item__order_id", flat=True).distinct()
    for order_id in orders.order_by("order_item__order_id"):
        note = f"{shipment.package_no} {expected.return_no}"
        timeline.record(Order.SUBJECT, order_id, "came_back", at=now, actor=actor, note=note)
