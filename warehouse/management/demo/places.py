"""Shelves in two zones, totes, a packing table, a dock; every SKU on a shelf of each warehouse."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from oms.models import Sku, Store, User, Warehouse
from warehouse.models import Bin, CarrierAccount, WarehouseSetting
from warehouse.services.stock import OpeningRow, set_opening_stock

_SERVICE = "/sf/std/service"
# They stand in the simulator's settings too, for everybody to read: they protect nothing.
CREDENTIALS = {
    "partner_id": "SIMULATOR-PARTNER",
    "checkword": "simulator-checkword-not-a-secret",
}
BRANCH_PLACE = {
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "木棉路 1 号",
}
"""Where the simulated branches know the shop to send from."""
AISLES, BAYS, LEVELS = 6, 10, 4
TOTES = 40
_CHUNK = 100
_ZONES = {"food": "F", "baby": "F"}


def seed_stock(now: datetime) -> None:
    """Fill every warehouse; what is there already is set, not added."""
    keeper = User.objects.filter(is_superuser=True).order_by("pk").first()
    if keeper is None:
        raise NoKeeper
    for number, warehouse in enumerate(Warehouse.objects.order_by("code")):
        Bin.objects.bulk_create(_bins(warehouse))
        WarehouseSetting.objects.get_or_create(
            warehouse=warehouse, defaults={"wave_wait_minutes": 1}
        )
        rows = list(_rows(warehouse, units=40 if number == 0 else 15))
        for start in range(0, len(rows), _CHUNK):
            set_opening_stock(
                warehouse.pk, rows=rows[start : start + _CHUNK], now=now, actor=keeper
            )
        CarrierAccount.objects.get_or_create(
            carrier="sf",
            name=f"顺丰 · {warehouse.name}",
            defaults={
                "warehouse": warehouse,
                "credentials": CREDENTIALS,
                "base_url": f"{settings.SIMULATED_CARRIERS}{_SERVICE}",
                "product": "2",
            },
        )


def seed_platform_accounts(now: datetime) -> None:
    """Give the store whose platform hides its buyers an account at the platform's own service."""
    for store in Store.objects.filter(code="demo-taobao"):
        CarrierAccount.objects.get_or_create(
            carrier="sf",
            name=f"菜鸟电子面单 · {store.name}",
            defaults={
                "issuer": CarrierAccount.Issuer.PLATFORM,
                "store": store,
                "branch_place": BRANCH_PLACE,
                "template_url": "http://cloudprint.cainiao.com/template/standard/101/1",
            },
        )


class NoKeeper(RuntimeError):
    """The demo's people come before its stock."""


def _bins(warehouse: Warehouse) -> Iterator[Bin]:
    for aisle in range(1, AISLES + 1):
        for bay in range(1, BAYS + 1):
            for level in range(1, LEVELS + 1):
                zone = "F" if aisle > AISLES // 2 else "A"
                yield Bin(
                    warehouse=warehouse,
                    code=f"{zone}{aisle:02d}-{bay:02d}-{level}",
                    zone=zone,
                    aisle=aisle,
                    bay=bay,
                    level=level,
                )
    for number in range(1, TOTES + 1):
        yield Bin(warehouse=warehouse, code=f"T{number:03d}", kind=Bin.Kind.TOTE)
    for code, kind in (
        ("PACK", Bin.Kind.PACKING),
        ("DOCK", Bin.Kind.DOCK),
        ("STAGE", Bin.Kind.STAGING),
        ("RETURN", Bin.Kind.RETURN),
    ):
        yield Bin(warehouse=warehouse, code=code, kind=kind)


def _rows(warehouse: Warehouse, *, units: int) -> Iterator[OpeningRow]:
    """Food and baby goods lie in their own zone, each SKU in one bin, heavy ones below."""
    shelves = {
        zone: list(
            Bin.objects.filter(warehouse=warehouse, kind=Bin.Kind.SHELF, zone=zone).order_by(
                "aisle", "bay", "level"
            )
        )
        for zone in ("A", "F")
    }
    places = {zone: iter(bins * 3) for zone, bins in shelves.items()}
    for sku in Sku.objects.select_related("category").order_by("code"):
        zone = _ZONES.get(sku.category.code if sku.category else "", "A")
        yield OpeningRow(next(places[zone]).code, sku.code, units)
