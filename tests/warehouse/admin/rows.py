"""One row for every page of the warehouse, and who may do what with it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from django.db.models import Model

from oms.models import User
from tests.factories.oms import NOW
from tests.factories.returned import Dock
from tests.factories.warehouse import BinFactory, CarrierAccountFactory, Floor
from warehouse.models import (
    Bin,
    BinStock,
    CarrierAccount,
    Handover,
    PutBackTask,
    ReturnCheck,
    ReturnReceipt,
    ScanLog,
    UnclaimedParcel,
    WarehouseSetting,
    Wave,
    Waybill,
)
from warehouse.services.recalling import take_back
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waybills.requesting import request_waybill

_number = count(1)


def shelf(floor: Floor) -> Bin:
    made: Bin = BinFactory.create(warehouse=floor.warehouse)
    return made


def bin_stock(floor: Floor) -> BinStock:
    return BinStock.objects.get(sku=floor.goods(5))


def setting(floor: Floor) -> WarehouseSetting:
    return WarehouseSetting.objects.get(warehouse=floor.warehouse)


def wave(floor: Floor) -> Wave:
    floor.document({floor.goods(5): 1})
    return plan_waves(floor.warehouse.pk, now=NOW, actor=floor.manager)[0]


def account(floor: Floor) -> CarrierAccount:
    made: CarrierAccount = CarrierAccountFactory.create(warehouse=floor.warehouse)
    return made


def waybill(floor: Floor) -> Waybill:
    account(floor)
    document = floor.packed({floor.goods(5): 1})
    return request_waybill(document.shipments.get().pk, actor=floor.worker, now=NOW)


def handover(floor: Floor) -> Handover:
    person: User = floor.person("warehouse_staff")
    return Handover.objects.create(warehouse=floor.warehouse, opened_by=person, opened_at=NOW)


def put_back(floor: Floor) -> PutBackTask:
    document = floor.document({floor.goods(5): 1})
    floor.waves()
    floor.pick_all()
    floor.cancel(document)
    take_back([document.pk], now=NOW)
    return PutBackTask.objects.get(fulfillment=document)


def scan(floor: Floor) -> ScanLog:
    return ScanLog.objects.create(
        idem_key=f"key-{next(_number):08d}",
        user=floor.worker,
        warehouse=floor.warehouse,
        code="X",
        result="refused",
        server_at=NOW,
    )


def unclaimed(floor: Floor) -> UnclaimedParcel:
    return scanned(floor, f"JT{next(_number):013d}", "CMD:SEAL").unclaimed or UnclaimedParcel()


def receipt(floor: Floor) -> ReturnReceipt:
    dock = at_dock(floor)
    goods = dock.sku()
    number = dock.expected({goods: 1}).return_waybill_no
    return scanned(floor, number, goods.code, "CMD:SEAL").receipt or ReturnReceipt()


def at_dock(floor: Floor) -> Dock:
    """Stand at the place for returns of this very floor."""
    dock = Dock.__new__(Dock)
    vars(dock).update(vars(floor))
    return dock


def scanned(floor: Floor, *codes: str) -> ReturnCheck:
    at_dock(floor).receive(*codes)
    return ReturnCheck.objects.order_by("-pk")[0]


@dataclass(frozen=True)
class Expected:
    """Roles in the row's warehouse that see it, and one that does not; who may change it."""

    row: Callable[[Floor], Model]
    sees: tuple[str, ...]
    blind: str
    changes: bool = False


MANAGER, STAFF, SERVICE = "warehouse_manager", "warehouse_staff", "customer_service"

TABLE: dict[type[Model], Expected] = {
    Bin: Expected(shelf, (MANAGER,), STAFF, changes=True),
    BinStock: Expected(bin_stock, (MANAGER,), STAFF),
    WarehouseSetting: Expected(setting, (MANAGER,), STAFF, changes=True),
    Wave: Expected(wave, (MANAGER, STAFF, SERVICE), "inspector"),
    CarrierAccount: Expected(account, (MANAGER,), STAFF, changes=True),
    Waybill: Expected(waybill, (MANAGER, STAFF, SERVICE), "inspector"),
    Handover: Expected(handover, (MANAGER, STAFF), "inspector"),
    PutBackTask: Expected(put_back, (MANAGER, STAFF), "inspector"),
    ReturnReceipt: Expected(receipt, (MANAGER, STAFF, "inspector"), SERVICE),
    UnclaimedParcel: Expected(unclaimed, (MANAGER, STAFF), "inspector"),
    ScanLog: Expected(scan, (MANAGER,), STAFF),
}
