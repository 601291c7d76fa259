"""Parcels that come back to the dock: as announced, with something else in it, from a stranger."""

from collections.abc import Sequence
from datetime import datetime

from oms.events import bus
from oms.models import ExpectedReturn, User, Warehouse
from warehouse.services.barcodes import Command, read
from warehouse.services.receiving.dock import take_scan

DOCK = "cangku"
_OTHER, _LEFT_OVER = "SOCK-04", "TEES-06"
_FROM_NOBODY = "YT8800000000017"


def receive_returns(now: datetime) -> None:
    """Open every parcel that was sent back but the newest, which is still on the road.

    In the oldest one lies something else; and one parcel comes that nobody expects.
    """
    worker = User.objects.filter(username=DOCK).first()
    sent = ExpectedReturn.objects.filter(state=ExpectedReturn.State.EXPECTED)
    arrived = list(sent.exclude(return_waybill_no="").order_by("created_at"))[:-1]
    if worker is None or not arrived:
        return
    for position, expected in enumerate(arrived):
        inside = [line.sku.code for line in expected.lines.select_related("sku")]
        if position == 0:
            inside = [_OTHER, Command.WRONG]
        scans = [expected.return_waybill_no, *inside, Command.SEAL]
        _open(expected.warehouse_id, scans, worker=worker, now=now)
    warehouse = Warehouse.objects.order_by("code")[0]
    _open(warehouse.pk, [_FROM_NOBODY, _LEFT_OVER, Command.SEAL], worker=worker, now=now)
    while bus.deliver_due(now=now):
        continue


def _open(warehouse_id: int, codes: Sequence[str], *, worker: User, now: datetime) -> None:
    for code in codes:
        text = f"CMD:{code}" if isinstance(code, Command) else code
        scan = read(text, user=worker, warehouse_id=warehouse_id)
        take_scan(warehouse_id, scan=scan, actor=worker, now=now)
