"""The dock's screen: what was scanned, by carrier, and the one button."""

from collections import Counter

from oms.models import User, Warehouse
from warehouse.carriers.installed import carriers
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import Button, Line, Screen
from warehouse.models import Parcel
from warehouse.services.barcodes import Command
from warehouse.services.handing_over import collected, current, waiting

_SHOWN = 8


def screen(user: User, warehouse: Warehouse) -> Screen:
    scanned = collected(current(user, warehouse_id=warehouse.pk))
    left = waiting(warehouse.pk)
    count = len(scanned)
    return Screen(
        station="hand_over",
        title=messages.TITLES["hand_over"],
        hint=messages.SCAN_WAYBILL,
        context={"station": "hand_over", "warehouse": warehouse.pk},
        verb=messages.DOCK_COUNT if count else messages.DOCK_EMPTY,
        big=str(count) if count else "",
        detail=messages.DOCK_WAITING % {"n": sum(left.values())},
        lines=[*_by_carrier(scanned, left), *map(_line, scanned[:_SHOWN])],
        buttons=_buttons(count),
    )


def _by_carrier(scanned: list[Parcel], left: dict[str, int]) -> list[Line]:
    counted = Counter(parcel.shipment.carrier for parcel in scanned)
    return [
        Line(
            title=_name(kind),
            done=counted[kind],
            total=max(left.get(kind, 0), counted[kind]),
            tone="head",
        )
        for kind in sorted(set(counted) | set(left))
    ]


def _line(parcel: Parcel) -> Line:
    return Line(title=parcel.shipment.waybill_no or "", note=parcel.shipment.package_no)


def _name(kind: str) -> str:
    return str(carriers.get(kind).label) if kind in carriers else kind


def _buttons(count: int) -> list[Button]:
    if not count:
        return []
    n = {"n": count}
    return [
        Button(
            command=Command.HAND_OVER,
            label=messages.HAND_OVER % n,
            tone="primary",
            ask=messages.HAND_OVER_ASK % n,
        ),
        Button(command=Command.UNDO, label=messages.UNDO),
    ]
