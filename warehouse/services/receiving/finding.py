"""Which return a parcel is: by a number on it, or by what else is known of its sender."""

import re
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from oms.models import ExpectedReturn, Shipment
from oms.privacy.fingerprint import Purpose, fingerprints, phone_tail
from oms.privacy.keys import index_keys
from oms.privacy.phone import normalize_phone
from warehouse.flows import UnclaimedStatus
from warehouse.models import UnclaimedParcel

State = ExpectedReturn.State
OPEN = (State.EXPECTED, State.PARTLY_RECEIVED)
MOST = 20

_TAIL = re.compile(r"\d{4}", re.ASCII)
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
# Carriers print 9 to 15 letters and digits, some with a hyphen (SF's sub-parcels).
_WAYBILL = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9-]{7,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of whoever sent a parcel: enough to find a case, too little to call."""

    tail: str = ""
    prints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``is_exact`` if a number says it; otherwise a person has to choose. ``closed`` is a return
    that the number names and that nobody waits for any more."""

    returns: list[ExpectedReturn] = field(default_factory=list)
    is_exact: bool = False
    closed: ExpectedReturn | None = None
    shipment: Shipment | None = None
    unclaimed: UnclaimedParcel | None = None

    @property
    def is_empty(self) -> bool:
        found = self.returns or self.closed or self.shipment or self.unclaimed
        return not found


def find(code: str, *, warehouse_id: int) -> Finding:
    """Look for what a code on a parcel, or typed by a person, stands for."""
    forms = {code, code.upper()}
    rows = _all().filter(warehouse=warehouse_id)
    exact = rows.filter(
        Q(return_waybill_no__in=forms) | Q(case_no__in=forms) | Q(return_no__in=forms)
    )
    named = list(exact.order_by("pk"))
    waiting = [row for row in named if row.state in OPEN]
    unclaimed = _unclaimed(forms, warehouse_id)
    if waiting:
        return Finding(waiting, is_exact=True)
    if unclaimed is not None and unclaimed.expected_return is None:
        return Finding(unclaimed=unclaimed)
    if unclaimed is not None and unclaimed.expected_return is not None:
        named = [unclaimed.expected_return]
        if named[0].state in OPEN:
            return Finding(named, is_exact=True)
    shipment = _shipment(forms)
    if shipment is not None:
        return Finding(_of_parcel(shipment, rows), is_exact=True, shipment=shipment)
    if named:
        return Finding(closed=named[-1])
    return Finding(search(code, warehouse_id=warehouse_id))


def search(code: str, *, warehouse_id: int | None = None) -> list[ExpectedReturn]:
    """Return open returns by order number, a phone number or its last four digits, oldest first."""
    known = marks(code)
    wanted = Q(order__order_no__in={code, code.upper()}) | Q(order__channel_order_no=code)
    if known.prints:
        wanted |= Q(sender_phone_fingerprint__in=known.prints)
    elif known.tail:
        wanted |= Q(sender_phone_tail=known.tail)
    rows = _all().filter(wanted, state__in=OPEN)
    if warehouse_id is not None:
        rows = rows.filter(warehouse=warehouse_id)
    return list(rows.order_by("created_at", "pk").distinct()[:MOST])


def marks(code: str) -> Marks:
    """Read a phone number or its last four digits; nothing of anything else."""
    if _TAIL.fullmatch(code):
        return Marks(tail=code)
    if not _MOBILE.fullmatch(code):
        return Marks()
    number = normalize_phone(code)
    prints = fingerprints(number, purpose=Purpose.PHONE, keys=index_keys())
    return Marks(phone_tail(code), prints)


def looks_like_waybill(code: str) -> bool:
    """Tell whether a code that nobody knows may be a carrier's number; a phone number is none."""
    return bool(_WAYBILL.fullmatch(code.upper())) and not _MOBILE.fullmatch(code)


def _all() -> "QuerySet[ExpectedReturn]":
    return ExpectedReturn.objects.select_related("order", "store")


def _unclaimed(forms: set[str], warehouse_id: int) -> UnclaimedParcel | None:
    """The newest that is somebody's already, or still nobody's, and was not taken in."""
    rows = UnclaimedParcel.objects.filter(
        Q(waybill_no__in=forms) | Q(parcel_no__in=forms), warehouse=warehouse_id, receipts=None
    )
    rows = rows.exclude(status=UnclaimedStatus.WRITTEN_OFF)
    return rows.select_related("bin", "expected_return").order_by("-pk").first()


def _shipment(forms: set[str]) -> Shipment | None:
    """Our own label: it may come back to any warehouse of ours."""
    rows = Shipment.objects.filter(Q(waybill_no__in=forms) | Q(package_no__in=forms))
    return rows.select_related("fulfillment").order_by("-pk").first()


def _of_parcel(shipment: Shipment, rows: "QuerySet[ExpectedReturn]") -> list[ExpectedReturn]:
    """Cases of the orders in this parcel that wait for goods: they come first."""
    orders = shipment.lines.values("fulfillment_line__order_item__order")
    waiting = rows.filter(order__in=orders, state__in=OPEN, shipment=None)
    return list(waiting.order_by("pk"))
