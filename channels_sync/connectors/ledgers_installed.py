"""Every platform whose list of a day can be had: importing this module registers them all."""

from channels_sync.connectors.ledgers import ledgers
from channels_sync.connectors.shopify.ledger import ShopifyLedger

__all__ = ["ShopifyLedger", "ledgers"]
