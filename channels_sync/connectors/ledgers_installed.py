"""Every platform whose list of a day can be had: importing this module registers them all."""

from channels_sync.connectors.ledgers import ledgers

__all__ = ["ledgers"]
