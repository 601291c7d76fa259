"""Every platform whose waybill service we speak: importing this module registers them all."""

from channels_sync.connectors.waybills import waybill_issuers

__all__ = ["waybill_issuers"]
