"""Every channel that can be told something: importing this module registers them all."""

from channels_sync.connectors.doudian.outbound import DoudianOutbound
from channels_sync.connectors.jd.outbound import JdOutbound
from channels_sync.connectors.outbound import outbounds
from channels_sync.connectors.pinduoduo.outbound import PinduoduoOutbound
from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from channels_sync.connectors.taobao.outbound import TaobaoOutbound
from channels_sync.connectors.webhook.outbound import WebhookOutbound
from channels_sync.connectors.weidian.outbound import WeidianOutbound
from channels_sync.connectors.woocommerce.outbound import WooCommerceOutbound
from channels_sync.connectors.youzan.outbound import YouzanOutbound

__all__ = [
    "WeidianOutbound",
    "WooCommerceOutbound",
    "DoudianOutbound",
    "JdOutbound",
    "PinduoduoOutbound",
    "ShopifyOutbound",
    "TaobaoOutbound",
    "WebhookOutbound",
    "YouzanOutbound",
    "outbounds",
]
