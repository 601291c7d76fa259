"""Every channel that can be asked: importing this module registers them all."""

from channels_sync.connectors.doudian.puller import DoudianPuller
from channels_sync.connectors.jd.puller import JdPuller
from channels_sync.connectors.pinduoduo.puller import PinduoduoPuller
from channels_sync.connectors.pulling import pullers
from channels_sync.connectors.shopify.puller import ShopifyPuller
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.connectors.weidian.puller import WeidianPuller
from channels_sync.connectors.woocommerce.puller import WooCommercePuller
from channels_sync.connectors.youzan.puller import YouzanPuller

__all__ = [
    "DoudianPuller",
    "JdPuller",
    "PinduoduoPuller",
    "ShopifyPuller",
    "TaobaoPuller",
    "WeidianPuller",
    "WooCommercePuller",
    "YouzanPuller",
    "pullers",
]
