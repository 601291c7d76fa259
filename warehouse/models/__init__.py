"""The warehouse's own tables: places, waves, packing, waybills, scans, returns."""

from warehouse.models.dock import ReturnCheck, ReturnCheckLine, ReturnPhoto
from warehouse.models.packing import Handover, PackCheck, PackCheckLine, PackDesk, Parcel
from warehouse.models.places import Bin, BinStock, WarehouseSetting
from warehouse.models.put_backs import PutBackTask
from warehouse.models.returns import ReceiptLine, ReturnReceipt, UnclaimedLine, UnclaimedParcel
from warehouse.models.scans import ScanLog
from warehouse.models.tracing import Trace, TraceEvent, TraceStatus
from warehouse.models.waves import PickLine, PickSlot, PickTask, Wave
from warehouse.models.waybills import CarrierAccount, Waybill

__all__ = [
    "Bin",
    "BinStock",
    "CarrierAccount",
    "Handover",
    "PackCheck",
    "PackCheckLine",
    "PackDesk",
    "Parcel",
    "PickLine",
    "PickSlot",
    "PickTask",
    "PutBackTask",
    "ReceiptLine",
    "ReturnCheck",
    "ReturnCheckLine",
    "ReturnPhoto",
    "ReturnReceipt",
    "ScanLog",
    "Trace",
    "TraceEvent",
    "TraceStatus",
    "UnclaimedLine",
    "UnclaimedParcel",
    "WarehouseSetting",
    "Wave",
    "Waybill",
]
