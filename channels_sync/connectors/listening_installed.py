"""Every platform whose pushes we hear: importing this module registers them all."""

from channels_sync.connectors.doudian.listener import DoudianListener
from channels_sync.connectors.knocks import listeners
from channels_sync.connectors.weidian.listener import WeidianListener
from channels_sync.connectors.woocommerce.listener import WooCommerceListener
from channels_sync.connectors.youzan.listener import YouzanListener

__all__ = [
    "WeidianListener",
    "WooCommerceListener",
    "YouzanListener",
    "DoudianListener",
    "listeners",
]
