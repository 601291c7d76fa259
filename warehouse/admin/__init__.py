"""The back office of the warehouse: places and stock, waves, waybills and accounts, the records."""

from django.contrib import admin

from warehouse.admin.accounts import CarrierAccountAdmin
from warehouse.admin.bins import BinAdmin, BinStockAdmin, WarehouseSettingAdmin
from warehouse.admin.records import HandoverAdmin, PutBackTaskAdmin, ScanLogAdmin
from warehouse.admin.returned import ReturnReceiptAdmin, UnclaimedParcelAdmin
from warehouse.admin.waves import WaveAdmin
from warehouse.admin.waybills import WaybillAdmin
from warehouse.models import (
    Bin,
    BinStock,
    CarrierAccount,
    Handover,
    PutBackTask,
    ReturnReceipt,
    ScanLog,
    UnclaimedParcel,
    WarehouseSetting,
    Wave,
    Waybill,
)

PAGES = {
    Wave: WaveAdmin,
    Waybill: WaybillAdmin,
    Handover: HandoverAdmin,
    PutBackTask: PutBackTaskAdmin,
    ReturnReceipt: ReturnReceiptAdmin,
    UnclaimedParcel: UnclaimedParcelAdmin,
    ScanLog: ScanLogAdmin,
    Bin: BinAdmin,
    BinStock: BinStockAdmin,
    CarrierAccount: CarrierAccountAdmin,
    WarehouseSetting: WarehouseSettingAdmin,
}

for _model, _page in PAGES.items():
    admin.site.register(_model, _page)
