"""What lies open in front of whoever receives returns, and what waits for the dock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from oms.models import Condition, ExpectedReturn, Sku, User
from oms.services import returns
from warehouse.models import Bin, ReceiptLine, ReturnCheck, ReturnCheckLine
from warehouse.services.receiving.finding import OPEN, find, search

PERMISSION = "receive_returns"
RETURN_CODE = "RETURN"
Difference = ReceiptLine.Difference


@dataclass(frozen=True, slots=True)
class Want:
    """Units that should lie in the parcel. ``line_id`` is of an expected return; our own parcel,
    which nobody announced, has none yet."""

    sku: Sku
    units: int
    expected: ExpectedReturn | None = None
    line_id: int | None = None


def current(user: User, *, warehouse_id: int) -> ReturnCheck | None:
    mine = ReturnCheck.objects.filter(warehouse=warehouse_id, checked_by=user, finished_at=None)
    return mine.select_related("asked_sku", "shipment").first()


def is_known(check: ReturnCheck) -> bool:
    """Tell whether it is clear whose parcel this is."""
    return check.shipment_id is not None or check.returns.exists()


def wants(check: ReturnCheck) -> list[Want]:
    """Return what should lie in the parcel: of the cases first, then of our own parcel."""
    found, by_case = list[Want](), Counter[int]()
    for expected in check.returns.order_by("pk"):
        for line in expected.lines.select_related("sku").order_by("pk"):
            left = line.quantity - line.received_quantity
            by_case[line.order_item_id or 0] += left
            if left and expected.state in OPEN:
                found.append(Want(line.sku, left, expected, line.pk))
    if check.shipment_id is not None:
        try:
            inside = returns.still_inside(check.shipment_id)
        except (returns.WasDelivered, returns.CameBackAlready):
            return found
        for part in inside:
            rest = part.units - by_case[part.item.pk]
            if rest > 0:
                found.append(Want(part.item.sku, rest))
    return found


def counted(check: ReturnCheck) -> list[ReturnCheckLine]:
    """Return what was scanned, the last first."""
    rows = ReturnCheckLine.objects.filter(check_row=check, quantity__gt=0)
    return list(rows.select_related("sku").order_by("-rank", "-pk"))


def units_left(check: ReturnCheck, *, sku_id: int) -> int:
    """Return how many more units of a SKU are expected in the parcel."""
    wanted = sum(want.units for want in wants(check) if want.sku.pk == sku_id)
    rows = ReturnCheckLine.objects.filter(check_row=check, sku=sku_id, difference=Difference.NONE)
    return wanted - (rows.aggregate(units=Sum("quantity"))["units"] or 0)


def first_condition(check: ReturnCheck) -> Condition:
    """What a technician has to see first is not good before he has."""
    if check.returns.filter(inspect_first=True).exists():
        return Condition.QUARANTINE
    return Condition.GOOD


def candidates(check: ReturnCheck) -> Sequence[ExpectedReturn]:
    """Return the returns that this parcel may be, for a person to choose."""
    if is_known(check) or not check.searched_for:
        return ()
    found = find(check.searched_for, warehouse_id=check.warehouse_id)
    return found.returns or search(check.searched_for, warehouse_id=check.warehouse_id)


def on_its_way(warehouse_id: int) -> "QuerySet[ExpectedReturn]":
    """Return parcels that were sent back and have not come, the oldest first."""
    rows = ExpectedReturn.objects.filter(
        Q(state=ExpectedReturn.State.PARTLY_RECEIVED) | ~Q(return_waybill_no=""),
        warehouse=warehouse_id,
        state__in=OPEN,
    )
    return rows.order_by("created_at", "pk")


def waiting(warehouse_id: int) -> int:
    return on_its_way(warehouse_id).count()


def return_bin(warehouse_id: int) -> Bin:
    """Return where opened returns lie; a warehouse that has no such bin yet gets one."""
    places = Bin.objects.filter(warehouse=warehouse_id, kind=Bin.Kind.RETURN, is_active=True)
    first = places.order_by("code").first()
    if first is not None:
        return first
    made, _new = Bin.objects.get_or_create(
        warehouse_id=warehouse_id, code=RETURN_CODE, defaults={"kind": Bin.Kind.RETURN}
    )
    return made
