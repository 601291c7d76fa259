"""Every platform whose list of a day can be had: importing this module registers them all."""

from channels_sync.connectors.doudian.ledger import DoudianLedger
from channels_sync.connectors.jd.ledger import JdLedger
from channels_sync.connectors.ledgers import ledgers
from channels_sync.connectors.pinduoduo.ledger import PinduoduoLedger
from channels_sync.connectors.shopify.ledger import ShopifyLedger
from channels_sync.connectors.taobao.ledger import TaobaoLedger
from channels_sync.connectors.weidian.ledger import WeidianLedger
from channels_sync.connectors.woocommerce.ledger import WooCommerceLedger
from channels_sync.connectors.youzan.ledger import YouzanLedger

__all__ = [
    "DoudianLedger",
    "JdLedger",
    "PinduoduoLedger",
    "ShopifyLedger",
    "TaobaoLedger",
    "WeidianLedger",
    "WooCommerceLedger",
    "YouzanLedger",
    "ledgers",
]
