"""Every platform whose waybill service we speak: importing this module registers them all."""

from channels_sync.connectors.doudian.waybills import DoudianWaybills
from channels_sync.connectors.jd.waybills import JdWaybills
from channels_sync.connectors.pinduoduo.waybills import PinduoduoWaybills
from channels_sync.connectors.taobao.waybills import CainiaoWaybills
from channels_sync.connectors.waybills import waybill_issuers

__all__ = [
    "CainiaoWaybills",
    "DoudianWaybills",
    "JdWaybills",
    "PinduoduoWaybills",
    "waybill_issuers",
]
