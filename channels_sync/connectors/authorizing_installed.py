"""Every platform whose tokens we renew: importing this module registers them all."""

from channels_sync.connectors.doudian.authorizer import DoudianAuthorizer
from channels_sync.connectors.jd.authorizer import JdAuthorizer
from channels_sync.connectors.pinduoduo.authorizer import PinduoduoAuthorizer
from channels_sync.connectors.shopify.authorizer import ShopifyAuthorizer
from channels_sync.connectors.taobao.authorizer import TaobaoAuthorizer
from channels_sync.connectors.tokens import authorizers
from channels_sync.connectors.weidian.authorizer import WeidianAuthorizer
from channels_sync.connectors.youzan.authorizer import YouzanAuthorizer

__all__ = [
    "DoudianAuthorizer",
    "JdAuthorizer",
    "PinduoduoAuthorizer",
    "ShopifyAuthorizer",
    "TaobaoAuthorizer",
    "WeidianAuthorizer",
    "YouzanAuthorizer",
    "authorizers",
]
