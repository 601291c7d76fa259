"""The screen of whoever opens returned parcels: whose it is, what is in it, in which condition."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from oms.models import ExpectedReturn, User, Warehouse
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import Button, Line, Screen, Text
from warehouse.models import ReturnCheck, ReturnCheckLine
from warehouse.services.barcodes import Command
from warehouse.services.receiving.counting import GRADES
from warehouse.services.receiving.desk import (
    Difference,
    Want,
    candidates,
    counted,
    current,
    is_known,
    on_its_way,
    wants,
)

_SHOWN = 8
_UNDO = Button(command=Command.UNDO, label=messages.UNDO)
_ASIDE = Button(command=Command.NEXT, label=messages.PUT_ASIDE, ask=messages.PUT_ASIDE_ASK)
_NOT_HERE = Button(command=Command.UNDO, label=messages.NOT_FROM_HERE)
_EXTRA = Button(command=Command.EXTRA, label=messages.ONE_TOO_MANY, tone="primary")
_WRONG = Button(command=Command.WRONG, label=messages.WRONG_THING, tone="danger")
_BOOK = Button(
    command=Command.SEAL,
    label=messages.BOOK_UNCLAIMED,
    tone="primary",
    ask=messages.BOOK_UNCLAIMED_ASK,
)
_EMPTY = Button(
    command=Command.SEAL,
    label=messages.RECEIVE_EMPTY,
    tone="danger",
    ask=messages.RECEIVE_EMPTY_ASK,
)


def screen(user: User, warehouse: Warehouse) -> Screen:
    check = current(user, warehouse_id=warehouse.pk)
    if check is None:
        shown = _idle(warehouse)
    elif check.is_asking:
        shown = _question(check)
    elif is_known(check):
        shown = _opened(check)
    else:
        shown = _nobodys(check)
    return Screen(
        station="receive",
        title=messages.TITLES["receive"],
        context={"station": "receive", "warehouse": warehouse.pk},
        **shown,
    )


def _idle(warehouse: Warehouse) -> dict[str, Any]:
    rows = on_its_way(warehouse.pk)
    count = rows.count()
    return {
        "hint": messages.SCAN_RETURN,
        "verb": messages.RETURN_IDLE,
        "detail": messages.RETURN_WAITING % {"n": count} if count else messages.RETURN_NONE,
        "lines": [_choice(row) for row in rows[:_SHOWN]],
    }


def _choice(row: ExpectedReturn) -> Line:
    """A return to be touched: which goods are in it tells more than any number."""
    lines = list(row.lines.select_related("sku").order_by("pk"))
    goods = "、".join(f"{line.sku.name} × {line.quantity}" for line in lines[:2])
    more = "…" if len(lines) > 2 else ""
    number = row.return_waybill_no or row.case_no or row.return_no
    badge = messages.INSPECT_FIRST if row.inspect_first else ""
    return Line(title=number, note=f"{goods}{more}", badge=badge, code=row.return_no)


def _nobodys(check: ReturnCheck) -> dict[str, Any]:
    found = candidates(check)
    rows = counted(check)
    return {
        "hint": messages.SCAN_OTHER_NUMBER,
        "verb": messages.RETURN_CHOOSE if found else messages.RETURN_UNKNOWN,
        "big": "" if found else check.waybill_no or messages.RETURN_LABEL_TORN,
        "lines": [*map(_choice, found), *map(_scanned, rows)],
        "buttons": [*_grades(rows), _BOOK, *([_UNDO] if rows else []), _ASIDE],
        **_photos(check),
    }


def _question(check: ReturnCheck) -> dict[str, Any]:
    sku = check.asked_sku
    return {
        "hint": "",
        "verb": messages.RETURN_QUESTION,
        "name": sku.name if sku else check.asked_code,
        "detail": sku.code if sku else "",
        "shows_photo": sku is not None,
        "buttons": [*([_EXTRA] if sku else []), _WRONG, _NOT_HERE],
    }


def _opened(check: ReturnCheck) -> dict[str, Any]:
    wanted, rows = wants(check), counted(check)
    fitting = [row for row in rows if row.difference == Difference.NONE]
    done, total = sum(row.quantity for row in fitting), sum(want.units for want in wanted)
    return {
        "hint": messages.SCAN_EVERY_ITEM,
        "verb": _whose(check),
        "big": f"{done} / {total}",
        "progress": (done, total),
        **_last(rows),
        "lines": [
            *_wanted(wanted, fitting),
            *(_scanned(row) for row in rows if row not in fitting),
        ],
        "buttons": [*_grades(rows), _finish(rows, total - done), *_back(rows)],
        **_photos(check),
    }


def _whose(check: ReturnCheck) -> Text:
    numbers = [row.case_no or row.return_no for row in check.returns.order_by("pk")]
    return " · ".join(numbers) or messages.RETURN_PARCEL_BACK


def _last(rows: Sequence[ReturnCheckLine]) -> dict[str, Any]:
    if not rows:
        return {}
    last = rows[0]
    word = messages.DIFFERENCES.get(last.difference) or messages.CONDITIONS[last.condition]
    return {
        "name": last.sku.name if last.sku else last.code,
        "detail": messages.LAST_ITEM % {"condition": word},
    }


def _wanted(wanted: Sequence[Want], rows: Sequence[ReturnCheckLine]) -> list[Line]:
    total, goods = Counter[int](), {}
    for want in wanted:
        total[want.sku.pk] += want.units
        goods[want.sku.pk] = want.sku
    return [
        Line(
            title=sku.name,
            note=" · ".join([sku.code, *_conditions(rows, sku_id=sku.pk)]),
            done=sum(row.quantity for row in rows if row.sku_id == sku.pk),
            total=total[sku.pk],
            tone="done"
            if sum(r.quantity for r in rows if r.sku_id == sku.pk) >= total[sku.pk]
            else "",
        )
        for sku in goods.values()
    ]


def _conditions(rows: Sequence[ReturnCheckLine], *, sku_id: int) -> list[str]:
    return [
        f"{messages.CONDITIONS[row.condition]} {row.quantity}"
        for row in sorted(rows, key=lambda row: row.condition)
        if row.sku_id == sku_id
    ]


def _scanned(row: ReturnCheckLine) -> Line:
    word = messages.DIFFERENCES.get(row.difference) or messages.CONDITIONS[row.condition]
    return Line(
        title=row.sku.name if row.sku else row.code,
        note=row.sku.code if row.sku else "",
        badge=word,
        total=row.quantity,
    )


def _grades(rows: Sequence[ReturnCheckLine]) -> list[Button]:
    """The condition of what was scanned last, one touch to change it."""
    if not rows or rows[0].difference != Difference.NONE:
        return []
    return [
        Button(
            command=command,
            label=messages.CONDITIONS[condition],
            tone="grade chosen" if rows[0].condition == condition else "grade",
        )
        for command, condition in GRADES.items()
    ]


def _finish(rows: Sequence[ReturnCheckLine], left: int) -> Button:
    if not rows:
        return _EMPTY
    here = {"n": sum(row.quantity for row in rows), "left": left}
    if left > 0:
        return Button(
            command=Command.SEAL,
            label=messages.RECEIVE_PART % here,
            tone="wide",
            ask=messages.RECEIVE_PART_ASK % here,
        )
    return Button(command=Command.SEAL, label=messages.RECEIVE_ALL % here, tone="primary")


def _back(rows: Sequence[ReturnCheckLine]) -> list[Button]:
    return [_UNDO, _ASIDE] if rows else [_ASIDE]


def _photos(check: ReturnCheck) -> dict[str, Any]:
    url = reverse("warehouse:api_return_photo", args=[check.warehouse_id])
    return {"photo_url": url, "photo_count": check.photos.count()}
