"""Every channel that takes stock: importing this module registers them all."""

from channels_sync.connectors.doudian.stock import DoudianStock
from channels_sync.connectors.jd.stock import JdStock
from channels_sync.connectors.pinduoduo.stock import PinduoduoStock
from channels_sync.connectors.shopify.stock import ShopifyStock
from channels_sync.connectors.stocking import stock_takers
from channels_sync.connectors.taobao.stock import TaobaoStock
from channels_sync.connectors.webhook.stock import WebhookStock
from channels_sync.connectors.weidian.stock import WeidianStock
from channels_sync.connectors.woocommerce.stock import WooCommerceStock
from channels_sync.connectors.youzan.stock import YouzanStock

__all__ = [
    "WeidianStock",
    "WooCommerceStock",
    "DoudianStock",
    "JdStock",
    "PinduoduoStock",
    "ShopifyStock",
    "TaobaoStock",
    "WebhookStock",
    "YouzanStock",
    "stock_takers",
]
