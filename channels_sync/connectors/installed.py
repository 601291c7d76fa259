"""Every connector we have: importing this module registers them all."""

from channels_sync.connectors.base import connectors
from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.connectors.jd.connector import JdConnector
from channels_sync.connectors.pinduoduo.connector import PinduoduoConnector
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.connectors.taobao.connector import TaobaoConnector
from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.connectors.youzan.connector import YouzanConnector

__all__ = [
    "YouzanConnector",
    "DoudianConnector",
    "JdConnector",
    "PinduoduoConnector",
    "ShopifyConnector",
    "TaobaoConnector",
    "WebhookConnector",
    "WeidianConnector",
    "WooCommerceConnector",
    "connectors",
]
