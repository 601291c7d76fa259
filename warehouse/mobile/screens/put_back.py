"""Goods on their way back to the shelf."""

from oms.models import User, Warehouse
from warehouse.mobile import messages
from warehouse.mobile.screens.screen import Button, Line, Screen
from warehouse.models import PutBackTask
from warehouse.services.barcodes import Command
from warehouse.services.putting_back import current, waiting

_GIVE_UP = Button(command=Command.UNDO, label=messages.GIVE_UP)


def screen(user: User, warehouse: Warehouse) -> Screen:
    task = current(user, warehouse_id=warehouse.pk)
    context = {"station": "put_back", "warehouse": warehouse.pk}
    if task is None:
        rows = waiting(warehouse.pk)
        return Screen(
            station="put_back",
            title=messages.TITLES["put_back"],
            hint=messages.SCAN_GOODS_OR_TOTE if rows else "",
            context=context,
            verb=messages.PUT_BACK_IDLE if rows else messages.PUT_BACK_NOTHING,
            lines=[_line(row) for row in rows],
        )
    return Screen(
        station="put_back",
        title=messages.TITLES["put_back"],
        hint=messages.SCAN_SHELF,
        context=context,
        verb=messages.PUT_BACK_TO,
        big=task.suggested_bin.code if task.suggested_bin else "—",
        amount=messages.PIECES % {"n": task.quantity},
        name=task.sku.name,
        detail=task.sku.code,
        shows_photo=True,
        buttons=[_GIVE_UP],
    )


def _line(row: PutBackTask) -> Line:
    where = messages.LIES_IN % {"bin": row.from_bin.code}
    if row.shipment is not None:
        where = messages.OUT_OF_PARCEL % {"package": row.shipment.package_no}
    return Line(title=row.sku.name, note=f"{row.sku.code} · {where}", total=row.quantity)
