"""Bins on two floors of shelves, and opening stock for nearly everything."""

import random
from datetime import datetime

from oms.models import Sku, User, Warehouse
from warehouse.models import Bin, CarrierAccount
from warehouse.services.stock.opening import OpeningRow, set_opening_stock

AISLES, BAYS, LEVELS = "ABCDE", 8, 3
TOTES = 24
SCARCE = {"MILK-03": 5, "SNKR-05": 2, "EARB-05": 0}
"""Codes of which there is too little, so that a shortage can be seen; units in all."""
_PAGE = 200

SIMULATOR_URL = "http://127.0.0.1:9102/sf/std/service"
# The simulator's own constants: everybody may know them, they open nothing else.
SIMULATOR_ACCOUNT = {
    "partner_id": "SIMULATOR-PARTNER",
    "checkword": "simulator-checkword-not-a-secret",
}


def seed_warehouses(*, now: datetime) -> None:
    """Fill every warehouse of the demo: the first with all SKUs, the others with about half."""
    keeper = User.objects.get(username="cangkuzhuguan")
    skus = list(Sku.objects.order_by("code").values_list("code", flat=True))
    for position, warehouse in enumerate(Warehouse.objects.order_by("code")):
        kept = skus if position == 0 else skus[::2]
        shelves = _make_bins(warehouse)
        rows = _rows(kept, shelves, seed=position)
        for start in range(0, len(rows), _PAGE):
            page = rows[start : start + _PAGE]
            set_opening_stock(warehouse.pk, rows=page, now=now, actor=keeper)
        CarrierAccount.objects.create(
            name=f"顺丰(模拟器)· {warehouse.name}",
            carrier="sf",
            warehouse=warehouse,
            credentials=SIMULATOR_ACCOUNT,
            monthly_card="7551234567",
            base_url=SIMULATOR_URL,
            product="2",
        )


def _make_bins(warehouse: Warehouse) -> list[str]:
    """Make shelves, totes, a dock, packing tables and a place for returns; return the shelves."""
    shelves = [
        Bin(
            warehouse=warehouse,
            code=f"{aisle}-{bay:02d}-{level}",
            zone=aisle,
            aisle=number,
            bay=bay,
            level=level,
        )
        for number, aisle in enumerate(AISLES, start=1)
        for bay in range(1, BAYS + 1)
        for level in range(1, LEVELS + 1)
    ]
    others = [
        Bin(warehouse=warehouse, code=f"TOTE-{n:03d}", kind=Bin.Kind.TOTE)
        for n in range(1, TOTES + 1)
    ]
    others += [
        Bin(warehouse=warehouse, code="DOCK-1", kind=Bin.Kind.DOCK),
        Bin(warehouse=warehouse, code="STAGE-1", kind=Bin.Kind.STAGING),
        Bin(warehouse=warehouse, code="PACK-1", kind=Bin.Kind.PACKING),
        Bin(warehouse=warehouse, code="PACK-2", kind=Bin.Kind.PACKING),
        Bin(warehouse=warehouse, code="RET-1", kind=Bin.Kind.RETURN),
    ]
    Bin.objects.bulk_create([*shelves, *others])
    return [place.code for place in shelves]


def _rows(skus: list[str], shelves: list[str], *, seed: int) -> list[OpeningRow]:
    pick = random.Random(seed)  # noqa: S311  # invented data, no secret
    return [
        OpeningRow(shelves[number % len(shelves)], code, SCARCE.get(code, pick.randint(40, 160)))
        for number, code in enumerate(skus)
    ]
