"""Every platform whose waybill service we speak: importing this module registers them all."""

from channels_sync.connectors.doudian.waybills import DoudianWaybills
from channels_sync.connectors.jd.waybills import JdWaybills
from channels_sync.connectors.waybills import waybill_issuers

__all__ = ["DoudianWaybills", "JdWaybills", "waybill_issuers"]
