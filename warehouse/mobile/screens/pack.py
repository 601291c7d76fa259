"""The packer's screen: what belongs into the box, and the label of the parcel just closed."""

from oms.models import OrderLine, User, Warehouse
from warehouse.mobile import messages
from warehouse.mobile.screens import parcel
from warehouse.mobile.screens.screen import Button, Line, Screen, Text
from warehouse.models import PackCheck, PackDesk
from warehouse.services.barcodes import Command
from warehouse.services.packing.desk import Need, current, desk_of, in_tote, needs, waiting

_NEXT = Button(command=Command.NEXT, label=messages.NEXT)
_SEAL = Button(command=Command.SEAL, label=messages.SEAL)
_LEAVE = Button(command=Command.UNDO, label=messages.LEAVE, ask=messages.LEAVE_ASK)


def screen(user: User, warehouse: Warehouse) -> Screen:
    check = current(user, warehouse_id=warehouse.pk)
    desk = desk_of(user, warehouse_id=warehouse.pk)
    if check is not None:
        return _checking(check, desk, warehouse)
    return _idle(desk, warehouse)


def labels(user: User, warehouse: Warehouse) -> Screen:
    """The label station: the same table, without the check."""
    desk = desk_of(user, warehouse_id=warehouse.pk)
    shipment = desk.shipment
    return Screen(
        station="label",
        title=messages.TITLES["label"],
        hint=messages.SCAN_PARCEL,
        context={"station": "label", "warehouse": warehouse.pk},
        verb="" if shipment else messages.LABEL_IDLE,
        buttons=[_NEXT] if shipment else [],
        parcel=parcel.view(shipment) if shipment else None,
    )


def _checking(check: PackCheck, desk: PackDesk, warehouse: Warehouse) -> Screen:
    rows = needs(check)
    done, total = sum(row.checked for row in rows), sum(row.units for row in rows)
    buttons = [_SEAL, _LEAVE] if 0 < done < total else [_LEAVE]
    return Screen(
        station="pack",
        title=messages.TITLES["pack"],
        hint=messages.SCAN_EVERY_ITEM,
        context={"station": "pack", "warehouse": warehouse.pk},
        verb=check.fulfillment.fulfillment_no,
        big=f"{done} / {total}",
        progress=(done, total),
        lines=[_line(row) for row in rows],
        buttons=buttons,
    )


def _line(need: Need) -> Line:
    sku = need.line.sku
    is_gift = need.line.order_item.line.kind == OrderLine.Kind.GIFT
    return Line(
        title=sku.name,
        note=sku.code,
        badge=messages.GIFT if is_gift else "",
        done=need.checked,
        total=need.units,
        tone="done" if need.left == 0 else "",
    )


def _idle(desk: PackDesk, warehouse: Warehouse) -> Screen:
    verb: Text = messages.PACK_IDLE
    detail: Text = ""
    buttons = []
    inside = in_tote(desk.tote_id) if desk.tote_id else []
    if desk.tote and inside:
        verb = messages.TOTE_IN_HAND % {"tote": desk.tote.code}
        detail = messages.TOTE_IN_HAND_DETAIL % {"n": len(inside)}
        buttons = [_NEXT]
    elif count := waiting(warehouse.pk):
        detail = messages.PACK_IDLE_DETAIL % {"n": count}
    return Screen(
        station="pack",
        title=messages.TITLES["pack"],
        hint=messages.SCAN_ITEM if inside else messages.SCAN_TOTE_OR_DOCUMENT,
        context={"station": "pack", "warehouse": warehouse.pk},
        verb=verb,
        detail=detail,
        buttons=buttons,
        parcel=parcel.view(desk.shipment) if desk.shipment else None,
    )
