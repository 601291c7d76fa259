"""The picker's screen: where to go, what to take, where to lay it."""

from typing import Any

from oms.models import User, Warehouse
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import Button, Screen, Text
from warehouse.services.barcodes import Command
from warehouse.services.picking.claiming import current, waiting
from warehouse.services.picking.steps import Step, StepKind, step_of
from warehouse.services.picking.walk import Walk, read_walk

_SKIP = Button(command=Command.SKIP, label=messages.SKIP)
_SHORT = Button(command=Command.SHORT, label=messages.SHORT, tone="danger", ask=messages.SHORT_ASK)
_HAND_BACK = Button(command=Command.HAND_BACK, label=messages.HAND_BACK, ask=messages.HAND_BACK_ASK)


def screen(user: User, warehouse: Warehouse) -> Screen:
    task = current(user, warehouse_id=warehouse.pk)
    return of_walk(read_walk(task)) if task else _idle(warehouse)


def of_walk(walk: Walk) -> Screen:
    """Show a walk that was read: the scan that has just changed it knows it best."""
    step = step_of(walk)
    note: Text = messages.PARKED % {"n": walk.parked} if walk.parked else ""
    return Screen(
        station="pick",
        title=messages.TITLES["pick"],
        context={"station": "pick", "warehouse": walk.warehouse_id, "task": walk.task_id},
        progress=(walk.done, walk.total),
        note=note,
        **_SHOWN[step.kind](step),
    )


def _idle(warehouse: Warehouse) -> Screen:
    count = waiting(warehouse.pk)
    start = Button(command=Command.START, label=messages.START, tone="primary")
    return Screen(
        station="pick",
        title=messages.TITLES["pick"],
        hint="",
        context={"station": "pick", "warehouse": warehouse.pk},
        verb=messages.NO_TASK if count else messages.NO_WORK,
        detail=messages.NO_TASK_DETAIL % {"n": count} if count else "",
        buttons=[start] if count else [],
    )


def _tote(step: Step) -> dict[str, Any]:
    place = str(step.slot.position) if step.slot and step.is_cluster else ""
    return {
        "hint": messages.SCAN_TOTE,
        "verb": messages.TOTE_FOR if place else messages.TOTE_FOR_ALL,
        "big": place or "—",
        "buttons": [_HAND_BACK],
    }


def _bin(step: Step) -> dict[str, Any]:
    return {
        "hint": messages.SCAN_BIN,
        "verb": messages.GO_TO,
        "big": step.bin.code,
        "amount": messages.PIECES % {"n": step.remaining},
        **_goods(step),
        "buttons": [_SKIP, _SHORT, _HAND_BACK],
    }


def _sku(step: Step) -> dict[str, Any]:
    return {
        "hint": messages.SCAN_ITEM,
        "then": messages.THEN % {"bin": step.following.code} if step.following else "",
        "verb": f"{messages.TAKE} · {step.bin.code}",
        "big": messages.PIECES % {"n": step.remaining},
        "amount": _tote_of(step),
        **_goods(step),
        "buttons": [_SKIP, _SHORT],
    }


def _put(step: Step) -> dict[str, Any]:
    slot = step.slot
    return {
        "hint": messages.SCAN_TOTE,
        "verb": messages.PUT_INTO,
        "big": slot.tote.code if slot and slot.tote else "",
        "amount": messages.PLACE % {"n": slot.position} if slot else "",
        **_goods(step),
        "shows_photo": False,
    }


def _done(step: Step) -> dict[str, Any]:
    onward = Button(command=Command.NEXT, label=messages.NEXT, tone="primary")
    return {
        "hint": "",
        "verb": messages.TASK_OVER,
        "detail": messages.TASK_OVER_DETAIL,
        "buttons": [onward],
    }


def _goods(step: Step) -> dict[str, Any]:
    line = step.lines[0]
    lot = f" · {messages.LOT % {'lot': line.lot}}" if line.lot else ""
    return {
        "name": line.sku.name,
        "detail": f"{line.sku.code}{lot}",
        "shows_photo": True,
    }


def _tote_of(step: Step) -> Text:
    slot = step.slot
    if slot is None or slot.tote is None:
        return ""
    tote = messages.INTO_TOTE % {"tote": slot.tote.code}
    return f"{messages.PLACE % {'n': slot.position}} · {tote}" if step.is_cluster else tote


_SHOWN = {
    StepKind.TOTE: _tote,
    StepKind.BIN: _bin,
    StepKind.SKU: _sku,
    StepKind.PUT: _put,
    StepKind.DONE: _done,
}
